import { useRef } from 'preact/hooks';
import type { SiteInfo } from '../api.ts';
import { CopyButton } from '../copy.tsx';
import { words } from './messages.ts';
import { placeOf } from './places.ts';

/** A command to copy. */
export function Command({ line }: { line: string }) {
  const code = useRef<HTMLElement>(null);
  return (
    <div class="code">
      <code ref={code}>{line}</code>
      <CopyButton text={line} shownIn={code} />
    </div>
  );
}

/** What to do first, where no mail is known. */
export function Empty({ site: { domain } }: { site: SiteInfo }) {
  return (
    <section class="teach mail-teach">
      <h1>{words.empty.title}</h1>
      <p class="muted">{words.empty.lead}</p>
      <ol>
        <li>
          <p>
            <strong>{words.empty.prepareFirst}</strong> {words.empty.prepareAbout}
          </p>
          <p>
            <a class="main" href={placeOf.prepare(domain)}>
              {words.list.prepare}
            </a>
          </p>
          <p class="muted">{words.empty.orCommand}</p>
          <Command
            line={`footfall mail prepare template.html --campaign spring-26 --site ${domain} --out prepared.html`}
          />
        </li>
        <li>
          <p>
            <strong>{words.empty.send}</strong> {words.empty.sendAbout}
          </p>
        </li>
        <li>
          <p>
            <strong>{words.empty.sayFirst}</strong> {words.empty.sayAbout}
          </p>
          <Command line={`footfall mail sent --campaign spring-26 --site ${domain} --count 1200`} />
        </li>
      </ol>
    </section>
  );
}
