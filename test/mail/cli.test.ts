import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { mailCommand } from '../../collector/cli/mail.ts';
import { siteCommand } from '../../collector/cli/site.ts';
import type { CampaignReport, CampaignSummary, Prepared } from '../../schema/mail.ts';
import { Settings } from '../../schema/settings.ts';
import { footfall, newFolder, removeFolder, type Server, settled, startServer } from '../support/server.ts';

const site = ['--site', 'example.com'] as const;
const spring = ['--campaign', 'spring-26', ...site] as const;
const html = `<!doctype html><html><body><table><tr><td>
<p>Die neuen Stühle sind da.</p>
<a href="https://example.com/chairs">Chairs</a> <a href="https://example.com/tables?size=2">Tables</a>
<a href="mailto:shop@example.com">Write to us</a> <a href="{{ UnsubscribeURL }}">Unsubscribe</a>
</td></tr></table></body></html>\n`;
const text = 'Chairs: https://example.com/chairs\nUnsubscribe: {{ UnsubscribeURL }}\n';

interface Ran {
  readonly out: string;
  readonly err: string;
  /** What the program would print after `footfall:`; null where it ended well. */
  readonly failed: string | null;
}

const folder = newFolder();
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
let template: string;

/** A command in this process, which spares a second each. */
async function runIn(
  data: string,
  command: (settings: () => Settings) => Command,
  args: readonly string[],
): Promise<Ran> {
  const printed = { out: '', err: '' };
  const into = (stream: 'out' | 'err') => (chunk: string | Uint8Array) => {
    printed[stream] += String(chunk);
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(into('out')),
    vi.spyOn(process.stderr, 'write').mockImplementation(into('err')),
  ];
  const settings = Settings.parse({ DATA_DIR: data, PUBLIC_URL: 'https://stats.example.com' });
  const program = command(() => settings).exitOverride();
  for (const one of program.commands) one.exitOverride();
  try {
    await program.parseAsync(args, { from: 'user' });
    return { ...printed, failed: null };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const helped = 'code' in error && error.code === 'commander.helpDisplayed';
    return { ...printed, failed: helped ? null : error.message };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
const mail = (...args: string[]): Promise<Ran> => runIn(join(folder, 'data'), mailCommand, args);
const well = async (...args: string[]): Promise<Ran> => {
  const ran = await mail(...args);
  expect(ran.failed).toBe(null);
  return ran;
};

/** The tokens of a mail's addresses of one kind, in their order. */
const tokensOf = (content: string, kind: 'o' | 'c' | 'u'): string[] =>
  [...content.matchAll(new RegExp(`/m/${kind}/([\\w-]+)`, 'g'))].map(([, token = '']) => token);
/** Each token names the key that it was signed with. */
const keyOf = (token: string): number => Buffer.from(token, 'base64url').readUInt32BE(1);

beforeAll(async () => {
  mkdirSync(join(folder, 'data'));
  template = file('letter.html', html);
  const added = await runIn(join(folder, 'data'), siteCommand, ['add', 'example.com', '--timezone', 'UTC']);
  expect(added.failed).toBe(null);
});
afterAll(() => removeFolder(folder));

describe('mail prepare', () => {
  test('a dry run lists the links, and leaves no trace in the database', async () => {
    const database = join(folder, 'data/footfall.db');
    const before = readFileSync(database);
    const { out, err } = await well('prepare', template, ...spring, '--dry-run');
    expect(out.split('\n')[0]).toMatch(/^link +part +name +leads to +left$/);
    expect(out).toMatch(
      /^1 +html +example\.com\/chairs +https:\/\/example\.com\/chairs\?utm_source=newsletter/m,
    );
    expect(out).toMatch(/^2 +html +example\.com\/tables +\S+\?size=2&utm_source=newsletter/m);
    expect(out).toMatch(/^3 +html +mailto:shop@example\.com +\S/m);
    expect(err).toContain('Would change 2 of 4 links.');
    const json = await well('prepare', template, ...spring, '--dry-run', '--json');
    expect(Object.keys(JSON.parse(json.out))).toEqual(['headers', 'links', 'notes']);
    expect(readFileSync(database).equals(before)).toBe(true);
    expect((await well('keys')).err).toContain('No key yet');
    expect((await well('list', ...site)).err).toContain('No mail yet');
  });

  test('standard output holds the HTML and nothing else', async () => {
    const { out, err } = await well(
      'prepare',
      template,
      ...spring,
      '--unsubscribe-url',
      'https://example.com/bye',
    );
    expect(tokensOf(out, 'c').length).toBe(2);
    expect(tokensOf(out, 'o').length).toBe(1);
    expect(tokensOf(out, 'u').length).toBe(1);
    // Byte for byte outside of the links and the end of the body.
    expect(out.slice(0, out.indexOf('"https://stats'))).toBe(html.slice(0, html.indexOf('"https://example')));
    expect(out.endsWith('</body></html>\n')).toBe(true);
    expect(out).not.toContain('List-Unsubscribe');
    expect(err).toContain('List-Unsubscribe: <https://example.com/bye>\n');
    expect(err).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click\n');
    expect(err).toContain('Changed 2 of 4 links');
    expect(err).toMatch(/note: .*ends the measuring, not the mailing/);
    expect(err).not.toContain('only this machine');
  });

  test('--out and --text-out write both parts, and the headers are left for standard output', async () => {
    const [into, textInto] = [join(folder, 'out.html'), join(folder, 'out.txt')];
    const parts = ['--text', file('letter.txt', text), '--out', into, '--text-out', textInto];
    const more = ['--unsubscribe-url', 'mailto:bye@example.com', '--token', '{{ .Subscriber.UUID }}'];
    const { out } = await well('prepare', template, ...spring, ...parts, ...more);
    expect(out).toBe('List-Unsubscribe: <mailto:bye@example.com>\n');
    expect(readFileSync(into, 'utf8')).toMatch(/\/m\/c\/[\w-]+\?r=\{\{ \.Subscriber\.UUID \}\}"/);
    const plain = readFileSync(textInto, 'utf8');
    expect(tokensOf(plain, 'c').length).toBe(1);
    expect(plain).toContain('Unsubscribe: {{ UnsubscribeURL }}');
  });

  test('--json prints all of it, and writes what is to be written', async () => {
    const into = join(folder, 'json.html');
    const { out } = await well('prepare', template, ...spring, '--json', '--out', into);
    const prepared: Prepared = JSON.parse(out);
    expect(prepared.links.map(({ number, label }) => [number, label])).toEqual([
      [1, 'example.com/chairs'],
      [2, 'example.com/tables'],
      [3, null],
      [4, null],
    ]);
    expect(prepared.text).toBe(null);
    expect(readFileSync(into, 'utf8')).toBe(prepared.html);
  });

  test.each<[string, () => string[], RegExp]>([
    ['no HTML', () => [file('plain.html', 'Hello, chairs.'), ...spring], /not HTML/],
    ['5 MB', () => [file('big.html', `<p>${'x'.repeat(5_000_000)}</p>`), ...spring], /more than 1024 KiB/],
    ['nothing', () => [file('empty.html', ''), ...spring], /must not be empty/],
    ['another encoding', () => [file('latin.html', Buffer.from(html, 'latin1')), ...spring], /not UTF-8/],
    ['UTF-16', () => [file('wide.html', Buffer.from(`\ufeff${html}`, 'utf16le')), ...spring], /not UTF-8/],
    [
      'a missing file',
      () => [join(folder, 'absent.html'), ...spring],
      /absent\.html" cannot be read: ENOENT/,
    ],
    ['a folder', () => [folder, ...spring], /cannot be read: EISDIR/],
    [
      'an unknown site',
      () => [template, '--campaign', 'spring-26', '--site', 'absent.example'],
      /no site "absent\.example"/,
    ],
    [
      'a campaign that would not be stored',
      () => [template, '--campaign', '4111 1111 1111 1111', ...site],
      /would be stored as/,
    ],
    [
      'a campaign of other characters',
      () => [template, '--campaign', 'a/b', ...site],
      /campaign must be letters/,
    ],
    ['no campaign', () => [template, ...site], /required option '--campaign <name>'/],
    ['a text part without a place', () => [template, ...spring, '--text', template], /--text-out/],
    ['a place without a text part', () => [template, ...spring, '--text-out', 'x.txt'], /--text <file>/],
    ['standard input twice', () => ['-', ...spring, '--text', '-', '--json'], /only one part/],
    [
      'a place that is none',
      () => [template, ...spring, '--out', join(folder, 'absent/out.html')],
      /absent\/out\.html" cannot be written: ENOENT/,
    ],
    [
      'an unsubscribe address that breaks the head',
      () => [template, ...spring, '--unsubscribe-url', 'https://example.com/\r\nBcc: x'],
      /line breaks/,
    ],
  ])('%s is refused in words', async (_, args, words) => {
    const { failed, out } = await mail('prepare', ...args());
    expect(failed).toMatch(words);
    expect(out).toBe('');
  });

  test('a template may come by a pipe, and an exit code says how it went', async () => {
    const args = ['mail', 'prepare', '-', '--campaign', 'piped', ...site];
    const done = await footfall(folder, args, html);
    expect([done.code, tokensOf(done.out, 'c').length]).toEqual([0, 2]);
    expect(done.out).toContain('Die neuen Stühle sind da.');
    expect(done.err).toContain('Set FOOTFALL_PUBLIC_URL=');
    const refused = await footfall(folder, args, 'Hello, chairs.');
    expect([refused.code, refused.out]).toEqual([1, '']);
    expect(refused.err).toMatch(/^footfall: The template is not HTML/);
    expect(refused.err).not.toMatch(/\n\s+at /);
  });
});

describe('mail sent, list and report', () => {
  const autumn = ['--campaign', 'autumn-26', ...site] as const;
  const found = async (): Promise<CampaignReport> =>
    JSON.parse((await well('report', ...autumn, '--json')).out);

  test('what was delivered is replaced, or added to from the first time on', async () => {
    expect((await well('sent', ...autumn, '--count', '1200', '--at', '2026-03-05T10:00:00+01:00')).err).toBe(
      'autumn-26: 1200 delivered.\n',
    );
    expect(await found()).toMatchObject({ delivered: 1_200, sent_at: '2026-03-05T09:00:00.000Z' });
    await well('sent', ...autumn, '--count', '300', '--add', '--at', '2026-03-06T09:00:00Z');
    expect(await found()).toMatchObject({ delivered: 1_500, sent_at: '2026-03-05T09:00:00.000Z' });
    await well('sent', ...autumn, '--count', '900', '--at', '2026-03-07T09:00:00Z');
    expect(await found()).toMatchObject({
      delivered: 900,
      sent_at: '2026-03-07T09:00:00.000Z',
      first_day: '2026-03-07',
    });
  });

  test.each<[string[], RegExp]>([
    [['--count', 'many'], /--count must be a whole number/],
    [['--count', ''], /--count must be a whole number/],
    [['--count', '-5'], /--count must be a whole number/],
    [['--count', '1.5'], /--count must be a whole number/],
    [['--count', '5000000000'], /count/],
    [['--count', '5', '--at', 'yesterday'], /--at must be a time with its zone, such as/],
    [[], /required option '--count/],
  ])('sent %j is refused in words', async (args, words) => {
    const { failed } = await mail('sent', ...autumn, ...args);
    expect(failed).toMatch(words);
    expect(await found()).toMatchObject({ delivered: 900 });
  });

  test('list prints a line for each mail, or JSON', async () => {
    const { out } = await well('list', ...site);
    expect(out.split('\n')[0]).toMatch(/^mail +from +delivered +clicks +click-through/);
    expect(out).toMatch(/^autumn-26 +2026-03-07 +900 +0 +0 % /m);
    const list: CampaignSummary[] = JSON.parse((await well('list', ...site, '--json')).out);
    expect(list.find(({ campaign }) => campaign === 'autumn-26')).toMatchObject({ delivered: 900 });
    expect((await mail('list', '--site', 'absent.example')).failed).toMatch(/no site/);
  });

  test('report says all of it in words, and what it knows nothing of', async () => {
    const { out } = await well('report', ...autumn);
    expect(out).toMatch(/^Mail +autumn-26\nFrom +2026-03-07\nDelivered +900\n/);
    expect(out).toMatch(/^Opens +0 direct, 0 proxied, 0 machine$/m);
    expect(out).toContain('note: Nothing was counted yet.');
    const unknown = await mail('report', '--campaign', 'winter-26', ...site);
    expect([unknown.out, unknown.failed]).toEqual(['', expect.stringMatching(/a mail "winter-26"/)]);
  });
});

test.each(['prepare', 'sent', 'list', 'report', 'suppressed', 'keys', 'rotate-key', 'revoke-key'])(
  'mail %s --help',
  async (name) => {
    const { out } = await well(name, '--help');
    expect(out).toMatch(new RegExp(`^Usage: mail ${name} .*\n\n\\S`));
    expect((await well('--help')).out).toContain(`\n  ${name} `);
  },
);

describe('beside a running server', () => {
  let other: string;
  let server: Server;
  let secret: string;
  const program = (args: readonly string[], input = '') => footfall(other, ['mail', ...args], input);
  const beside = (...args: string[]): Promise<Ran> => runIn(join(other, 'data'), mailCommand, args);

  beforeAll(async () => {
    other = newFolder();
    server = await startServer(other);
    expect((await runIn(join(other, 'data'), siteCommand, ['add', 'example.com'])).failed).toBe(null);
    const key = await footfall(other, [
      'key',
      'add',
      '--name',
      'sender',
      '--scope',
      'mail',
      '--scope',
      'stats',
    ]);
    secret = key.out.trim();
  });
  afterAll(async () => {
    await server.stop();
    removeFolder(other);
  });

  /** Prepared by the server itself. */
  async function prepared(): Promise<Prepared> {
    const reply = await fetch(`${server.url}/api/v2/mail/prepare`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ site_id: 'example.com', campaign: 'spring-26', html, token: '{{ .UUID }}' }),
    });
    if (!reply.ok) throw new Error(await reply.text());
    return reply.json();
  }
  /** HEAD is never counted. */
  const follow = (token: string, method: 'GET' | 'HEAD' = 'HEAD'): Promise<Response> =>
    fetch(`${server.url}/m/c/${token}`, { method, redirect: 'manual' });

  test('who has objected is told line by line, and nobody is named', async () => {
    const { html: mailed } = await (async () => {
      for (;;)
        try {
          return await prepared();
        } catch (error) {
          // The server notices the site within a second.
          if (!String(error).includes('site')) throw error;
        }
    })();
    const page = `${server.url}/m/u/${tokensOf(mailed, 'u')[0]}?r=recipient-two`;
    const nonce = /name="nonce" value="([^"]+)"/.exec(await (await fetch(page)).text())?.[1] ?? '';
    expect((await fetch(page, { method: 'POST', body: new URLSearchParams({ nonce }) })).status).toBe(200);
    const asked = 'recipient-one\nrecipient-two\n\nrecipient-three\n recipient-two \n';
    const told = await program(['suppressed'], asked);
    expect([told.code, told.out, told.err]).toEqual([0, 'no\nyes\nno\nno\nyes\n', '']);
    const empty = await program(['suppressed'], '\n');
    expect([empty.code, empty.out]).toEqual([1, '']);
    expect(empty.err).toContain('no token on standard input');
  });

  test('a rotated key signs new mails, and the old one goes only when it signs no more', async () => {
    const [first = ''] = tokensOf((await prepared()).html, 'c');
    expect(keyOf(first)).toBe(1);
    const refused = await program(['revoke-key', '1']);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('key 1 signs new mails')]);
    expect((await follow(first)).status).toBe(307);

    const rotated = await program(['rotate-key']);
    expect([rotated.code, rotated.out]).toEqual([0, '2\n']);
    let second = '';
    while (second === '' || keyOf(second) === 1) [second = ''] = tokensOf((await prepared()).html, 'c');
    expect(keyOf(second)).toBe(2);
    expect((await beside('keys', '--json')).out).not.toMatch(/secret/i);
    expect(JSON.parse((await beside('keys', '--json')).out)).toMatchObject([
      { key: 1, use: 'verifies' },
      { key: 2, use: 'signs and verifies' },
    ]);
    const old = await follow(first);
    expect([old.status, old.headers.get('location')]).toEqual([
      307,
      'https://example.com/chairs?utm_source=newsletter&utm_medium=email&utm_campaign=spring-26',
    ]);

    const revoked = await beside('revoke-key', '1');
    expect([revoked.failed, revoked.out]).toEqual([null, '']);
    while ((await follow(first)).status === 307);
    const gone = await follow(first, 'GET');
    expect([gone.status, gone.headers.get('location')]).toEqual([404, null]);
    expect(await gone.text()).toContain('This link does not work');
    expect((await follow(second)).status).toBe(307);
    expect((await beside('keys')).out).toMatch(/^key .*\n2 /);
  });

  test.each<[string[], RegExp]>([
    [['revoke-key', '9'], /no mail key 9/],
    [['revoke-key', 'first'], /<key> must be the number of a key/],
    [['revoke-key', '0'], /<key> must be the number of a key/],
    [['revoke-key'], /missing required argument/],
  ])('%j is refused in words', async (args, words) => {
    expect((await beside(...args)).failed).toMatch(words);
  });

  test('report counts what was opened and followed', async () => {
    const { html: mailed } = await prepared();
    const before = JSON.parse((await beside('report', ...spring, '--json')).out) as CampaignReport;
    const headers = {
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
    };
    await fetch(`${server.url}/m/o/${tokensOf(mailed, 'o')[0]}.gif?r=recipient-one`, { headers });
    const link = `${server.url}/m/c/${tokensOf(mailed, 'c')[0]}?r=recipient-one`;
    await fetch(link, { headers, redirect: 'manual' });
    await settled(server);
    const after = JSON.parse((await beside('report', ...spring, '--json')).out) as CampaignReport;
    expect(after.opens.direct - before.opens.direct).toBe(1);
    expect(after.clicks.direct - before.clicks.direct).toBe(1);
    expect(after.unique).toMatchObject({ opens: 1, clicks: 1 });
    const { out } = await beside('report', ...spring);
    expect(out).toMatch(/^Recipients +1 opened, 1 clicked, each once$/m);
    expect(out).toMatch(/direct, 0 proxied, 0 machine {2}example\.com\/chairs$/m);
  });
});
