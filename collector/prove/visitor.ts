import { request } from 'node:http';
import type { Random } from '../access/random.ts';
import type { MailTokens } from '../mail/token.ts';
import { addressCanary, type Canary, textCanary } from './canary.ts';

/** A visitor made up for one search: everything that it says is unlike anything else, so that it can be recognised. */
export interface CanaryVisitor {
  /** The address that it calls from: of this machine, but no other program's. */
  readonly address: string;
  /** Addresses that it, or a proxy, claims. */
  readonly claimed: readonly string[];
  readonly agent: string;
  readonly email: string;
  readonly token: string;
  readonly session: string;
  readonly query: string;
  readonly password: string;
  readonly model: string;
  /** Part of the path: may be kept, and tells that the right bytes were searched. */
  readonly kept: string;
  readonly canaries: readonly Canary[];
}

const letters = 'abcdefghijkmnpqrstuvwxyz';

/** @param random of a cryptographic source, so that nobody can prepare for it */
export function canaryVisitor(random: Random): CanaryVisitor {
  const word = (length: number): string =>
    Array.from(random(length), (byte) => letters[byte % letters.length]).join('');
  const octet = (): number => 2 + ((random(1)[0] ?? 0) % 250);
  const group = (): string =>
    (0x1000 + ((random(2)[0] ?? 0) << 8) + (random(1)[0] ?? 0)).toString(16).slice(0, 4);
  const address = `127.${octet()}.${octet()}.${octet()}`;
  const claimed = [
    `203.0.113.${octet()}`,
    `198.51.100.${octet()}`,
    `2001:db8:${group()}:${group()}:${group()}:${group()}:${group()}:${group()}`,
  ];
  const mark = word(8);
  const agent = `Mozilla/5.0 (X11; Linux x86_64; ${mark}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.${octet()}${octet()}.${octet()} Safari/537.36`;
  const email = `${word(7)}.${word(6)}@${word(9)}.example`;
  const token = `eyJ${Buffer.from(random(18)).toString('base64url')}.${Buffer.from(random(24)).toString('base64url')}.${Buffer.from(random(24)).toString('base64url')}`;
  const session = Buffer.from(random(24)).toString('base64url');
  const query = `q${word(14)}`;
  const password = `${word(8)} ${word(8)}`;
  const model = `Model ${word(9)}`;
  const kept = `footfall-prove-${word(12)}`;
  return {
    address,
    claimed,
    agent,
    email,
    token,
    session,
    query,
    password,
    model,
    kept,
    canaries: [
      ...[address, ...claimed].map(addressCanary),
      textCanary('user agent', agent),
      textCanary('mark in the user agent', mark),
      textCanary('client hint', model),
      textCanary('e-mail address', email),
      textCanary('token', token),
      textCanary('session', session),
      textCanary('query', query),
      textCanary('password', password),
    ],
  };
}

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Tokens of a mail to the visitor. */
export interface CanaryMail {
  readonly open: string;
  readonly click: string;
  readonly optOut: string;
}

/** The mail's name: may be kept, as the visitor's page may. */
export const nameOfMail = ({ kept }: CanaryVisitor): string => `${kept}-mail`;

export function canaryMail(
  { sign }: MailTokens,
  site: number,
  visitor: CanaryVisitor,
  domain: string,
): CanaryMail {
  const of = { site, message: nameOfMail(visitor) };
  const target = `https://${domain}/${visitor.kept}`;
  return {
    open: sign({ kind: 'open', ...of }),
    click: sign({ kind: 'click', ...of, link: target, target, decoy: false }),
    optOut: sign({ kind: 'optout', ...of }),
  };
}

