import { createHmac } from 'node:crypto';
import type { Identity, VisitKey } from './admitted.ts';
import type { Generations, Salt } from './salts.ts';

/**
 * Who acts, for one site-local day (P3): the first 128 bits of HMAC-SHA-256 (RFC 2104) over site, address and agent.
 *
 * @param address canonical spelling
 * @param agent the User-Agent header as sent
 */
export function identityOf(site: number, address: string, agent: string, salts: Generations): Identity {
  const message = `${site}\0${address}\0${agent}`;
  return {
    today: keyOf(salts.today, message),
    yesterday: salts.yesterday && keyOf(salts.yesterday, message),
  };
}

const keyOf = ({ day, salt }: Salt, message: string): VisitKey => ({
  day,
  key: Uint8Array.from(createHmac('sha256', salt).update(message).digest().subarray(0, 16)),
});
