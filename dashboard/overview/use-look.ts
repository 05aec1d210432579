import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, api, type SiteInfo } from '../api.ts';
import { messages } from '../messages.ts';
import { type Answers, answersOf, type Look, lookAt } from '../questions.ts';
import type { View } from '../view.ts';

/** A view that has been answered: the figures, and the question that they belong to. */
export interface Shown {
  readonly view: View;
  /** What was asked, see {@link useLook}. */
  readonly key: string;
  /** false: kept from an earlier visit to this view, and asked for again. */
  readonly fresh: boolean;
  readonly look: Look;
  readonly answers: Answers;
}

const refreshMs = 60_000;
const kept = 20;
/** Recent looks by what was asked, so that going back shows figures at once; they are asked again all the same. */
const recent = new Map<string, Shown>();

function remember(key: string, shown: Shown): void {
  recent.delete(key);
  recent.set(key, shown);
  const [oldest] = recent.keys();
  if (recent.size > kept && oldest !== undefined) recent.delete(oldest);
}

/**
 * Asks for a view in one request, and again every minute while the page is seen. What was shown stays until the new
 * figures stand (`stale`), so that nothing jumps; where the request failed, until one succeeds.
 */
export function useLook(site: SiteInfo, view: View, key: string, signedOut: () => void) {
  const [shown, setShown] = useState<Shown | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [round, setRound] = useState(0);
  const retry = () => setRound((count) => count + 1);
  const current = useRef(view);
  current.current = view;

  // The view is told by its key; `round` asks the same question again.
  useEffect(() => {
    const control = new AbortController();
    const asked = current.current;
    const look = lookAt(site, asked, Date.now());
    const name = JSON.stringify(look.questions);
    const before = recent.get(name);
    if (before) setShown((now) => (now?.key === key ? now : { ...before, view: asked, key, fresh: false }));
    api.ask(look.questions, control.signal).then(
      (answers) => {
        const next = { view: asked, key, fresh: true, look, answers: answersOf(look, answers) };
        remember(name, next);
        setShown(next);
        setError(null);
      },
      (reason) => {
        if (control.signal.aborted) return;
        if (reason instanceof ApiError && reason.status === 401) return signedOut();
        setError(
          reason instanceof ApiError
            ? reason
            : new ApiError(0, { code: 'unexpected', message: messages.error.unexpected }),
        );
      },
    );
    return () => control.abort();
  }, [site.domain, site.receiving, key, round]);

  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') setRound((count) => count + 1);
    }, refreshMs);
    return () => clearInterval(timer);
  }, []);

  return { shown, error, stale: shown?.key !== key || !shown.fresh, retry };
}
