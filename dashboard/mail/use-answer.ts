import { useCallback, useEffect, useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { messages } from '../messages.ts';

export const asApiError = (reason: unknown): ApiError =>
  reason instanceof ApiError
    ? reason
    : new ApiError(0, { code: 'unexpected', message: messages.error.unexpected });

/** Asks once for what a page shows, and again on demand; what was shown stays until the new answer stands. */
export function useAnswer<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  key: string,
  signedOut: () => void,
): { answer: T | null; error: ApiError | null; again: () => void } {
  const [shown, setShown] = useState<{ key: string; answer: T } | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [round, setRound] = useState(0);
  const again = useCallback(() => setRound((count) => count + 1), []);
  // What is asked is told by its key; `round` asks the same again.
  useEffect(() => {
    const control = new AbortController();
    ask(control.signal).then(
      (answer) => {
        setShown({ key, answer });
        setError(null);
      },
      (reason) => {
        if (control.signal.aborted) return;
        if (reason instanceof ApiError && reason.status === 401) return signedOut();
        setError(asApiError(reason));
      },
    );
    return () => control.abort();
  }, [key, round]);
  return { answer: shown?.key === key ? shown.answer : null, error, again };
}
