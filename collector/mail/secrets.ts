import type { Config } from '../access/config.ts';
import type { Random } from '../access/random.ts';
import { suppressionHash, suppressionKeyBytes } from '../access/suppression.ts';
import { createMailTokens, type MailTokens } from './token.ts';

/** Bytes of a key that mail links are signed with. */
export const mailKeyBytes = 32;

/** What mails are signed with, and who has objected: in memory, because every open and click asks. */
export interface MailSecrets {
  readonly tokens: MailTokens;
  /** Whether a recipient has objected, by their token. */
  isSuppressed(token: string): boolean;
  /** Puts a recipient on the list; `day` counts from 1970. */
  suppress(token: string, day: number): Promise<void>;
  /** Reads both again if the configuration has changed since, by whichever process. */
  refresh(): Promise<void>;
}

type Kept = Pick<
  Config,
  | 'configVersion'
  | 'listMailKeys'
  | 'makeMailKey'
  | 'findSuppressionKey'
  | 'makeSuppressionKey'
  | 'listSuppressed'
  | 'suppress'
>;

/** The tokens of an instance; makes its first key. */
export async function mailTokens(config: Kept, random: Random): Promise<MailTokens> {
  const keys = await config.listMailKeys();
  return createMailTokens(keys.length > 0 ? keys : await config.makeMailKey(random(mailKeyBytes)));
}

export async function createMailSecrets(config: Kept, random: Random): Promise<MailSecrets> {
  let tokens = await mailTokens(config, random);
  let version = -1;
  let key: Uint8Array | null = null;
  // Only ever grows: nobody is taken off the list.
  const listed = new Set<string>();
  const spelled = (hash: Uint8Array): string => Buffer.from(hash).toString('base64');
  const secrets: MailSecrets = {
    get tokens() {
      return tokens;
    },
    // Nobody is hashed for a list that is empty.
    isSuppressed: (token) =>
      key !== null && listed.size > 0 && listed.has(spelled(suppressionHash(key, token))),
    async suppress(token, day) {
      key = await config.makeSuppressionKey(random(suppressionKeyBytes));
      const hash = suppressionHash(key, token);
      await config.suppress({ hash, day });
      listed.add(spelled(hash));
    },
    async refresh() {
      const now = await config.configVersion();
      if (now === version) return;
      tokens = await mailTokens(config, random);
      key = await config.findSuppressionKey();
      for (const hash of await config.listSuppressed()) listed.add(spelled(hash));
      version = now;
    },
  };
  await secrets.refresh();
  return secrets;
}
