import { identifies, type Site } from '../../schema/site.ts';
import type { Client } from '../parse/submitted.ts';
import { formatAddress } from './address.ts';
import type { Identity } from './admitted.ts';
import { clientAddress, trustedProxies } from './forwarded.ts';
import type { Salts } from './salts.ts';
import { optOutSignal } from './signals.ts';
import { identityOf } from './visit-key.ts';

/** Why a browser has no identifier at a site: its own signal, or what the site decided for everybody. */
export type OptedOutBy = 'gpc' | 'dnt' | 'cookie' | 'children' | 'site';

/** What the gate tells about a browser that asks about itself. */
export interface Standing {
  /** A signal of the browser comes first, so that it is told that it was honoured. null: the browser has an identifier. */
  optedOutBy(client: Client, site: Site): OptedOutBy | null;
  /** The visit keys under which the gate would count this browser; null if none is computed (P4). */
  identify(client: Client, site: Site, at: number): Identity | null;
}

/** @param trustProxy FOOTFALL_TRUST_PROXY */
export function createStanding({
  salts,
  trustProxy,
}: {
  readonly salts: Salts;
  readonly trustProxy: string;
}): Standing {
  const trusted = trustedProxies(trustProxy);

  function optedOutBy({ header }: Client, site: Site): OptedOutBy | null {
    const signal = optOutSignal(false, site, header);
    if (signal !== null && signal !== 'mark') return signal;
    if (identifies(site.settings)) return null;
    return site.settings.audience === 'children' ? 'children' : 'site';
  }

  return {
    optedOutBy,
    identify(client, site, at) {
      if (optedOutBy(client, site) !== null) return null;
      const address = clientAddress(client.peer, client.header('x-forwarded-for'), trusted);
      const agent = client.header('user-agent') ?? '';
      return identityOf(site.id, address ? formatAddress(address) : '', agent, salts.at(site, at));
    },
  };
}
