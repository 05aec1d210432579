import type { Key, NewKey, NewUser, User } from '../../schema/access.ts';
import type { Site } from '../../schema/site.ts';
import type { Config } from './config.ts';
import type { Random } from './random.ts';
import { digest, hashPassword, newSecret } from './secrets.ts';

/** Names something that the configuration does not have. */
export class Unknown extends Error {
  override readonly name = 'Unknown';
}

/** Adds a user; the password is kept only as its scrypt hash. Throws {@link Unknown} for a site that does not exist. */
export async function addUser(
  config: Pick<Config, 'addUser'>,
  sites: { find(domain: string): Site | undefined },
  random: Random,
  user: NewUser,
): Promise<User> {
  const ids = user.sites.map((domain) => {
    const site = sites.find(domain);
    if (!site) throw new Unknown(`There is no site "${domain}".`);
    return site.id;
  });
  return config.addUser({
    email: user.email,
    passwordHash: await hashPassword(user.password, random),
    role: user.role,
    sites: ids,
  });
}

/** Makes a key of 256 bits; it is shown this once and kept only as its hash. */
export async function addKey(
  config: Pick<Config, 'addKey'>,
  random: Random,
  { name, scopes }: NewKey,
): Promise<{ key: Key; secret: string }> {
  const secret = `ff_${newSecret(random)}`;
  const key = await config.addKey({ name, scopes, digest: digest(secret), prefix: secret.slice(0, 7) });
  return { key, secret };
}
