import { Command } from 'commander';
import { serve } from '../serve.ts';
import type { ReadSettings } from './context.ts';

export const serveCommand = (readSettings: ReadSettings): Command =>
  new Command('serve').description('collect events and serve the dashboard').action(() => run(readSettings));

/** Serves until SIGTERM or SIGINT, then stops in order; a second signal stops at once. */
async function run(readSettings: ReadSettings): Promise<void> {
  const running = await serve(readSettings(), (line) => process.stdout.write(`${line}\n`));
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(1);
    stopping = true;
    process.stdout.write(`footfall stops (${signal})\n`);
    running.stop().then(
      () => process.exit(0),
      (error: Error) => {
        process.stderr.write(`footfall: ${error.message}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
