import type { Profile } from './profiles.ts';
import type { Site } from './site.ts';

/** What a snippet depends on. */
export type SnippetSite = Pick<Site, 'domain' | 'timezone' | 'settings'> &
  Partial<Pick<Site, 'nextTimezone'>>;

/** The build that can measure returning browsers, and the one for everybody else. */
const trackers = { plain: 'footfall.js', returning: 'footfall.returning.js' } as const;

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');

function tag(attributes: Readonly<Record<string, string | null>>): string {
  const written = Object.entries(attributes).flatMap(([name, value]) =>
    value === null ? [] : [`${name}="${escaped(value)}"`],
  );
  return `<script defer ${written.join(' ')}></script>`;
}

const address = (collector: string, path: string): string => `${collector.replace(/\/+$/, '')}${path}`;

/**
 * The tag that a site's pages carry, from its settings.
 *
 * @param collector where browsers reach it, such as `https://stats.example.com`
 * @param profile under strict, opted-out visitors send nothing at any site
 */
export function snippetOf(
  { domain, timezone, nextTimezone, settings }: SnippetSite,
  collector: string,
  profile: Pick<Profile, 'ignoreOptedOut'>,
): string {
  const ignores = profile.ignoreOptedOut || settings.optedOut === 'ignore';
  const returning = settings.returning !== 'off';
  return tag({
    'data-domain': domain,
    'data-opted-out': ignores ? 'ignore' : null,
    // Otherwise the server alone hears it. Here it decides what is sent, or kept on the device.
    'data-dnt': settings.dnt && (ignores || returning) ? '1' : null,
    'data-returning': returning ? settings.returning : null,
    'data-timezone': returning ? (nextTimezone ?? timezone) : null,
    src: address(collector, `/js/${returning ? trackers.returning : trackers.plain}`),
  });
}

/** What a site's privacy page carries: a link to the collector's, which the script turns into a button. */
export function optOutSnippetOf({ domain, settings }: SnippetSite, collector: string): string {
  const privacy = address(collector, `/privacy?site=${encodeURIComponent(domain)}`);
  return [
    `<a data-footfall-opt-out href="${escaped(privacy)}">Opt out of being counted</a>`,
    tag({ 'data-dnt': settings.dnt ? '1' : null, src: address(collector, '/js/opt-out.js') }),
  ].join('\n');
}

/** Stands before the snippet on pages that call `footfall` before the script is there. */
export const stub = `<script>
  window.footfall = window.footfall || function () { (footfall.q = footfall.q || []).push(arguments) };
  ['consent', 'optIn', 'optOut'].forEach(function (act) {
    footfall[act] = footfall[act] || function (said) { (footfall.a = footfall.a || []).push([act, said]) };
  });
</script>`;
