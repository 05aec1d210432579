import { useEffect, useState } from 'preact/hooks';
import type { Realtime } from '../../schema/query.ts';
import { api } from '../api.ts';

const pollMs = 15_000;

/** Visits right now, asked again while the page is seen; null until the first answer. */
export function useNow(domain: string): Realtime | null {
  const [live, setLive] = useState<Realtime | null>(null);
  useEffect(() => {
    const control = new AbortController();
    const ask = () => {
      if (document.visibilityState === 'visible')
        api.realtime(domain, control.signal).then(setLive, () => undefined);
    };
    ask();
    const timer = setInterval(ask, pollMs);
    document.addEventListener('visibilitychange', ask);
    return () => {
      control.abort();
      clearInterval(timer);
      document.removeEventListener('visibilitychange', ask);
    };
  }, [domain]);
  return live;
}
