import { type Address, inNetwork, type Network, parseAddress, parseNetwork } from './address.ts';

const loopback = ['127.0.0.0/8', '::1/128'];

/**
 * The proxies whose `X-Forwarded-For` is believed.
 *
 * @param setting `none`, `loopback`, addresses and networks, with commas
 * @throws Error naming FOOTFALL_TRUST_PROXY and the part that is wrong
 */
export function trustedProxies(setting: string): readonly Network[] {
  const parts = setting.split(',').map((part) => part.trim());
  const texts = parts.flatMap((part) =>
    part === 'none' || part === '' ? [] : part === 'loopback' ? loopback : [part],
  );
  return texts.map((text) => {
    const network = parseNetwork(text);
    if (!network)
      throw new Error(
        `FOOTFALL_TRUST_PROXY is ${JSON.stringify(setting)}: "${text}" is no address and no network. Example: FOOTFALL_TRUST_PROXY=loopback, 10.0.0.0/8`,
      );
    return network;
  });
}

/**
 * Where a request comes from: the peer, or behind trusted proxies the right-most address of `X-Forwarded-For` that is not one of
 * them. What stands left of it was written by somebody who is not trusted. Where an entry is no address, the hop that wrote it counts.
 *
 * @param peer the socket's other end
 * @param forwardedFor all lines of the header, joined with commas
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | undefined,
  trusted: readonly Network[],
): Address | undefined {
  let client = parseAddress(peer);
  let rest = forwardedFor;
  while (client && rest && isTrusted(client, trusted)) {
    const comma = rest.lastIndexOf(',');
    const next = parseHop(rest.slice(comma + 1));
    if (!next) break;
    client = next;
    rest = comma === -1 ? undefined : rest.slice(0, comma);
  }
  return client;
}

const isTrusted = (address: Address, trusted: readonly Network[]): boolean =>
  trusted.some((network) => inNetwork(address, network));

/** An entry as proxies write them: `1.2.3.4`, `1.2.3.4:567`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:567`, also in quotes. */
function parseHop(entry: string): Address | undefined {
  const text = entry.trim().replace(/^"(.*)"$/, '$1');
  const bracketed = /^\[([^\]]*)\](:\d{1,5})?$/.exec(text);
  if (bracketed?.[1] !== undefined) return parseAddress(bracketed[1]);
  const ported = /^([\d.]+):\d{1,5}$/.exec(text);
  return parseAddress(ported?.[1] ?? text);
}
