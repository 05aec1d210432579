import type { CampaignReport } from '../../schema/mail.ts';
import type { SiteInfo } from '../api.ts';
import { dayIn } from '../dates.ts';
import { format } from '../format.ts';
import { words } from './messages.ts';
import { placeOf } from './places.ts';

/** What came after on the website, by the campaign's tag. */
export function Website({ site, report }: { site: SiteInfo; report: CampaignReport }) {
  const { website, campaign, first_day } = report;
  const said = words.campaign;
  const unknown = (figure: (typeof website.partial)[number]) => website.partial.includes(figure);
  const revenue = website.revenue.filter(({ amount }) => amount !== 0);
  return (
    <section class="panel website" aria-labelledby="website">
      <header>
        <h2 id="website">{said.website}</h2>
      </header>
      <dl class="facts">
        <div>
          <dt>{said.visitors}</dt>
          <dd>{format.whole(website.visitors)}</dd>
        </div>
        <div>
          <dt>{said.visits}</dt>
          <dd>{format.whole(website.visits)}</dd>
        </div>
        <div>
          <dt>{said.engaged}</dt>
          <dd>{format.figure('engaged_time', website.engaged_seconds)}</dd>
        </div>
        {(revenue.length > 0 || unknown('revenue')) && (
          <div>
            <dt>{said.revenue}</dt>
            {revenue.map(({ currency, amount }) => (
              <dd key={currency}>{format.money(amount, currency)}</dd>
            ))}
            {revenue.length === 0 && <dd class="muted">{said.notKept}</dd>}
          </div>
        )}
      </dl>
      {website.goals.length > 0 ? (
        <table class="mails" aria-label={said.goal}>
          <thead>
            <tr>
              <th scope="col">{said.goal}</th>
              <th scope="col">{said.goalVisitors}</th>
              <th scope="col">{said.goalEvents}</th>
            </tr>
          </thead>
          <tbody>
            {website.goals.map(({ goal, visitors, events }) => (
              <tr key={goal}>
                <th scope="row">
                  <bdi class="long-name">{goal}</bdi>
                </th>
                <td>{format.whole(visitors)}</td>
                <td>{format.whole(events)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : (
        site.settings.goals.length > 0 && (
          <p class="more muted">{unknown('goals') ? said.goalsNotKept : said.noGoals}</p>
        )
      )}
      <p class="more muted">
        {said.websiteAbout}
        {website.notes.map((note) => ` ${note}`)}
      </p>
      {first_day !== null && (
        <p class="more">
          <a href={placeOf.visits(site.domain, campaign, first_day, dayIn(site.timezone, Date.now()))}>
            {said.toOverview}
          </a>
        </p>
      )}
    </section>
  );
}
