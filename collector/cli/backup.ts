import { join } from 'node:path';
import { Command } from 'commander';
import { backUp, sizeOf } from '../store/backup.ts';
import { restore } from '../store/restore.ts';
import type { ReadSettings } from './context.ts';

const size = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;

export const backupCommand = (readSettings: ReadSettings): Command =>
  new Command('backup')
    .description('copy the database to a new file, also while the server runs')
    .argument('<file>', 'the file to write; it must not be there yet')
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      `
Everything that was answered before it began is in the copy; sessions are not, so that nobody is signed in by it.
It holds what the database holds (figures, sites, users, keys of the instance): keep it as safe, and no longer.`,
    )
    .action((file: string, options: { json?: boolean }) => {
      const path = join(readSettings().DATA_DIR, 'footfall.db');
      process.stderr.write(`Copying ${path} (${size(sizeOf(path))}) …\n`);
      const backup = backUp(path, file);
      if (options.json) process.stdout.write(`${JSON.stringify(backup, null, 2)}\n`);
      else process.stdout.write(`Wrote ${backup.file} (${size(backup.bytes)}).\n`);
    });

export const restoreCommand = (readSettings: ReadSettings): Command =>
  new Command('restore')
    .description('put a backup in the place of the database; stop the server first')
    .argument('<file>', 'a file that footfall backup wrote')
    .option('--json', 'print as JSON')
    .addHelpText(
      'after',
      `
The database that was there is moved aside, not deleted. Whoever was signed in signs in again.`,
    )
    .action((file: string, options: { json?: boolean }) => {
      const folder = readSettings().DATA_DIR;
      const restored = restore(file, folder, Date.now());
      if (options.json) return void process.stdout.write(`${JSON.stringify(restored, null, 2)}\n`);
      const carried = Object.entries(restored.carried).map(([table, count]) => `${count} ${table}`);
      const lines = [
        `Restored ${file} (${size(restored.bytes)}) to ${folder}.`,
        ...(carried.length > 0
          ? [
              `Carried over from the database that was there, as they may not be forgotten: ${carried.join(', ')}.`,
            ]
          : []),
        ...(restored.old
          ? [
              `The database that was there is ${restored.old} now. Nothing expires in it: delete it when you no longer need it.`,
            ]
          : []),
      ];
      process.stdout.write(`${lines.join('\n')}\n`);
    });
