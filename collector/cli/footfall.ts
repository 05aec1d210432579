#!/usr/bin/env node
import { Command } from 'commander';
import { readSettings, SettingsError } from '../settings.ts';
import { version } from '../version.ts';
import { backupCommand, restoreCommand } from './backup.ts';
import { demoCommand } from './demo.ts';
import { doctorCommand } from './doctor.ts';
import { exportCommand } from './export.ts';
import { jobsCommand } from './jobs.ts';
import { keyCommand } from './key.ts';
import { mailCommand } from './mail.ts';
import { privacyCommand } from './privacy.ts';
import { purgeCommand } from './purge.ts';
import { serveCommand } from './serve.ts';
import { siteCommand } from './site.ts';
import { userCommand } from './user.ts';

/** Errors that say all there is to say; of others the stack is shown too. */
const plain = new Set([
  'SettingsError',
  'Conflict',
  'NotFound',
  'Unknown',
  'UnusableDatabase',
  'StoreError',
  'NotReleasable',
  'Usage',
  'CannotProve',
]);

const program = new Command('footfall')
  .description('First-party analytics that keeps its promise: aggregates only, no identifiers.')
  .version(version)
  .showHelpAfterError('(footfall --help lists the commands)')
  .addHelpText(
    'after',
    '\nSettings are FOOTFALL_* variables or footfall.config.json; the README lists them.',
  );

program.addCommand(serveCommand(readSettings));
program.addCommand(siteCommand(readSettings));
program.addCommand(userCommand(readSettings));
program.addCommand(keyCommand(readSettings));
program.addCommand(mailCommand(readSettings));
program.addCommand(privacyCommand(readSettings));
program.addCommand(doctorCommand(readSettings));
program.addCommand(exportCommand(readSettings));
program.addCommand(purgeCommand(readSettings));
program.addCommand(backupCommand(readSettings));
program.addCommand(restoreCommand(readSettings));
program.addCommand(jobsCommand(readSettings));
program.addCommand(demoCommand(readSettings));

// Whoever read our output may be gone before us (`footfall serve | head`); that ends no server.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

try {
  await program.parseAsync();
} catch (error) {
  const known =
    error instanceof SettingsError ||
    (error instanceof Error && (plain.has(error.name) || error.stack === undefined));
  const told =
    error instanceof Error ? (known || error.name === 'Error' ? error.message : error.stack) : String(error);
  process.stderr.write(`footfall: ${told}\n`);
  process.exitCode = 1;
}
