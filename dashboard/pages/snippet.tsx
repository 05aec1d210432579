import { useEffect, useRef, useState } from 'preact/hooks';
import { api, type Me, type SiteInfo } from '../api.ts';
import { Page } from '../frame.tsx';
import { messages } from '../messages.ts';

/** The dashboard runs on the reader's own machine. */
export const onLoopback = (): boolean => /^(localhost|127\.0\.0\.1|\[::1\])$/.test(location.hostname);

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
  publicUrl,
  site,
  onReceiving,
}: {
  publicUrl: string;
  site: SiteInfo;
  onReceiving?: () => void;
}) {
  const [copied, setCopied] = useState<string | null>(null);
  const code = useRef<HTMLElement>(null);
  const receiving = useReceiving(site, onReceiving);
  const base = publicUrl.replace(/\/$/, '');
  const line = `<script defer data-domain="${site.domain}" src="${base}/js/footfall.js"></script>`;

  const copy = async () => {
    try {
      await navigator.clipboard.writeText(line);
      setCopied(messages.snippet.copied);
    } catch {
      // No clipboard without https: the line is marked instead.
      if (code.current) getSelection()?.selectAllChildren(code.current);
      setCopied(messages.snippet.select);
    }
  };
  return (
    <section class="snippet">
      <p>{messages.snippet.lead(site.domain)}</p>
      <div class="code">
        <code ref={code}>{line}</code>
        <button type="button" onClick={copy}>
          {copied ?? messages.snippet.copy}
        </button>
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
      ) : (
        onLoopback() && (
          <p>
            <a href={`/practice?site=${encodeURIComponent(site.domain)}`} target="_blank" rel="noopener">
              {messages.snippet.practice}
            </a>{' '}
            {messages.snippet.practiceAbout}
          </p>
        )
      )}
    </section>
  );
}

export function SnippetPage({ me, site }: { me: Me; site: SiteInfo }) {
  return (
    <Page me={me} site={site} here="snippet" title={messages.snippet.title}>
      <Snippet publicUrl={me.publicUrl} site={site} />
    </Page>
  );
}
