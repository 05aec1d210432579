import type { SiteInfo } from '../api.ts';
import { Command, prepareCommand } from './command.tsx';
import { words } from './messages.ts';
import { placeOf } from './places.ts';

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
          <Command line={prepareCommand(domain, 'spring-26')} />
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
