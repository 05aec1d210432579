import type { Realtime } from '../../schema/query.ts';
import type { Settings } from '../../schema/settings.ts';
import type { Site } from '../../schema/site.ts';
import type { Config } from '../access/config.ts';
import type { Directory } from '../access/directory.ts';
import type { OneTimeToken } from '../access/one-time-token.ts';
import type { Random } from '../access/random.ts';
import type { Standing } from '../gate/standing.ts';
import type { MailSecrets } from '../mail/secrets.ts';
import type { Client } from '../parse/submitted.ts';
import type { Collect, CollectMail } from '../pipeline.ts';
import type { Reader } from '../query/read.ts';
import type { Tally } from '../tally.ts';
import type { Clock } from '../time/clock.ts';
import type { Assets } from './assets.ts';

/** What the routes work with; put together in `collector/app.ts`. */
export interface Services {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly random: Random;
  readonly config: Config;
  readonly directory: Directory;
  readonly collect: Collect;
  readonly collectMail: CollectMail;
  readonly mail: MailSecrets;
  /** What the gate tells about a browser that asks about itself. */
  readonly standing: Standing;
  /**
   * Erases what is held about today's visit of this browser, and leaves it uncounted until local midnight. The same happens
   * to be seen whether or not there was one. Rejects with JournalUnavailable where nothing can be written.
   */
  erase(client: Client, site: Site): Promise<void>;
  /** Whether that was asked for today. */
  isErased(client: Client, site: Site): boolean;
  readonly read: Reader;
  readonly tally: Tally;
  readonly setup: OneTimeToken;
  /** Signs in the first user; the demo’s command opens a browser with it. */
  readonly entry: OneTimeToken;
  readonly tracker: Assets;
  readonly dashboard: Assets;
  /** Where browsers reach this collector, without a slash at its end. */
  publicUrl(): string;
  realtime(siteId: number, at: number): Omit<Realtime, 'receiving'>;
  /**
   * Whether the journal can be written, how long the oldest facts wait for their commit (ms), and how many committed batches wait
   * to be counted.
   */
  health(): Promise<{ writable: boolean; lag: number; waitingBatches: number }>;
  log(line: Readonly<Record<string, unknown>>): void;
}
