import type { ComponentChildren } from 'preact';
import type { CampaignSummary } from '../../schema/mail.ts';
import { api, type Me, type SiteInfo } from '../api.ts';
import { format } from '../format.ts';
import { Header, Trouble, useTitle } from '../frame.tsx';
import { useLocation } from '../location.ts';
import { messages } from '../messages.ts';
import { Empty } from './empty.tsx';
import { words } from './messages.ts';
import { placeOf } from './places.ts';
import { type Sorting, sorted, sortingHref, sortingOf } from './sorting.ts';
import { people, Split, SplitKeys } from './split.tsx';
import { useAnswer } from './use-answer.ts';

/** All mails of a site, the newest first. */
export function List({ me, site, reload }: { me: Me; site: SiteInfo; reload: () => Promise<void> }) {
  const { answer, error, again } = useAnswer(
    (signal) => api.campaigns(site.domain, signal),
    site.domain,
    reload,
  );
  useTitle(messages.title(words.of(words.list.title, site.domain)));
  const campaigns = answer?.campaigns;
  return (
    <>
      <Header me={me} site={site} here="mail" />
      <main class="mail" id="figures" tabindex={-1} aria-busy={!answer && !error}>
        {campaigns?.length === 0 ? (
          <Empty site={site} />
        ) : (
          <>
            <div class="mail-head">
              <h1>{words.list.title}</h1>
              <a class="main" href={placeOf.prepare(site.domain)}>
                {words.list.prepare}
              </a>
            </div>
            <p class="muted">{words.list.lead}</p>
            {error && (
              <div class="failed">
                <Trouble error={error} />
                <button type="button" onClick={again}>
                  {messages.error.again}
                </button>
              </div>
            )}
            {campaigns ? (
              <Table site={site} campaigns={campaigns} />
            ) : (
              !error && <div class="chart skeleton" aria-hidden="true" />
            )}
          </>
        )}
      </main>
    </>
  );
}

function Table({ site, campaigns }: { site: SiteInfo; campaigns: readonly CampaignSummary[] }) {
  const { path, search } = useLocation();
  const sorting = sortingOf(search);
  const most = Math.max(...campaigns.map(({ clicks }) => people(clicks)), 1);
  const head = (by: Sorting['by'], label: string, more?: string, children?: ComponentChildren) => (
    <th
      scope="col"
      class={more}
      aria-sort={sorting.by === by ? (sorting.up ? 'ascending' : 'descending') : undefined}
    >
      <a class="sort" href={path + sortingHref(sorting, by)}>
        {label}
        {sorting.by === by && <span class={`arrow ${sorting.up ? 'up' : 'down'}`} aria-hidden="true" />}
      </a>
      {children}
    </th>
  );
  return (
    <table class="mails two-lines">
      <caption class="unseen">{words.list.caption}</caption>
      <thead>
        <tr>
          {head('name', words.list.mail)}
          {head('day', words.list.day, 'day')}
          {head('delivered', words.list.delivered, 'spare')}
          {head('clicks', words.list.clicks)}
          {head('click_through', words.list.clickThrough)}
          {head('click_to_open', words.list.clickToOpen, 'spare')}
          {head('opens', words.list.opens, 'of-split', <SplitKeys />)}
        </tr>
      </thead>
      <tbody>
        {sorted(campaigns, sorting).map((mail) => (
          <tr key={mail.campaign}>
            <th scope="row">
              <span class="fill" style={{ width: `${(100 * people(mail.clicks)) / most}%` }} />
              <a class="value" href={placeOf.campaign(site.domain, mail.campaign)} title={mail.campaign}>
                <bdi>{mail.campaign}</bdi>
              </a>
            </th>
            <td class="day muted">
              {mail.first_day ? format.span([mail.first_day, mail.first_day]) : words.list.noDay}
            </td>
            <td class="spare">{format.figure('clicks', mail.delivered)}</td>
            <td class="strong">{format.whole(people(mail.clicks))}</td>
            <td>{format.rate(mail.click_through)}</td>
            <td class="spare">{format.rate(mail.click_to_open)}</td>
            <td class="of-split">
              <Split counts={mail.opens} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
