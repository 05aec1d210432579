import type { CampaignReport } from '../../schema/mail.ts';
import { format } from '../format.ts';
import { words } from './messages.ts';
import { people, Split, SplitKeys } from './split.tsx';

/** Which link was followed how often, and by whom. */
export function Links({ links }: { links: CampaignReport['links'] }) {
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
                    <bdi class="long-name">{link}</bdi>
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