/** Everything that the visitor sends to a site: to every open endpoint, with canaries wherever a client can put something. */
export function callsOf(visitor: CanaryVisitor, domain: string, mail: CanaryMail): Call[] {
  const { email, token, session, query, claimed, kept } = visitor;
  const event = (name: string, more: object = {}): string =>
    JSON.stringify({
      n: name,
      d: domain,
      u: `https://${domain}/${kept}/${email}/${token};jsessionid=${session}?x=${query}&utm_source=${encodeURIComponent(email)}&utm_campaign=${token}#${token}`,
      r: `https://search.example/${encodeURIComponent(email)}/${token}?q=${query}`,
      p: { mail: email, token, link: `https://${domain}/?t=${token}`, text: `write to ${email} soon` },
      e: 4_000,
      sd: 50,
      ...more,
    });
  const careful = {
    'content-type': 'text/plain',
    'x-forwarded-for': claimed.join(', '),
    'x-real-ip': claimed[0] ?? '',
    'cf-connecting-ip': claimed[1] ?? '',
    forwarded: `for=${claimed[0]}`,
    cookie: `session=${session}`,
    referer: `https://${domain}/?mail=${encodeURIComponent(email)}`,
    'sec-ch-ua-model': `"${visitor.model}"`,
    'sec-ch-ua-platform': '"Android"',
  };
  const post = (
    body: string,
    headers: Readonly<Record<string, string>> = careful,
    path = '/api/event',
  ): Call => ({
    method: 'POST',
    path,
    body,
    headers,
  });
  const get = (path: string): Call => ({ method: 'GET', path, headers: careful });
  const form = { ...careful, 'content-type': 'application/x-www-form-urlencoded' };
  const recipients = [token, encodeURIComponent(email)];
  const pixel = new URLSearchParams({
    d: domain,
    u: `https://${domain}/${kept}?m=${email}`,
    r: `https://${email}/`,
  });
  return [
    post(event('pageview')),
    post(event('pageview'), { 'content-type': 'text/plain' }),
    post(event('engagement')),
    post(event(`Wrote ${email}`, { $: { currency: 'EUR', amount: 12.5 } })),
    post(`[${event('pageview')},${event('Two')}]`),
    post(event('pageview'), { ...careful, 'sec-gpc': '1' }),
    post(event('pageview', { u: `https://${email.replace('@', '.')}/` })),
    post(event('pageview', { d: 'somebody-else.example' })),
    post(`{"n":"pageview","u":"${email} ${token}`),
    post(event(email.repeat(9))),
    get(`/api/pixel.gif?${pixel}`),
    get(`/api/nothing/${encodeURIComponent(email)}?${token}`),
    get(`/privacy?site=${domain}&back=${encodeURIComponent(`https://${domain}/?t=${token}`)}`),
    get(`/api/privacy/status?site=${domain}`),
    post(new URLSearchParams({ site: domain, nonce: token }).toString(), form, '/api/privacy/erase'),
    ...recipients.flatMap((recipient) => [
      get(`/m/o/${mail.open}.gif?r=${recipient}`),
      get(`/m/c/${mail.click}?r=${recipient}&t=${query}`),
      get(`/m/u/${mail.optOut}?r=${recipient}`),
      post(`nonce=${token}&r=${email}`, form, `/m/u/${mail.optOut}?r=${recipient}`),
      get(`/m/o/${recipient}.gif?r=${recipient}`),
      get(`/m/c/${recipient}?r=${recipient}`),
    ]),
    post(
      JSON.stringify({ email, password: visitor.password }),
      { 'content-type': 'application/json' },
      '/api/login',
    ),
  ];
}

/** Sends a call from the visitor's address, and gives the status and all that came back. Node's own client: the address matters. */
export function send(
  url: URL,
  { agent, address }: Pick<CanaryVisitor, 'agent' | 'address'>,
  { method, path, body, headers = {} }: Call,
): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((done, fail) => {
    const sent = request(
      {
        host: url.hostname,
        port: url.port,
        localAddress: address,
        method,
        path,
        headers: { 'user-agent': agent, ...headers },
      },
      (reply) => {
        let text = JSON.stringify(reply.headers);
        reply.on('data', (chunk) => {
          text += chunk;
        });
        reply.on('end', () => done({ status: reply.statusCode ?? 0, text }));
      },
    );
    sent.on('error', fail);
    sent.end(body);
  });
}
