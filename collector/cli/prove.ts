import { Command } from 'commander';
import { prove } from '../prove/prove.ts';
import { proofText } from '../prove/report.ts';
import { version } from '../version.ts';
import { type ReadSettings, random } from './context.ts';

export const proveCommand = (readSettings: ReadSettings): Command =>
  new Command('prove')
    .description(
      'check the promise on the live database, and print a dated report; exits with 1 if a check fails',
    )
    .option('--json', 'print the report as JSON')
    .addHelpText(
      'after',
      `
It looks for what stands longer than it may, sends a made-up visitor through the server (the one that runs, or one that it
starts for the purpose) at a site of its own, searches every byte of the data folder for that visitor, and removes the site.
The first run of a large database takes a while: every byte is read several hundred times.`,
    )
    .action(async (options: { json?: boolean }) => {
      const proof = await prove({
        settings: readSettings(),
        random,
        clock: Date.now,
        version,
        progress: (what) => process.stderr.write(`${what} …\n`),
      });
      process.stdout.write(options.json ? `${JSON.stringify(proof, null, 2)}\n` : proofText(proof));
      if (!proof.passed) process.exitCode = 1;
    });
