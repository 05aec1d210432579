import { Command } from 'commander';
import { NewKey } from '../../schema/access.ts';
import { addKey, Unknown } from '../access/accounts.ts';
import { check, printRows, type ReadSettings, random, Usage, withStore } from './context.ts';

export function keyCommand(readSettings: ReadSettings): Command {
  const command = new Command('key').description('keys for programs');
  command
    .command('add')
    .description('add a key and print it, this once')
    .requiredOption('--name <name>', 'what it is for')
    .option(
      '--scope <scope...>',
      'stats (read figures), sites (manage sites, users, keys), mail (prepare mails)',
      ['stats'],
    )
    .action(async (options: { name: string; scope: string[] }) => {
      const key = check(NewKey, { name: options.name, scopes: options.scope }, 'key');
      const { secret } = await withStore(readSettings, async (store) => {
        if ((await store.config.listKeys()).some(({ name }) => name === key.name))
          throw new Usage(`There is a key "${key.name}" already. Choose another name, or revoke it first.`);
        return addKey(store.config, random, key);
      });
      process.stdout.write(`${secret}\n`);
    });
  command
    .command('list')
    .description('list the keys')
    .option('--json', 'print as JSON')
    .action(async (options: { json?: boolean }) => {
      const keys = await withStore(readSettings, (store) => store.config.listKeys());
      const rows = keys.map(({ name, prefix, scopes, createdAt }) => ({
        name,
        begins: prefix,
        scopes: scopes.join(', '),
        added: new Date(createdAt).toISOString().slice(0, 10),
      }));
      printRows(rows, options.json, 'No key yet. Add one: footfall key add --name grafana --scope stats');
    });
  command
    .command('revoke <name>')
    .description('revoke a key by its name')
    .action(async (name: string) => {
      await withStore(readSettings, async (store) => {
        const keys = (await store.config.listKeys()).filter((key) => key.name === name);
        if (keys.length === 0) throw new Unknown(`There is no key "${name}". footfall key list shows all.`);
        for (const key of keys) await store.config.removeKey(key.id);
      });
      process.stderr.write(`Revoked ${name}.\n`);
    });
  return command;
}
