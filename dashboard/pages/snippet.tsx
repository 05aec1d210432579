import { useEffect, useRef, useState } from 'preact/hooks';
import { profiles } from '../../schema/profiles.ts';
import { snippetOf } from '../../schema/snippet.ts';
import { api, type Me, type SiteInfo } from '../api.ts';
import { CopyButton } from '../copy.tsx';
import { Page } from '../frame.tsx';
import { messages } from '../messages.ts';

/** Where the practice page of a site is counted: here or at the public address, if the site's pages may be there; else null. */
export function practiceAddress(site: SiteInfo, publicUrl: string, here: string): string | null {
  const bare = (host: string) => host.toLowerCase().replace(/^www\./, '');
  const hosts = [site.domain, ...site.settings.hostnames].map(bare);
  const base = [here, publicUrl].find(
    (address) => URL.canParse(address) && hosts.includes(bare(new URL(address).hostname)),
  );
  return base ? new URL(`/practice?site=${encodeURIComponent(site.domain)}`, base).href : null;
}

const pollMs = 2_000;

/** true from when the first event of the site was counted. */
function useReceiving(site: SiteInfo, onReceiving?: () => void): boolean {
  const [receiving, setReceiving] = useState(site.receiving);
  useEffect(() => {
    if (receiving) return;
    const timer = setInterval(async () => {
      const live = await api.realtime(site.domain).catch(() => null);
      if (!live?.receiving) return;
      setReceiving(true);
      onReceiving?.();
    }, pollMs);
    return () => clearInterval(timer);
  }, [receiving, site.domain, onReceiving]);
  return receiving;
}

/** What to paste, and whether it works yet. */
export function Snippet({
  me: { publicUrl, profile },
  site,
  onReceiving,
}: {
  me: Pick<Me, 'publicUrl' | 'profile'>;
  site: SiteInfo;
  onReceiving?: () => void;
}) {
  const code = useRef<HTMLElement>(null);
  const receiving = useReceiving(site, onReceiving);
  const practice = practiceAddress(site, publicUrl, location.origin);
  const line = snippetOf(site, publicUrl, profiles[profile]);

  return (
    <section class="snippet">
      <p>{messages.snippet.lead(site.domain)}</p>
      <div class="code">
        <code ref={code}>{line}</code>
        <CopyButton text={line} shownIn={code} />
      </div>
      <p class={receiving ? 'live got' : 'live'} role="status">
        <span class="dot" aria-hidden="true" />
        {receiving ? messages.snippet.got : messages.snippet.waiting}
      </p>
      {receiving ? (
        <p>
          <a class="main" href={`/${site.domain}?period=day`}>
            {messages.snippet.toOverview}
          </a>
        </p>
      ) : practice ? (
        <p>
          <a href={practice} target="_blank" rel="noopener">
            {messages.snippet.practice}
          </a>{' '}
          {messages.snippet.practiceAbout}
        </p>
      ) : (
        <p class="aside">
          {messages.snippet.noPractice(location.hostname)}{' '}
          <code>
            footfall site change {site.domain} --hostname{' '}
            {[...site.settings.hostnames, location.hostname].join(' ')}
          </code>
        </p>
      )}
    </section>
  );
}

export function SnippetPage({ me, site }: { me: Me; site: SiteInfo }) {
  return (
    <Page me={me} site={site} here="snippet" title={messages.snippet.title}>
      <Snippet me={me} site={site} />
    </Page>
  );
}
