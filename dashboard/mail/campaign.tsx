import { useState } from 'preact/hooks';
import type { CampaignReport } from '../../schema/mail.ts';
import { api, type Me, type SiteInfo } from '../api.ts';
import { format } from '../format.ts';
import { Header, Trouble, useTitle } from '../frame.tsx';
import { messages } from '../messages.ts';
import { Command, prepareCommand } from './command.tsx';
import { Curve } from './curve.tsx';
import { Delivered } from './delivered.tsx';
import { Figures } from './figures.tsx';
import { Links } from './links.tsx';
import { Message } from './message.tsx';
import { words } from './messages.ts';
import { placeOf } from './places.ts';
import { RulesPanel } from './rules.tsx';
import { useAnswer } from './use-answer.ts';
import { Website } from './website.tsx';

interface Props {
  readonly me: Me;
  readonly site: SiteInfo;
  readonly name: string;
  readonly reload: () => Promise<void>;
}

/** What became of one mail. */
export function CampaignPage({ me, site, name, reload }: Props) {
  const [saved, setSaved] = useState(false);
  const { answer, error, again } = useAnswer(
    (signal) => api.campaign(site.domain, name, signal),
    `${site.domain} ${name}`,
    reload,
  );
  useTitle(messages.title(words.of(name, site.domain)));
  const unknown = error?.code === 'unknown_campaign';
  return (
    <>
      <Header me={me} site={site} here="mail" />
      <main class="mail" aria-busy={!answer && !error}>
        <p>
          <a href={placeOf.list(site.domain)}>{words.campaign.back}</a>
        </p>
        <h1>
          <bdi>{unknown ? words.campaign.unknown(name) : name}</bdi>
        </h1>
        {unknown && (
          <section class="teach mail-teach">
            <p>{words.campaign.unknownHow}</p>
            <p>
              <a class="main" href={placeOf.prepare(site.domain, name)}>
                {words.campaign.toPrepare}
              </a>
            </p>
            <Command line={prepareCommand(site.domain, name)} />
          </section>
        )}
        {error && !unknown && (
          <div class="failed">
            <Trouble error={error} />
            <button type="button" onClick={again}>
              {messages.error.again}
            </button>
          </div>
        )}
        {answer ? (
          <Report
            site={site}
            report={answer}
            saved={saved}
            onSaved={() => {
              setSaved(true);
              again();
            }}
          />
        ) : (
          !error && <div class="chart skeleton" aria-hidden="true" />
        )}
      </main>
    </>
  );
}

/** When it was sent, or what is known in its place. */
function whenOf({ sent_at, prepared_at, first_day, timezone }: CampaignReport): string | null {
  if (sent_at !== null) return words.campaign.sentAt(format.moment(sent_at, timezone));
  if (first_day !== null) return words.campaign.firstSeen(format.span([first_day, first_day]));
  return prepared_at === null ? null : words.campaign.preparedAt(format.moment(prepared_at, timezone));
}

function Report(props: { site: SiteInfo; report: CampaignReport; saved: boolean; onSaved: () => void }) {
  const { site, report } = props;
  return (
    <>
      <div class="mail-facts">
        <p class="muted">{whenOf(report)}</p>
        <Delivered site={site} report={report} saved={props.saved} onSaved={props.onSaved} />
      </div>
      <Figures report={report} />
      <Curve curve={report.curve} />
      <div class="panels">
        <Links links={report.links} domain={site.domain} />
        <Website site={site} report={report} />
        <RulesPanel rules={report.rules} />
        <section class="lines" aria-labelledby="notes">
          <h2 id="notes">{words.campaign.notes}</h2>
          <ul class="notes">
            {[...report.notes, words.campaign.timezone(report.timezone)].map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </section>
      </div>
      <Message site={site} report={report} />
    </>
  );
}
