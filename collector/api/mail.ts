import { type Context, Hono } from 'hono';
import { identifies } from '../../schema/site.ts';
import { createAttempts } from '../access/attempts.ts';
import { createFormNonces } from '../access/form-nonce.ts';
import { networkOf } from '../gate/address.ts';
import { clientAddress, trustedProxies } from '../gate/forwarded.ts';
import { JournalUnavailable } from '../journal/group.ts';
import type { MailToken } from '../mail/token.ts';
import { filledIn, recipientOf, sentAtOf } from '../parse/mail.ts';
import { BadBody, readText } from './body.ts';
import { clientOf, type Env } from './client.ts';
import { linkGonePage, type OptOutView, optOutPage } from './mail-page.ts';
import { pixel } from './pixel.ts';
import type { Services } from './services.ts';

/** Bytes of the opt-out page's form: a nonce. */
const formBytes = 1_024;
const dayMs = 86_400_000;

/** What a mail program, a proxy or a scanner gets: nothing to keep, nothing to tell others, nothing to index. */
const quiet = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
} as const;
const pageHeaders = {
  ...quiet,
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
} as const;

/**
 * What mails point to: the picture that is fetched when they are opened, their links, and the page that ends measuring.
 * Who asks changes nothing about the answer.
 */
export function mailRoutes(services: Services): Hono<Env> {
  const { clock, random, mail, tally, log } = services;
  const nonces = createFormNonces(clock, random);
  // What is put on the list stays there, and numbers can be made up: a network puts so many there at once, then one a minute.
  const perNetwork = createAttempts(60, 60_000, clock);
  const trusted = trustedProxies(services.settings.TRUST_PROXY);
  const networkOfClient = (c: Context<Env>): string => {
    const { peer, header } = clientOf(c);
    const address = clientAddress(peer, header('x-forwarded-for'), trusted);
    return address ? networkOf(address) : '';
  };
  const drop = (reason: 'bad_token' | 'unstored'): void =>
    void tally.drop({ dropped: reason }, null, clock());

  return (
    new Hono<Env>()
      // Whatever stands in the address: a mail with a broken picture helps nobody.
      .get('/o/:file{[\\s\\S]*}', async (c) => {
        const token = read(c, 'open', /^([\w-]*)\.gif$/.exec(c.req.param('file'))?.[1]);
        if (token && c.req.method !== 'HEAD') await collect(c, token);
        return pixel(quiet);
      })
      .get('/c/:token{[\\s\\S]*}', async (c) => {
        const token = read(c, 'click', c.req.param('token'));
        if (!token) return c.html(linkGonePage(), 404, pageHeaders);
        if (c.req.method !== 'HEAD') await collect(c, token);
        return new Response(null, { status: 307, headers: { ...quiet, location: token.target } });
      })
      .get('/u/:token{[\\s\\S]*}', (c) => {
        const token = read(c, 'optout', c.req.param('token'));
        if (!token) return c.html(linkGonePage(), 404, pageHeaders);
        return c.html(page(c, token, null), 200, pageHeaders);
      })
      .post('/u/:token{[\\s\\S]*}', async (c) => {
        const token = read(c, 'optout', c.req.param('token'));
        if (!token) return c.html(linkGonePage(), 404, pageHeaders);
        const recipient = recipientOf(filledIn(c.req.url));
        if (recipient === null) return c.html(page(c, token, null), 200, pageHeaders);
        if (!nonces.valid(purposeOf(token), await nonceOf(c)))
          return c.html(page(c, token, 'stale'), 403, pageHeaders);
        const wait = perNetwork.take(networkOfClient(c));
        if (wait > 0)
          return c.html(page(c, token, 'busy'), 429, { ...pageHeaders, 'retry-after': String(wait) });
        try {
          await mail.suppress(recipient, Math.floor(clock() / dayMs));
        } catch (error) {
          log({
            level: 'error',
            what: 'mail opt-out',
            error: error instanceof Error ? error.name : 'unknown',
          });
          return c.html(page(c, token, 'unwritten'), 503, { ...pageHeaders, 'retry-after': '60' });
        }
        return c.html(page(c, token, 'done'), 200, pageHeaders);
      })
  );

  /** The token, if it is ours and of this kind; counted as dropped otherwise, unless nobody meant to open anything. */
  function read<Kind extends MailToken['kind']>(
    c: Context<Env>,
    kind: Kind,
    text: string | undefined,
  ): Extract<MailToken, { kind: Kind }> | null {
    const token = mail.tokens.read(text ?? '');
    if (isOf(token, kind)) return token;
    if (c.req.method !== 'HEAD') drop('bad_token');
    return null;
  }

  /** Counts it, if it can be; the answer is the same. */
  async function collect(
    c: Context<Env>,
    token: Extract<MailToken, { kind: 'open' | 'click' }>,
  ): Promise<void> {
    const query = filledIn(c.req.url);
    const click = token.kind === 'click' ? token : null;
    try {
      await services.collectMail(
        {
          kind: token.kind,
          site: token.site,
          message: token.message,
          link: click?.link ?? null,
          decoy: click?.decoy ?? false,
          recipient: recipientOf(query),
          sentAt: sentAtOf(query),
        },
        clientOf(c),
      );
    } catch (error) {
      drop('unstored');
      if (!(error instanceof JournalUnavailable))
        log({ level: 'error', what: 'mail', error: error instanceof Error ? error.name : 'unknown' });
    }
  }

  function page(
    c: Context<Env>,
    token: Extract<MailToken, { kind: 'optout' }>,
    outcome: OptOutView['outcome'],
  ) {
    const recipient = recipientOf(filledIn(c.req.url));
    const site = services.directory.byId(token.site);
    return optOutPage({
      domain: site?.domain ?? null,
      hasToken: recipient !== null && site !== undefined && identifies(site.settings),
      objected: recipient !== null && mail.isSuppressed(recipient),
      outcome,
      nonce: nonces.issue(purposeOf(token)),
    });
  }

  async function nonceOf(c: Context<Env>): Promise<string> {
    try {
      return new URLSearchParams(await readText(c, formBytes)).get('nonce') ?? '';
    } catch (error) {
      if (!(error instanceof BadBody)) throw error;
      return '';
    }
  }
}

function isOf<Kind extends MailToken['kind']>(
  token: MailToken | null,
  kind: Kind,
): token is Extract<MailToken, { kind: Kind }> {
  return token?.kind === kind;
}

const purposeOf = ({ site, message }: Extract<MailToken, { kind: 'optout' }>): string =>
  `mail opt-out ${site} ${message}`;
