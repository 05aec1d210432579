import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { z } from 'zod';
import type { Settings } from '../../schema/settings.ts';
import type { Site } from '../../schema/site.ts';
import { Unknown } from '../access/accounts.ts';
import { openTool, type Tool } from '../store/tool.ts';

export type ReadSettings = () => Settings;
export const random = (size: number): Uint8Array => randomBytes(size);

/** Wrong arguments, in words. */
export class Usage extends Error {
  override readonly name = 'Usage';
}

/** Runs with the database open on a connection of its own: it works beside a running server, which notices the change within a second. */
export async function withStore<T>(
  readSettings: ReadSettings,
  work: (store: Tool) => Promise<T>,
): Promise<T> {
  const store = await openTool(join(readSettings().DATA_DIR, 'footfall.db'), Date.now);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Checks arguments and options; throws a {@link Usage} that names the wrong one. Its words never hold the value: it may be a password. */
export function check<T extends z.ZodType>(schema: T, value: unknown, name: string): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new Usage(`${issue?.path.join('.') || name} ${issue?.message ?? 'is not valid'}`);
}

export async function siteByDomain(store: Tool, domain: string): Promise<Site> {
  const site = (await store.config.listSites()).find(
    (one) => one.domain === domain.toLowerCase().replace(/^www\./, ''),
  );
  if (!site) throw new Unknown(`There is no site "${domain}". footfall site list shows all.`);
  return site;
}

/** Data goes to stdout: as JSON, or as columns. */
export function printRows(
  rows: readonly Record<string, unknown>[],
  asJson: boolean | undefined,
  empty: string,
): void {
  if (asJson) return void process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  const first = rows[0];
  if (!first) return void process.stderr.write(`${empty}\n`);
  const names = Object.keys(first);
  const cells = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? '')))];
  const widths = names.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  for (const row of cells)
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
}

/** A password, see {@link askSecret}. */
export const askPassword = (prompt: string): Promise<string> =>
  askSecret(prompt, 'no password on standard input: printf %s "$PASSWORD" | footfall user …');

/**
 * A secret from the keyboard, unseen, or the first line of a pipe; never from an argument, which others could read.
 *
 * @param missing what is said where the pipe is empty
 */
export async function askSecret(prompt: string, missing: string): Promise<string> {
  const { stdin, stderr } = process;
  if (stdin.isTTY) {
    stderr.write(prompt);
    stdin.setRawMode(true);
  }
  try {
    if (!stdin.isTTY) {
      for await (const line of createInterface({ input: stdin })) return line;
      throw new Usage(missing);
    }
    let typed = '';
    for await (const chunk of stdin) {
      for (const key of String(chunk)) {
        if (key === '\r' || key === '\n') return typed;
        if (key === '\u0003') throw new Usage('cancelled');
        typed = key === '\u007f' || key === '\b' ? typed.slice(0, -1) : typed + key;
      }
    }
    return typed;
  } finally {
    if (stdin.isTTY) {
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
    }
  }
}
