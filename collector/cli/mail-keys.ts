import { Command } from 'commander';
import { z } from 'zod';
import { mailKeyBytes } from '../mail/secrets.ts';
import { check, printRows, type ReadSettings, random, Usage, withStore } from './context.ts';

const KeyId = z
  .string()
  .regex(/^[1-9]\d{0,9}$/, 'must be the number of a key, see footfall mail keys')
  .transform(Number);

export const keysCommand = (readSettings: ReadSettings): Command =>
  new Command('keys')
    .description('list the keys that mail links are signed with; secrets are never shown')
    .option('--json', 'print as JSON')
    .action(async ({ json }: { json?: boolean }) => {
      const keys = await withStore(readSettings, (store) => store.config.listMailKeys());
      printRows(
        keys.map(({ id, createdAt }, index) => ({
          key: id,
          created: new Date(createdAt).toISOString(),
          use: index === keys.length - 1 ? 'signs and verifies' : 'verifies',
        })),
        json,
        'No key yet: the first is made with the first mail, or when the server starts.',
      );
    });

export const rotateKeyCommand = (readSettings: ReadSettings): Command =>
  new Command('rotate-key')
    .description('sign mails with a new key from now on; links that are out stay valid')
    .action(async () => {
      const id = await withStore(readSettings, (store) => store.config.addMailKey(random(mailKeyBytes)));
      process.stdout.write(`${id}\n`);
      process.stderr.write(
        `New mails are signed with key ${id}. Mails that are out still work; once none of them matters any more, older keys can go: footfall mail revoke-key <key>\n`,
      );
    });

export const revokeKeyCommand = (readSettings: ReadSettings): Command =>
  new Command('revoke-key')
    .description('take a key back: every link that was signed with it stops working')
    .argument('<key>', 'its number, see footfall mail keys')
    .action(async (given: string) => {
      const id = check(KeyId, given, '<key>');
      await withStore(readSettings, async ({ config }) => {
        const keys = await config.listMailKeys();
        if (keys.length > 0 && keys.at(-1)?.id === id)
          throw new Usage(`key ${id} signs new mails: make another one first with footfall mail rotate-key`);
        await config.removeMailKey(id);
      });
      process.stderr.write(
        `Key ${id} is gone. Links that were signed with it lead to a page that says so.\n`,
      );
    });
