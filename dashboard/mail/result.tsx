import type { RefObject } from 'preact';
import { useRef } from 'preact/hooks';
import type { PreparedLink } from '../../schema/mail.ts';
import type { SiteInfo } from '../api.ts';
import { CopyButton } from '../copy.tsx';
import { format } from '../format.ts';
import { words } from './messages.ts';
import { placeOf } from './places.ts';
import type { Done } from './prepare.tsx';

/** A text to take along. */
function Piece({ what, content, hint }: { what: string; content: string; hint?: string }) {
  const field = useRef<HTMLTextAreaElement>(null);
  return (
    <div class="piece">
      <div class="piece-head">
        <h3>{what}</h3>
        <CopyButton text={content} shownIn={field} label={words.prepare.copy(what)} />
      </div>
      {hint && <p class="muted">{hint}</p>}
      <textarea
        ref={field}
        rows={Math.min(content.split('\n').length, 10)}
        readOnly
        value={content}
        aria-label={what}
      />
    </div>
  );
}

function LinksTable({ links }: { links: readonly PreparedLink[] }) {
  const said = words.prepare;
  const changed = links.filter(({ left }) => left === null).length;
  if (links.length === 0) return <p class="words">{said.noLinks}</p>;
  return (
    <>
      <p>{said.linksOf(format.whole(changed), format.whole(links.length))}</p>
      <table class="mails two-lines prepared-links">
        <caption class="unseen">{said.linksTitle}</caption>
        <thead>
          <tr>
            <th scope="col">{said.link}</th>
            <th scope="col" class="where">
              {said.part}
            </th>
            <th scope="col" class="becomes">
              {said.becomes}
            </th>
          </tr>
        </thead>
        <tbody>
          {links.map(({ number, where, label, href, target, left }) => (
            <tr key={number} class={left === null ? undefined : 'muted'}>
              <th scope="row">
                <span class="wraps">
                  <bdi>{label ?? href}</bdi>
                </span>
              </th>
              <td class="where">{said.parts[where]}</td>
              <td class="becomes">{left === null ? <bdi class="address">{target}</bdi> : said.left(left)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** What came back: the links, and unless it was only a look, the mail to be copied. */
export function Result(props: { at: RefObject<HTMLElement>; site: SiteInfo; done: Done; changed: boolean }) {
  const { site, changed } = props;
  const { prepared, campaign, dryRun } = props.done;
  const said = words.prepare;
  const links = (
    <>
      {!dryRun && <h3>{said.linksTitle}</h3>}
      <LinksTable links={prepared.links} />
      {dryRun && <p class="muted">{said.dryRun}</p>}
    </>
  );
  return (
    <section class="result" aria-labelledby="result" ref={props.at} tabindex={-1}>
      <h2 id="result">{dryRun ? said.linksTitle : said.doneTitle(campaign)}</h2>
      {changed && (
        <p class="said" role="status">
          {said.changedSince}
        </p>
      )}
      {!dryRun && (
        <>
          <p class="muted">{said.doneLead}</p>
          <Piece what={said.doneHtml} content={prepared.html} />
          {prepared.text !== null && <Piece what={said.doneText} content={prepared.text} />}
          {prepared.headers.length > 0 && (
            <Piece what={said.doneHeaders} content={prepared.headers.join('\n')} hint={said.headersHint} />
          )}
          <p>
            {said.next} <a href={placeOf.campaign(site.domain, campaign)}>{said.nextLink}</a>.
          </p>
        </>
      )}
      {dryRun && links}
      {prepared.notes.length > 0 && (
        <>
          <h3>{said.notes}</h3>
          <ul class="notes">
            {prepared.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </>
      )}
      {!dryRun && links}
    </section>
  );
}
