import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Batch } from '../collector/journal/journal.ts';
import { openStore, type Store, type StoreOptions } from '../collector/store/store.ts';
import type { Fact } from '../collector/track/fact.ts';

/** A folder that is gone after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const noon = Date.UTC(2026, 2, 10, 12);

/** A store on this thread that rolls up only when asked to. */
export const openAt = (path: string, options: Partial<StoreOptions> = {}): Promise<Store> =>
  openStore({ path, threads: false, clock: () => noon, log: () => {}, rollupEveryMs: 0, ...options });

/** Two sites with the ids 1 and 2. */
export async function addSites(store: Store): Promise<void> {
  await store.config.addSite({ domain: 'one.example', timezone: 'UTC', settings: {} });
  await store.config.addSite({ domain: 'two.example', timezone: 'UTC', settings: {} });
}

export const batch = (seq: number, facts: readonly Fact[]): Batch => ({ seq, facts, state: null });

/** One pageview of a page, nothing else. */
export const pageview = (page: string, hour = 480_000, site = 1): Fact => ({
  scope: 'web',
  site,
  hour,
  dims: { page, visitor: 'identified' },
  amounts: { pageviews: 1 },
});
