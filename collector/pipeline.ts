import type { Dropped, DropReason } from '../schema/drop-reasons.ts';
import type { Enriched } from './enrich/enriched.ts';
import type { Admitted } from './gate/admitted.ts';
import type { MailAdmitted } from './gate/mail.ts';
import type { MailSubmitted } from './parse/mail.ts';
import type { Client, Submitted } from './parse/submitted.ts';
import type { Tally } from './tally.ts';
import type { Fact } from './track/fact.ts';

/**
 * The way of an event, read from left to right. Each stage takes one type and gives the next, so that none can see what
 * an earlier one had to forget; any of the first three may drop the event instead.
 *
 *     parse ─▶ gate ─▶ enrich ─▶ track ─▶ journal ─▶ rollups ─▶ query ─▶ api
 *
 * Parsing happens where the request is read (`api/events.ts`), rollups where the journal is kept (`store/writer.ts`).
 */
export interface Stages {
  /** The only stage that sees address, agent and signals. */
  gate(submitted: Submitted, domain: string, client: Client, at: number): Admitted | Dropped;
  enrich(admitted: Admitted): Enriched | Dropped;
  track(enriched: Enriched): readonly Fact[] | Dropped;
  /** Resolves when the facts are durable. */
  journal(facts: readonly Fact[]): Promise<void>;
}

/** What became of one event at one site: counted, or dropped for a reason. */
export type Outcome = 'counted' | DropReason;

/** Takes the events of one request; resolves when everything that counts is durable. Rejects if the journal cannot be written. */
export type Collect = (events: readonly Submitted[], client: Client) => Promise<Outcome[]>;

export function createPipeline(stages: Stages, tally: Tally, clock: () => number): Collect {
  return async (events, client) => {
    const outcomes: Outcome[] = [];
    const facts: Fact[] = [];
    const at = clock();
    try {
      for (const submitted of events) {
        for (const domain of submitted.domains) {
          const end = run(submitted, domain, client, at);
          if ('dropped' in end) outcomes.push(end.dropped);
          else {
            outcomes.push('counted');
            facts.push(...end);
          }
        }
      }
    } finally {
      // Whatever became of a later event, what was tracked must be counted, and in the same tick. Even without facts: a
      // signal that only extends its visit must outlive a crash too.
      if (outcomes.includes('counted')) await stages.journal(facts);
    }
    return outcomes;
  };

  function run(submitted: Submitted, domain: string, client: Client, at: number): readonly Fact[] | Dropped {
    const admitted = stages.gate(submitted, domain, client, at);
    if ('dropped' in admitted) return tally.drop(admitted, domain, at);
    const enriched = stages.enrich(admitted);
    if ('dropped' in enriched) return tally.drop(enriched, domain, at);
    const facts = stages.track(enriched);
    if ('dropped' in facts) return tally.drop(facts, domain, at);
    tally.counted(submitted.name);
    return facts;
  }
}

/** The way of a mail's open or click: shorter, because nothing in it is the reader's but who asks. */
export interface MailStages {
  /** The only stage that sees address, agent, signals and the recipient's token. */
  gate(submitted: MailSubmitted, client: Client, at: number): MailAdmitted | Dropped;
  track(admitted: MailAdmitted): readonly Fact[];
  journal(facts: readonly Fact[]): Promise<void>;
  domainOf(site: number): string | null;
}

/** Takes one open or click; resolves when it is durable. Rejects if the journal cannot be written. */
export type CollectMail = (submitted: MailSubmitted, client: Client) => Promise<Outcome>;

export function createMailPipeline(stages: MailStages, tally: Tally, clock: () => number): CollectMail {
  return async (submitted, client) => {
    const at = clock();
    const admitted = stages.gate(submitted, client, at);
    if ('dropped' in admitted) return tally.drop(admitted, stages.domainOf(submitted.site), at).dropped;
    await stages.journal(stages.track(admitted));
    tally.countedMail(submitted.kind);
    return 'counted';
  };
}
