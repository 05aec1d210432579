import { type Context, Hono } from 'hono';
import { type DropReason, dropReasons } from '../../schema/drop-reasons.ts';
import { limits } from '../../schema/limits.ts';
import { JournalUnavailable } from '../journal/group.ts';
import { Malformed } from '../parse/malformed.ts';
import { parseBody, parsePixel } from '../parse/parse.ts';
import type { Outcome } from '../pipeline.ts';
import { BadBody, readText } from './body.ts';
import { clientOf, type Env } from './client.ts';
import { pixel } from './pixel.ts';
import { Problem } from './problem.ts';
import type { Services } from './services.ts';

const open = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'retry-after, x-footfall-dropped',
} as const;
const counted = { 'access-control-allow-origin': '*', 'content-type': 'text/plain' } as const;

/** Reasons that may be named to the client; whether somebody opted out never shows. */
const named = (outcomes: readonly Outcome[]): DropReason[] => [
  ...new Set(
    outcomes.filter(
      (outcome): outcome is DropReason => outcome !== 'counted' && !dropReasons[outcome].silent,
    ),
  ),
];

/** Where events come in: `POST /api/event` and the pixel for pages without script. */
export function eventRoutes({
  collect,
  tally,
  clock,
  log,
}: Pick<Services, 'collect' | 'tally' | 'clock' | 'log'>): Hono<Env> {
  const drop = (reason: DropReason): void => void tally.drop({ dropped: reason }, null, clock());

  return new Hono<Env>()
    .post('/event', async (c) => {
      const submitted = parse(await read(c));
      let outcomes: Outcome[];
      try {
        outcomes = await collect(submitted, clientOf(c));
      } catch (error) {
        if (!(error instanceof JournalUnavailable)) throw error;
        throw new Problem(503, 'unavailable', 'Nothing can be written at the moment.', {
          headers: { ...open, 'retry-after': '5' },
        });
      }
      if (outcomes.every((outcome) => outcome === 'unknown_site'))
        throw new Problem(
          404,
          'unknown_site',
          `There is no site "${submitted[0]?.domains.join(', ')}" here.`,
          {
            path: 'domain',
            hint: 'Add it in the dashboard, or with: footfall site add <domain>',
            headers: { ...open, 'x-footfall-dropped': 'unknown_site' },
          },
        );
      const reasons = named(outcomes);
      return new Response('ok', {
        status: 202,
        headers:
          reasons.length === 0
            ? counted
            : { ...open, 'content-type': 'text/plain', 'x-footfall-dropped': reasons.join(', ') },
      });
    })
    .options('/event', () => new Response(null, { status: 204, headers: preflight }))
    .get('/pixel.gif', async (c) => {
      if (c.req.method === 'HEAD') return pixel();
      try {
        await collect([parsePixel(new URL(c.req.url).searchParams)], clientOf(c));
      } catch (error) {
        drop(error instanceof Malformed ? 'malformed' : 'unstored');
        // A page must not show a broken picture, whatever happened here.
        if (!(error instanceof Malformed || error instanceof JournalUnavailable))
          log({ level: 'error', what: 'pixel', error: error instanceof Error ? error.name : 'unknown' });
      }
      return pixel();
    });

  function parse(text: string) {
    try {
      return parseBody(text);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      drop('malformed');
      throw new Problem(400, error.code, error.message, {
        path: error.path,
        hint: error.hint,
        headers: open,
      });
    }
  }

  async function read(c: Context<Env>): Promise<string> {
    const text = await readText(c, limits.batchBody).catch((error: unknown) => {
      if (!(error instanceof BadBody)) throw error;
      if (error.reason === 'too_large') throw tooLarge(limits.batchBody);
      drop('malformed');
      throw new Problem(400, 'invalid_utf8', 'The body is not valid UTF-8.', { headers: open });
    });
    if (text.length > limits.body / 4 && Buffer.byteLength(text) > limits.body && !/^\s*\[/.test(text))
      throw tooLarge(limits.body);
    return text;
  }

  function tooLarge(limit: number): Problem {
    drop('oversize');
    return new Problem(413, 'too_large', `The body has more than ${limit} bytes.`, {
      hint: `One event may have ${limits.body} bytes, an array of up to ${limits.batch} events ${limits.batchBody}.`,
      headers: open,
    });
  }
}

const preflight = {
  ...open,
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'content-type',
  'access-control-max-age': '86400',
};
