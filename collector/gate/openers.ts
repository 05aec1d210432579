import { mailLimits, type Opener, type OpenerRule, openerRules } from '../../schema/mail.ts';
import type { Address } from './address.ts';
import { type Header, isBotAgent, longestAgent } from './agents.ts';
import { isMailProgram } from './mail-programs.ts';
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

/**
 * What Gmail says when it fetches a new mail's images before its reader, who has Gmail open, sees it
 * (https://www.sparkpost.com/blog/gmail-prefetching-images/); the opening itself comes by its proxy.
 */
const gmailPrefetch =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0';

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
  ['gmail_prefetch', ({ kind, agent }) => kind === 'open' && agent === gmailPrefetch],
  // https://www.scientiamobile.com/what-is-google-image-proxy/. What fetches a link by such a name is not its reader.
  ['gmail_proxy', ({ kind, agent }) => kind === 'open' && agent.includes('GoogleImageProxy')],
  // https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html, which the agent itself names.
  ['yahoo_proxy', ({ kind, agent }) => kind === 'open' && agent.includes('YahooMailProxy')],
  ['gateway_range', (request) => isWithin(request.lists.gateways(), request)],
  ['scanner_agent', ({ agent }) => isScannerAgent(agent)],
  ['bot_agent', ({ agent }) => isBotAgent(agent) && !isMailProgram(agent)],
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
    const asked: Asked = {
      ...request,
      agent: (request.header('user-agent') ?? '').slice(0, longestAgent),
      lists,
    };
    const rule = rules.find(([, matches]) => matches(asked))?.[0] ?? null;
    return { opener: rule === null ? 'direct' : openerRules[rule].opener, rule };
  };
}

/**
 * Mail Privacy Protection fetches images, never links, and says this and nothing else. It comes from where iCloud Private
 * Relay does (https://wordtothewise.com/2021/09/apple-mpp-reporting-and-geolocation/), whose addresses Apple publishes
 * (https://developer.apple.com/support/prepare-your-network-for-icloud-private-relay/).
 */
const isApplePrefetch = ({ kind, agent }: Asked): boolean => kind === 'open' && agent === 'Mozilla/5.0';

const isWithin = (ranges: Ranges | null, { address }: Asked): boolean =>
  ranges !== null && address !== undefined && ranges.has(address);
