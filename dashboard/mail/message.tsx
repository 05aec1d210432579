import { useState } from 'preact/hooks';
import type { CampaignReport } from '../../schema/mail.ts';
import { heatAddress, type SiteInfo } from '../api.ts';
import { Command, prepareCommand } from './command.tsx';
import { words } from './messages.ts';
import { placeOf } from './places.ts';

/** The message itself with the share of clicks on each link; words where its template is not kept. */
export function Message({ site, report }: { site: SiteInfo; report: CampaignReport }) {
  const [narrow, setNarrow] = useState(false);
  const { campaign } = report;
  const said = words.campaign;
  return (
    <section class="panel message" aria-labelledby="message">
      <header>
        <h2 id="message">{said.message}</h2>
        {report.template && (
          <fieldset class="tabs">
            <legend class="unseen">{said.width}</legend>
            {([false, true] as const).map((each) => (
              <button
                key={String(each)}
                type="button"
                aria-pressed={narrow === each}
                onClick={() => setNarrow(each)}
              >
                {each ? said.narrow : said.wide}
              </button>
            ))}
          </fieldset>
        )}
      </header>
      {report.template ? (
        <>
          <p class="more muted">{said.messageAbout}</p>
          <iframe
            class={narrow ? 'heat narrow' : 'heat'}
            src={heatAddress(site.domain, campaign)}
            title={said.frame(campaign)}
            sandbox=""
            referrerpolicy="no-referrer"
            loading="lazy"
          />
        </>
      ) : (
        <>
          <p class="words">
            {said.noTemplate} {said.noTemplateHow}
          </p>
          <p>
            <a href={placeOf.prepare(site.domain, campaign)}>{said.toPrepare}</a>
          </p>
          <Command line={prepareCommand(site.domain, campaign)} />
        </>
      )}
    </section>
  );
}
