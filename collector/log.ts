import type { Settings } from '../schema/settings.ts';

/** One JSON object a line, on stderr. Callers give no value that came from a visitor: messages of foreign errors stay out. */
export type Log = (line: Readonly<Record<string, unknown>>) => void;

const levels = ['silent', 'error', 'info', 'debug'];

export function createLog(
  level: Settings['LOG_LEVEL'],
  write: (text: string) => void = (text) => process.stderr.write(text),
): Log {
  const most = levels.indexOf(level);
  return (line) => {
    if (levels.indexOf(String(line.level ?? 'info')) <= most)
      write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`);
  };
}
