import type { CampaignReport } from '../../schema/mail.ts';
import { format } from '../format.ts';
import { words } from './messages.ts';
import { kinds, people } from './split.tsx';

function Figure(props: { label: string; value: string; about: string; kind?: string; chosen?: boolean }) {
  return (
    <li class={props.chosen ? 'figure chosen' : 'figure'}>
      <div>
        <span class="label">
          {props.kind && <span class={`swatch ${props.kind}`} aria-hidden="true" />}
          {props.label}
        </span>
        <span class="number">{props.value}</span>
        <span class="words">{props.about}</span>
      </div>
    </li>
  );
}

/** Clicks first; then the rates; then three numbers of opens, which are never added up. */
export function Figures({ report }: { report: CampaignReport }) {
  const { clicks, opens, delivered, unique } = report;
  const said = words.campaign;
  const opened = people(opens);
  return (
    <section id="figures" tabindex={-1} aria-label={said.figures}>
      <ul class="figures six">
        <Figure
          chosen
          label={said.clicks}
          value={format.whole(people(clicks))}
          about={clicks.machine > 0 ? said.clicksAbout(format.whole(clicks.machine)) : said.clicksOnly}
        />
        <Figure
          label={said.clickThrough}
          value={format.rate(report.click_through)}
          about={delivered === null ? said.noDelivered : said.clickThroughAbout(format.whole(delivered))}
        />
        <Figure
          label={said.clickToOpen}
          value={format.rate(report.click_to_open)}
          about={opened > 0 ? said.clickToOpenAbout(format.whole(opened)) : said.noOpens}
        />
        {kinds.map((kind) => (
          <Figure
            key={kind}
            kind={kind}
            label={words.openers[kind].opens}
            value={format.whole(opens[kind])}
            about={words.openers[kind].about}
          />
        ))}
      </ul>
      <p class="words">
        {report.open_rate !== null && <>{said.openRate(format.rate(report.open_rate))} </>}
        {said.ratesAre}
        {unique && (
          <>
            {' '}
            <strong>
              {said.unique(
                format.whole(unique.opens),
                format.whole(unique.clicks),
                format.whole(unique.days),
              )}
            </strong>
          </>
        )}
      </p>
    </section>
  );
}
