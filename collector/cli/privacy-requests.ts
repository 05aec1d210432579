import { Command } from 'commander';
import { z } from 'zod';
import { RequestKind as Kind, type RequestKind, requestDays } from '../../schema/requests.ts';
import { newReference, readReference } from '../access/reference.ts';
import { suppressionHash, suppressionKeyBytes } from '../access/suppression.ts';
import { statementOf } from '../privacy/statement.ts';
import type { Tool } from '../store/tool.ts';
import { askSecret, check, printRows, type ReadSettings, random, Usage, withStore } from './context.ts';
import { basisFrom } from './privacy-texts.ts';

const dayMs = 86_400_000;
const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
const Received = z.iso.date('must be a date such as 2026-12-01');

interface Options {
  readonly kind?: string;
  readonly agent?: boolean;
  readonly recipient?: boolean;
  readonly received?: string;
  readonly site?: string;
  readonly done?: string;
  readonly json?: boolean;
}

export const requestCommand = (readSettings: ReadSettings): Command =>
  new Command('request')
    .description('answer a privacy request, and log it without saying whose it is')
    .option('--kind <kind>', 'access, correct, erase, limit or object')
    .option('--agent', 'somebody asks on behalf of the person')
    .option('--recipient', 'of a mail recipient: the recipient token is read from standard input')
    .option('--received <date>', 'the day on which it came, by default today')
    .option('--site <domain>', 'about this site only')
    .option('--done <reference>', 'close a request that was answered')
    .option('--json', 'print as JSON')
    .action((options: Options) =>
      options.done === undefined ? open(readSettings, options) : close(readSettings, options.done, options),
    );

async function close(readSettings: ReadSettings, typed: string, { kind }: Options): Promise<void> {
  if (kind !== undefined) throw new Usage('--done closes a request, --kind opens one: give one of them');
  const reference = readReference(typed);
  await withStore(readSettings, (store) => store.config.closeRequest(reference));
  process.stderr.write(`Closed ${reference}.\n`);
}

async function open(readSettings: ReadSettings, options: Options): Promise<void> {
  if (options.kind === undefined)
    throw new Usage(
      'what is asked? footfall privacy request --kind access (or correct, erase, limit, object)',
    );
  const kind = check(Kind, options.kind, '--kind');
  const receivedAt = receivedOf(options.received);
  if (options.recipient && (kind === 'correct' || kind === 'limit'))
    throw new Usage(
      '--recipient goes with access (is the recipient on the list?), erase and object (put it there)',
    );
  const token = options.recipient ? await readToken() : null;
  const dueAt = receivedAt + requestDays * dayMs;
  const request = { reference: newReference(random), kind, agent: options.agent ?? false, receivedAt, dueAt };
  const { statement, recipient } = await withStore(readSettings, async (store) => {
    const basis = await basisFrom(readSettings, store, options.site);
    // First what is asked for, then the log: a request that was not carried out must not look answered.
    const said = token === null ? null : await actOnList(store, kind, token);
    await store.config.addRequest(request);
    const dates = { received: dateOf(receivedAt), due: dateOf(dueAt) };
    return { statement: statementOf(basis, { ...request, ...dates }), recipient: said };
  });
  const { reference, agent } = request;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ reference, kind, agent, received: dateOf(receivedAt), due: dateOf(dueAt), statement, recipient }, null, 2)}\n`
      : statement + (recipient === null ? '' : `${recipient}\n`),
  );
  process.stderr.write(
    `Give the requester the reference ${reference}. When it is answered: footfall privacy request --done ${reference}\n`,
  );
}

function receivedOf(given: string | undefined): number {
  const now = Date.now();
  if (given === undefined) return now;
  const at = Date.parse(`${check(Received, given, '--received')}T00:00:00Z`);
  if (at > now) throw new Usage('--received must not lie in the future');
  return at;
}

async function readToken(): Promise<string> {
  const token = (
    await askSecret(
      'Recipient token: ',
      'no recipient token on standard input: printf %s "$TOKEN" | footfall privacy request --kind object --recipient',
    )
  ).trim();
  if (token === '' || token.length > 1_000)
    throw new Usage('the recipient token must have 1 to 1,000 characters');
  return token;
}

/** What is said about the recipient, whose token is hashed here and goes no further. */
async function actOnList({ config }: Tool, kind: RequestKind, token: string): Promise<string> {
  if (kind === 'access') {
    const key = await config.findSuppressionKey();
    const listed = key !== null && (await config.isSuppressed(suppressionHash(key, token)));
    return listed
      ? 'The mail recipient is on the list of those who objected to being measured. It holds a keyed hash and the day on which it was added, nothing else.'
      : 'The mail recipient is not on the list of those who objected to being measured; nothing lasting is held about them.';
  }
  const key = await config.makeSuppressionKey(random(suppressionKeyBytes));
  await config.suppress({ hash: suppressionHash(key, token), day: Math.floor(Date.now() / dayMs) });
  return 'The mail recipient is on the list of those who objected: from now on nothing is measured by their token, also in mails already sent. This ends the measuring, not the mailing: to stop the mails, use the sender’s own unsubscribe link.';
}

export const requestsCommand = (readSettings: ReadSettings): Command =>
  new Command('requests')
    .description('list the privacy requests, the most urgent first')
    .option('--json', 'print as JSON')
    .action(async (options: { json?: boolean }) => {
      const now = Date.now();
      const requests = await withStore(readSettings, (store) => store.config.listRequests());
      const rows = requests.map(({ reference, kind, agent, receivedAt, dueAt, closedAt }) => ({
        reference,
        kind,
        agent: options.json ? agent : agent ? 'yes' : '',
        received: dateOf(receivedAt),
        due: dateOf(dueAt),
        state: closedAt !== null ? `closed ${dateOf(closedAt)}` : now > dueAt ? 'OVERDUE' : 'open',
        ...(options.json
          ? { overdue: closedAt === null && now > dueAt, closed: closedAt === null ? null : dateOf(closedAt) }
          : {}),
      }));
      printRows(rows, options.json, 'No privacy request. Log one: footfall privacy request --kind access');
    });
