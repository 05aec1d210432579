import { z } from 'zod';
import { Domain, Timezone } from './site.ts';

export const Email = z
  .email('must be an e-mail address')
  .max(254)
  .transform((email) => email.toLowerCase());
/** NIST SP 800-63B: length counts, composition rules do not. */
export const Password = z.string().min(10, 'must have at least 10 characters').max(256);

export const Role = z.enum(['admin', 'viewer'], 'must be admin or viewer');
export type Role = z.infer<typeof Role>;

/** Admins do everything; viewers read the figures of the named sites. */
export const User = z.object({
  id: z.number().int(),
  email: z.string(),
  role: Role,
  /** Ids of the sites that a viewer may read; empty for admins, who read all. */
  sites: z.array(z.number().int()),
  createdAt: z.number().int(),
});
export type User = z.infer<typeof User>;

export const NewUser = z.strictObject({
  email: Email,
  password: Password,
  role: Role.default('viewer'),
  sites: z.array(Domain).default([]),
});
export type NewUser = z.infer<typeof NewUser>;

/** `stats` reads figures, `sites` manages sites, users and keys, `mail` prepares mails and asks who objected. */
export const Scope = z.enum(['stats', 'sites', 'mail'], 'must be stats, sites or mail');
export type Scope = z.infer<typeof Scope>;

export const Key = z.object({
  id: z.number().int(),
  name: z.string(),
  scopes: z.array(Scope),
  /** The first characters, to tell keys apart; the rest is stored only as a hash. */
  prefix: z.string(),
  createdAt: z.number().int(),
});
export type Key = z.infer<typeof Key>;

export const NewKey = z.strictObject({
  name: z.string().trim().min(1).max(100),
  scopes: z.array(Scope).min(1).default(['stats']),
});
export type NewKey = z.infer<typeof NewKey>;

export const Login = z.strictObject({ email: Email, password: z.string().min(1).max(256) });
export const Setup = z.strictObject({
  token: z.string().min(1).max(200),
  email: Email,
  password: Password,
  domain: Domain,
  timezone: Timezone,
  /** Also count pages on localhost and 127.0.0.1, to try it out. */
  localhost: z.boolean().default(false),
});
