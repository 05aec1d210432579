import { mailLimits, type Opener, type OpenerRule, openerRules } from '../../schema/mail.ts';
import type { Address } from './address.ts';
import { type Header, isBotAgent } from './agents.ts';
import type { Ranges } from './ranges.ts';
import { isScannerAgent } from './scanner-agents.ts';
import { isSpeculative } from './signals.ts';

/** A fetched pixel or a followed link of a mail, while its address and agent are still in hand. */
export interface MailRequest {
  readonly kind: 'open' | 'click';
  /** Whether the link was the hidden one. */
  readonly decoy: boolean;
  /** When the mail was sent, ms since 1970, as the sender's system filled it in; null where it did not. */
  readonly sentAt: number | null;
  /** When the request came, ms since 1970. */
  readonly at: number;
  readonly address: Address | undefined;
  readonly header: Header;
}

/** Who made a request, and the rule that told; null: none did, so it was the reader's own program. */
export interface Told {
  readonly opener: Opener;
  readonly rule: OpenerRule | null;
}

export type TellOpener = (request: MailRequest) => Told;

/** Lists of networks as they stand at the moment of asking. */
export interface OpenerLists {
  /** Where Apple's proxies come from; null: the operator has given no list. */
  appleEgress(): Ranges | null;
  /** Where mail security gateways come from. */
  gateways(): Ranges;
}

interface Asked extends MailRequest {
  readonly agent: string;
  readonly lists: OpenerLists;
}

/**
 * One row for each rule, in the order in which they are asked; the first that matches wins. They label a request and never
 * change its answer. `burst` is not among them, because it takes several requests to tell.
 */
const rules: readonly (readonly [Exclude<OpenerRule, 'burst'>, (request: Asked) => boolean])[] = [
  ['decoy', ({ kind, decoy }) => kind === 'click' && decoy],
  ['apple_prefetch', (request) => isApplePrefetch(request) && isWithin(request.lists.appleEgress(), request)],
  ['apple_prefetch_probable', (request) => isApplePrefetch(request) && request.lists.appleEgress() === null],
  // https://gmail.googleblog.com/2013/12/images-now-showing.html: a reader has opened the mail; the agent says no more.
  ['gmail_proxy', ({ agent }) => agent.includes('GoogleImageProxy')],
  // https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html, which the agent itself names.
  ['yahoo_proxy', ({ agent }) => agent.includes('YahooMailProxy')],
  ['gateway_range', (request) => isWithin(request.lists.gateways(), request)],
  ['scanner_agent', ({ agent }) => isScannerAgent(agent)],
  ['bot_agent', ({ agent }) => isBotAgent(agent)],
  ['speculative', ({ header }) => isSpeculative(header)],
  [
    'too_fast',
    // A sender's clock may be ahead of ours.
    ({ kind, sentAt, at }) =>
      kind === 'click' && sentAt !== null && Math.abs(at - sentAt) <= mailLimits.tooFastMs,
  ],
];

/** Tells who opens mails and follows their links, by the address, the agent and the time of each request alone. */
export function createOpeners(lists: OpenerLists): TellOpener {
  return (request) => {
    const asked: Asked = { ...request, agent: request.header('user-agent') ?? '', lists };
    const rule = rules.find(([, matches]) => matches(asked))?.[0] ?? null;
    return { opener: rule === null ? 'direct' : openerRules[rule].opener, rule };
  };
}

/** Mail Privacy Protection fetches images, never links, and says this and nothing else. */
const isApplePrefetch = ({ kind, agent }: Asked): boolean => kind === 'open' && agent === 'Mozilla/5.0';

const isWithin = (ranges: Ranges | null, { address }: Asked): boolean =>
  ranges !== null && address !== undefined && ranges.has(address);
