import type { Refusal } from './api.ts';
import { messages } from './messages.ts';
import { parsePeriod } from './period.ts';

/** The API's advice in the names that this page uses: `visit:exit_page` is the exit page, `date_range "7d"` the last 7 days. */
export function readable(hint: string): string {
  const named = hint
    .replace(/\b(?:event|visit):[a-z_]+/g, (api) => messages.dimensions[api] ?? api)
    .replace(' (today)', '')
    .replace(/\bdate_range\s+(?=")/g, '')
    .replace(/"([^"]*)"/g, (quoted, text: string) => {
      const period = parsePeriod(text);
      return typeof period === 'string' ? messages.presets[period] : quoted;
    });
  return named.charAt(0).toUpperCase() + named.slice(1).replace(/[^.]$/, '$&.');
}

/** What the store cannot tell, in its own words, where the figures would stand. */
export function Words({ error }: { error: Refusal['error'] }) {
  return (
    <div class="words">
      <p>{error.message}</p>
      {error.hint && <p class="hint">{readable(error.hint)}</p>}
    </div>
  );
}
