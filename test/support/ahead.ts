import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const preload = pathToFileURL(join(import.meta.dirname, 'preload/clock.mjs')).href;

/** A clock for built servers and commands that can be put ahead while they run, and not back. */
export function clockAhead(folder: string) {
  const file = join(folder, 'clock-ahead');
  let ahead = 0;
  writeFileSync(file, '0');
  return {
    /** Give it to the process. */
    environment: { NODE_OPTIONS: `--import ${preload}`, CLOCK_AHEAD: file },
    now: (): number => Date.now() + ahead,
    /** From now on it is this moment, ms since 1970. */
    set(at: number): void {
      ahead = Math.round(at - Date.now());
      writeFileSync(file, String(ahead));
    },
  };
}
export type ClockAhead = ReturnType<typeof clockAhead>;
