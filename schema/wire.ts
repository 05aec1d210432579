import { z } from 'zod';
import { limits } from './limits.ts';

/**
 * The event as a tracker, an SDK or `curl` sends it: Plausible's field names, short and long, and a few of ours.
 * A `null` is an absent field, an unknown field is ignored. Address, agent, time and country are never read from it.
 */

const absent = <T extends z.ZodType>(field: T) =>
  z.preprocess((value) => (value === null ? undefined : value), field.optional());

/** Ten times the limits: what is longer than a limit is cut or refused in words later, what is absurd ends here. */
const EventName = z
  .string()
  .min(1, 'must not be empty')
  .max(limits.name, `must have at most ${limits.name} characters`);
const PageUrl = z
  .string()
  .min(1, 'must not be empty')
  .max(limits.url, `must have at most ${limits.url} characters`);
const Props = z.union([z.record(z.string(), z.unknown()), z.string()]);
const Revenue = z.object({
  currency: z.string().regex(/^[A-Za-z]{3}$/, 'must be an ISO 4217 code such as "EUR"'),
  amount: z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/, 'must be a number such as 12.50')]),
});
const Flag = z.union([z.boolean(), z.literal(0), z.literal(1), z.literal('0'), z.literal('1')]);

/** Both spellings of every field, as received. */
export const WireEvent = z.object({
  n: absent(EventName),
  name: absent(EventName),
  u: absent(PageUrl),
  url: absent(PageUrl),
  d: absent(z.string().max(1_000)),
  domain: absent(z.string().max(1_000)),
  r: absent(z.string()),
  referrer: absent(z.string()),
  h: absent(Flag),
  hashMode: absent(Flag),
  p: absent(Props),
  props: absent(Props),
  m: absent(Props),
  meta: absent(Props),
  $: absent(z.union([Revenue, z.string()])),
  revenue: absent(z.union([Revenue, z.string()])),
  e: absent(z.number()),
  sd: absent(z.number()),
  i: absent(Flag),
  interactive: absent(Flag),
  o: absent(Flag),
  w: absent(z.number()),
  z: absent(z.number()),
  st: absent(z.number()),
  by: absent(z.number()),
  /** Of browsers where returning is measured: the site's calendar day, days since the last visit, Monday of the first visit's week; days since 1970. */
  dy: absent(z.number()),
  lv: absent(z.number()),
  fv: absent(z.number()),
  v: absent(z.unknown()),
});
export type WireEvent = z.infer<typeof WireEvent>;

export const WireRevenue = Revenue;

/** The body of `POST /api/event`: one event, or up to 50. */
export const WireBody = z.union([WireEvent, z.array(WireEvent).min(1).max(limits.batch)]);

/** What every refused request is answered with. */
export const ErrorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    /** Where in the request: `[3].url`. */
    path: z.string().optional(),
    hint: z.string().optional(),
    /** Changes to the question, each of which makes it answerable. */
    instead: z
      .object({
        date_range: z.tuple([z.string(), z.string()]).optional(),
        /** In place of the time dimension. */
        time: z.string().optional(),
        /** In place of the dimension that stands in the way. */
        dimension: z.string().optional(),
      })
      .optional(),
  }),
});
export type ErrorBody = z.infer<typeof ErrorBody>;
