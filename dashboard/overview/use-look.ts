import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, api, type SiteInfo } from '../api.ts';
import { messages } from '../messages.ts';
import { type Answers, answersOf, type Look, lookAt } from '../questions.ts';
import type { View } from '../view.ts';

/** A view that has been answered: the figures, and the question that they belong to. */
export interface Shown {
  readonly view: View;
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
 * figures stand (`stale`), so that nothing jumps.
 */
export function useLook(site: SiteInfo, view: View, key: string, signedOut: () => void) {
  const [shown, setShown] = useState<Shown | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [answered, setAnswered] = useState('');
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
    if (before) setShown({ ...before, view: asked });
    api.ask(look.questions, control.signal).then(
      (answers) => {
        const next = { view: asked, look, answers: answersOf(look, answers) };
        remember(name, next);
        setShown(next);
        setError(null);
        setAnswered(key);
      },
      (reason) => {
        if (control.signal.aborted) return;
        if (reason instanceof ApiError && reason.status === 401) return signedOut();
        setError(
          reason instanceof ApiError
            ? reason
            : new ApiError(0, { code: 'unexpected', message: messages.error.unexpected }),
        );
        setAnswered(key);
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

  return { shown, error, stale: answered !== key, retry };
}
