import type { Dropped } from '../../schema/drop-reasons.ts';
import type { Opener, OpenerRule } from '../../schema/mail.ts';
import type { Profile } from '../../schema/profiles.ts';
import { identifies, type Site } from '../../schema/site.ts';
import type { MailSubmitted } from '../parse/mail.ts';
import type { Client } from '../parse/submitted.ts';
import { formatAddress, inNetwork, networkOf } from './address.ts';
import { clientAddress, trustedProxies } from './forwarded.ts';
import type { TellOpener } from './openers.ts';
import type { Places } from './places.ts';
import type { ReaderKeys } from './reader-keys.ts';
import type { RecipientKeys } from './recipient-keys.ts';
import { hasOptedOut } from './signals.ts';
import { rulesOf } from './site-rules.ts';

/** An open or a click that may be counted. Address, agent and recipient token are gone. */
export interface MailAdmitted {
  readonly site: Site;
  /** When the server received it, ms since 1970. */
  readonly at: number;
  readonly kind: 'open' | 'click';
  readonly message: string;
  readonly link: string | null;
  readonly opener: Opener;
  /** By which rule the opener was told; null: by none. */
  readonly rule: OpenerRule | null;
  /** Keyed hash of the recipient's token; null: no token, or one that is not to be used. */
  readonly recipient: Int32Array | null;
  /** Tells this reader's clicks from others' for some seconds; null for an open, and where nobody may be told apart. */
  readonly reader: string | null;
}

export interface MailGateParts {
  readonly sites: { byId(id: number): Site | undefined };
  readonly openers: TellOpener;
  readonly recipientKeys: Pick<RecipientKeys, 'hash'>;
  readonly readerKeys: ReaderKeys;
  /** Whether a recipient has objected, by their token. */
  readonly isSuppressed: (token: string) => boolean;
  readonly places: Places;
  /** FOOTFALL_TRUST_PROXY. */
  readonly trustProxy: string;
  readonly profile: Pick<Profile, 'ignoreOptedOut'>;
}

export type MailGate = (submitted: MailSubmitted, client: Client, at: number) => MailAdmitted | Dropped;

/**
 * Where a mail's opener is told, while address and agent are in hand; only the class goes on. Who has objected (by a
 * signal of the browser or by the opt-out page) has no identifier of any kind, not even for seconds.
 *
 * @throws Error at construction if `trustProxy` names something that is no address
 */
export function createMailGate(parts: MailGateParts): MailGate {
  const { sites, openers, recipientKeys, readerKeys, isSuppressed, places, profile } = parts;
  const trusted = trustedProxies(parts.trustProxy);

  return (submitted, client, at) => {
    const { kind, message, link, decoy, sentAt } = submitted;
    const { header } = client;
    const site = sites.byId(submitted.site);
    if (!site) return { dropped: 'unknown_site' };
    const rules = rulesOf(site);
    const address = clientAddress(client.peer, header('x-forwarded-for'), trusted);
    if (address && rules.excludedNetworks.some((network) => inNetwork(address, network)))
      return { dropped: 'excluded_network' };

    const { opener, rule } = openers({ kind, decoy, sentAt, at, address, header });
    // A proxy's own place says nothing of the reader's.
    if (opener === 'direct' && rules.excludedCountries.size > 0 && address)
      if (rules.excludedCountries.has(places(networkOf(address)).country))
        return { dropped: 'excluded_country' };

    const token = submitted.recipient;
    const objected = hasOptedOut(false, site, header) || (token !== null && isSuppressed(token));
    if (objected && (profile.ignoreOptedOut || site.settings.optedOut === 'ignore'))
      return { dropped: 'opted_out_ignored' };
    const anonymous = objected || !identifies(site.settings);
    const recipient = anonymous || token === null ? null : recipientKeys.hash(site.id, message, token);
    const reader =
      anonymous || kind === 'open'
        ? null
        : readerKeys(at, [
            String(site.id),
            message,
            ...(token === null
              ? [address ? formatAddress(address) : '', header('user-agent') ?? '']
              : ['', token]),
          ]);
    return { site, at, kind, message, link, opener, rule, recipient, reader };
  };
}
