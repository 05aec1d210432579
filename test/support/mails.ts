import { parse, type DefaultTreeAdapterTypes as Tree } from 'parse5';
import type { Prepared } from '../../schema/mail.ts';
import type { Replay } from './replay.ts';

/** Where a prepared mail points to: paths with a query, tags of the mail system not filled in. */
export interface Mail {
  readonly open: string;
  /** In the order of the mail. */
  readonly clicks: readonly string[];
  readonly decoy: string | undefined;
  readonly optOut: string;
}

export const recipientTag = '{{ .Subscriber.UUID }}';
export const timeTag = '{{ now }}';

/** Prepares a mail with links to these addresses. */
export async function prepareMail(
  replay: Pick<Replay, 'manage'>,
  site: string,
  campaign: string,
  targets: readonly string[],
  more: object = {},
): Promise<Mail> {
  const { html } = (await replay.manage('POST', '/api/v2/mail/prepare', {
    site_id: site,
    campaign,
    html: `<html><body>${targets.map((target) => `<a href="${target}">Link</a>`).join(' ')}</body></html>`,
    token: recipientTag,
    send_time: timeTag,
    ...more,
  })) as Prepared;
  return mailIn(html);
}

export function mailIn(html: string): Mail {
  const addresses: string[] = [];
  const walk = (nodes: readonly Tree.ChildNode[]): void => {
    for (const node of nodes) {
      if (!('attrs' in node)) continue;
      for (const { name, value } of node.attrs)
        if (name === 'href' || name === 'src') addresses.push(value.replace(/^https?:\/\/[^/]+/, ''));
      walk(node.childNodes);
    }
  };
  walk(parse(html).childNodes);
  const of = (kind: string): string[] => addresses.filter((address) => address.startsWith(`/m/${kind}/`));
  const isDecoy = (address: string): boolean => tokenOf(address).startsWith('Ew');
  return {
    open: of('o')[0] ?? '',
    clicks: of('c').filter((address) => !isDecoy(address)),
    decoy: of('c').find(isDecoy),
    optOut: of('u')[0] ?? '',
  };
}

/** The address as a mail system sends it; without a recipient or time, as of a mail without their tags. */
export function filled(
  address: string,
  some: { readonly recipient?: string; readonly sentAt?: string } = {},
): string {
  const [path = ''] = address.split('?');
  const fields = [
    ...(some.recipient === undefined ? [] : [`r=${some.recipient}`]),
    ...(some.sentAt === undefined ? [] : [`t=${some.sentAt}`]),
  ];
  return fields.length === 0 ? path : `${path}?${fields.join('&')}`;
}

/** The token in a mail's address. */
export const tokenOf = (address: string): string =>
  (address.split('?')[0] ?? '')
    .split('/')
    .at(-1)
    ?.replace(/\.gif$/, '') ?? '';

/** Agents of the three classes. */
export const agents = {
  direct:
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  proxied: 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)',
  machine: 'Mozilla/5.0',
  scanner: 'Microsoft Office Existence Discovery',
} as const;
