import type { CampaignReport } from '../../schema/mail.ts';
import { format } from '../format.ts';
import { words } from './messages.ts';
import { people, Split, SplitKeys } from './split.tsx';

/** The site's own pages by their paths, all else as the report calls it. */
function named(link: string, domain: string): string {
  if (link === '(decoy)') return words.campaign.decoy;
  if (link === domain) return '/';
  return link.startsWith(`${domain}/`) ? link.slice(domain.length) : link;
}

/** Which link was followed how often, and by whom. */
export function Links({ links, domain }: { links: CampaignReport['links']; domain: string }) {
  const said = words.campaign;
  const most = Math.max(...links.map(({ clicks }) => people(clicks)), 1);
  return (
    <section class="panel" aria-labelledby="links">
      <header>
        <h2 id="links">{said.links}</h2>
      </header>
      {links.length === 0 ? (
        <p class="words">{said.noLinks}</p>
      ) : (
        <>
          <table class="mails two-lines" aria-labelledby="links">
            <thead>
              <tr>
                <th scope="col">{said.link}</th>
                <th scope="col">{said.clicks}</th>
                <th scope="col">{said.share}</th>
                <th scope="col" class="of-split">
                  <span class="unseen">{said.bySort}</span>
                  <SplitKeys />
                </th>
              </tr>
            </thead>
            <tbody>
              {links.map(({ link, clicks, share }) => (
                <tr key={link}>
                  <th scope="row" title={link}>
                    <span class="fill" style={{ width: `${(100 * people(clicks)) / most}%` }} />
                    <bdi class="long-name">{named(link, domain)}</bdi>
                  </th>
                  <td class="strong">{format.whole(people(clicks))}</td>
                  <td>{format.rate(share)}</td>
                  <td class="of-split">
                    <Split counts={clicks} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <p class="more muted">{said.sharesAre}</p>
        </>
      )}
    </section>
  );
}
