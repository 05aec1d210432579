import { Command } from 'commander';
import type { User } from '../../schema/access.ts';
import { Email, NewUser, Password, Role } from '../../schema/access.ts';
import { addUser, Unknown } from '../access/accounts.ts';
import { hashPassword } from '../access/secrets.ts';
import type { Tool } from '../store/tool.ts';
import { askPassword, check, printRows, type ReadSettings, random, Usage, withStore } from './context.ts';

async function userByEmail(store: Tool, email: string): Promise<User> {
  const found = await store.config.findUser(check(Email, email, 'e-mail'));
  if (!found) throw new Unknown(`There is no user "${email}". footfall user list shows all.`);
  return found.user;
}

export function userCommand(readSettings: ReadSettings): Command {
  const command = new Command('user').description('people who may sign in');
  command
    .command('add <email>')
    .description('add a user; the password is asked for, or read from standard input')
    .option('--role <role>', 'admin (everything) or viewer (figures and mails of some sites)', 'viewer')
    .option('--site <domain...>', 'sites that a viewer may read')
    .action(async (email: string, options: { role: string; site?: string[] }) => {
      check(Email, email, 'e-mail');
      check(Role, options.role, '--role');
      const password = await askPassword(`Password for ${email} (at least 10 characters): `);
      const user = check(
        NewUser,
        {
          email,
          password: check(Password, password, 'password'),
          role: options.role,
          sites: options.site ?? [],
        },
        'user',
      );
      await withStore(readSettings, async (store) => {
        const sites = await store.config.listSites();
        await addUser(
          store.config,
          { find: (domain) => sites.find((site) => site.domain === domain) },
          random,
          user,
        );
      });
      process.stderr.write(`Added ${user.email} as ${user.role}.\n`);
    });
  command
    .command('list')
    .description('list the users')
    .option('--json', 'print as JSON')
    .action(async (options: { json?: boolean }) => {
      const rows = await withStore(readSettings, async (store) => {
        const domains = new Map((await store.config.listSites()).map((site) => [site.id, site.domain]));
        return (await store.config.listUsers()).map(({ email, role, sites }) => ({
          email,
          role,
          sites: role === 'admin' ? [...domains.values()] : sites.map((id) => domains.get(id) ?? ''),
        }));
      });
      printRows(
        options.json
          ? rows
          : rows.map((row) => ({ ...row, sites: row.role === 'admin' ? 'all' : row.sites.join(', ') })),
        options.json,
        'No user yet. Open the setup link that footfall serve prints, or: footfall user add you@example.com --role admin',
      );
    });
  command
    .command('passwd <email>')
    .description('set a new password, and end the user’s sessions')
    .action(async (email: string) => {
      await withStore(readSettings, async (store) => {
        const user = await userByEmail(store, email);
        const password = check(Password, await askPassword(`New password for ${email}: `), 'password');
        await store.config.setPassword(user.id, await hashPassword(password, random));
      });
      process.stderr.write(`Changed the password of ${email}.\n`);
    });
  command
    .command('remove <email>')
    .description('remove a user')
    .option('--yes', 'also the last admin')
    .action(async (email: string, options: { yes?: boolean }) => {
      await withStore(readSettings, async (store) => {
        const user = await userByEmail(store, email);
        const admins = (await store.config.listUsers()).filter(({ role }) => role === 'admin');
        if (user.role === 'admin' && admins.length === 1 && !options.yes)
          throw new Usage(`${email} is the last admin. If you mean it: footfall user remove ${email} --yes`);
        await store.config.removeUser(user.id);
      });
      process.stderr.write(`Removed ${email}.\n`);
    });
  return command;
}
