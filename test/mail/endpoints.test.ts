import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMailTokens } from '../../collector/mail/token.ts';
import { openTool } from '../../collector/store/tool.ts';
import { agents, filled, type Mail, prepareMail, recipientTag, tokenOf } from '../support/mails.ts';
import { openReplay, type Replay } from '../support/replay.ts';

const noon = Date.UTC(2026, 5, 10, 12);
const target = 'https://shop.example/a%20b/?q=%C3%BC&x=1%2F2';
const targets = [target, 'https://shop.example/b', 'http://shop.example/c#part'];
const tagged = (address: string): string => {
  const [before = '', fragment] = address.split('#');
  const tags = 'utm_source=newsletter&utm_medium=email&utm_campaign=spring';
  return `${before}${before.includes('?') ? '&' : '?'}${tags}${fragment === undefined ? '' : `#${fragment}`}`;
};

let replay: Replay;
let mail: Mail;
let now = noon;

beforeAll(async () => {
  replay = await openReplay(noon);
  const sites: [string, object][] = [
    ['shop.example', { excludedNetworks: ['198.51.100.0/24'], excludedCountries: ['GB'] }],
    ['quiet.example', { optedOut: 'ignore' }],
    ['kids.example', { audience: 'children' }],
  ];
  for (const [domain, settings] of sites)
    await replay.manage('POST', '/api/v2/sites', { domain, timezone: 'Europe/Berlin', settings });
  mail = await prepareMail(replay, 'shop.example', 'spring', targets, { decoy: true });
});
afterAll(() => replay.close());
beforeEach(async () => {
  // What one test clicks is no burst with what the next one does.
  now += 60_000;
  replay.setClock(now);
  await replay.tick();
});

interface Asked {
  readonly method?: string;
  readonly agent?: string;
  readonly peer?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}
const ask = (path: string, { method = 'GET', agent = agents.direct, headers = {}, ...rest }: Asked = {}) =>
  replay.send(method, path, { peer: '203.0.113.7', headers: { 'user-agent': agent, ...headers }, ...rest });

/** All of a reply that a client could tell another one by. */
const shape = async (reply: Response): Promise<unknown> => [
  reply.status,
  [...reply.headers].sort(),
  Buffer.from(await reply.arrayBuffer()).toString('base64'),
];

const metrics = ['opens', 'clicks', 'unique_opens', 'unique_clicks'];
/** What a site has counted, as `message opener: opens clicks unique_opens unique_clicks`. */
async function counts(site = 'shop.example'): Promise<string[]> {
  await replay.flush();
  const [answer] = await replay.ask([
    { site_id: site, metrics, date_range: 'all', dimensions: ['mail:message', 'mail:opener'] },
  ]);
  if (!answer || 'error' in answer) throw new Error(JSON.stringify(answer));
  return answer.results.map((row) => `${row.dimensions.join(' ')}: ${row.metrics.join(' ')}`).sort();
}
/** What `work` adds to the counts, of lines that change. */
async function added(work: () => Promise<unknown>, site = 'shop.example'): Promise<string[]> {
  const before = new Map((await counts(site)).map((line) => line.split(': ') as [string, string]));
  await work();
  return (await counts(site)).flatMap((line) => {
    const [name = '', sums = ''] = line.split(': ');
    const old = (before.get(name) ?? '0 0 0 0').split(' ').map(Number);
    const more = sums.split(' ').map((sum, at) => Number(sum) - (old[at] ?? 0));
    return more.some((sum) => sum !== 0) ? [`${name}: ${more.join(' ')}`] : [];
  });
}
async function dropped(): Promise<Record<string, number>> {
  const text = await (await replay.send('GET', '/metrics')).text();
  return Object.fromEntries(
    [...text.matchAll(/footfall_dropped_total\{reason="(\w+)"\} (\d+)/g)]
      .map(([, reason = '', count]) => [reason, Number(count)] as const)
      .filter(([, count]) => count > 0),
  );
}
/** Which reasons were counted meanwhile, and how often. */
async function drops(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await dropped();
  await work();
  const after = Object.entries(await dropped());
  return Object.fromEntries(
    after
      .map(([reason, count]) => [reason, count - (before[reason] ?? 0)] as const)
      .filter(([, more]) => more > 0),
  );
}

const open = (recipient?: string) => filled(mail.open, recipient === undefined ? {} : { recipient });
const click = (index = 0, recipient?: string) =>
  filled(mail.clicks[index] ?? '', recipient === undefined ? {} : { recipient });

describe('an address with a line break in it', () => {
  test.each(['%0a', '%0d%0a', '%e2%80%a8'])('%s is a bad token like any other', async (end) => {
    const replies: Response[] = [];
    const bad = await drops(async () => {
      for (const address of [
        mail.open.split('?')[0],
        mail.clicks[0]?.split('?')[0],
        mail.optOut.split('?')[0],
      ])
        replies.push(await ask(`${address}${end}`));
    });
    expect(replies.map(({ status, headers }) => [status, headers.get('content-type')])).toEqual([
      [200, 'image/gif'],
      [404, 'text/html; charset=UTF-8'],
      [404, 'text/html; charset=UTF-8'],
    ]);
    expect(replies.map(({ headers }) => headers.get('x-robots-tag'))).toEqual(
      Array(3).fill('noindex, nofollow'),
    );
    expect(bad).toEqual({ bad_token: 3 });
  });
});

describe('answers', () => {
  const quiet = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'x-robots-tag': 'noindex, nofollow',
  };

  test.each([
    ['a picture', () => open(), 200, 'image/gif'],
    ['a picture of a broken address', () => '/m/o/x.gif', 200, 'image/gif'],
    ['a picture of no address', () => '/m/o/', 200, 'image/gif'],
    ['a picture of a strange address', () => '/m/o/a/b?c=%E0%A4%A', 200, 'image/gif'],
    ['a link', () => click(), 307, null],
    ['a broken link', () => '/m/c/x', 404, 'text/html; charset=UTF-8'],
    ['a link with more behind it', () => `${click()}/more`, 404, 'text/html; charset=UTF-8'],
    ['the opt-out page', () => filled(mail.optOut), 200, 'text/html; charset=UTF-8'],
    ['a broken opt-out page', () => '/m/u/x', 404, 'text/html; charset=UTF-8'],
  ])('%s is neither kept nor indexed, and tells nobody where it was', async (_, path, status, type) => {
    for (const method of ['GET', 'HEAD']) {
      const reply = await ask(path(), { method });
      expect([method, reply.status, reply.headers.get('content-type')]).toEqual([method, status, type]);
      for (const [name, value] of Object.entries(quiet))
        expect([name, reply.headers.get(name)]).toEqual([name, value]);
      expect(reply.headers.get('set-cookie')).toBeNull();
      if (type?.startsWith('text/html'))
        expect(reply.headers.get('content-security-policy')).toMatch(
          /default-src 'none'.*frame-ancestors 'none'/,
        );
    }
  });

  test('a link leads to exactly what was signed, with no content', async () => {
    for (const [index, address] of targets.entries()) {
      now += 11_000;
      replay.setClock(now);
      const reply = await ask(click(index));
      expect([reply.status, reply.headers.get('location'), await reply.text()]).toEqual([
        307,
        tagged(address),
        '',
      ]);
    }
  });

  test('nothing in the query changes where a link leads', async () => {
    for (const query of [
      'u=https://evil.example',
      'r=//evil.example',
      't=%0d%0alocation:https://evil.example',
      'r=a&r=b',
    ])
      expect((await ask(`${click()}?${query}`)).headers.get('location')).toBe(tagged(target));
  });

  test('HEAD counts nothing, also what is broken', async () => {
    const head = { method: 'HEAD' };
    const all = [
      open('ann'),
      click(0, 'ann'),
      mail.decoy ?? '',
      filled(mail.optOut),
      '/m/o/x.gif',
      '/m/c/x',
      '/m/u/x',
    ];
    expect(
      await added(async () =>
        expect(await drops(async () => Promise.all(all.map((path) => ask(path, head))))).toEqual({}),
      ),
    ).toEqual([]);
  });

  test('are the same for every kind of opener, and for who has objected or is left out', async () => {
    const askers: [string, Asked][] = [
      ['direct', {}],
      ['proxied', { agent: agents.proxied }],
      ['machine', { agent: agents.machine }],
      ['scanner', { agent: agents.scanner }],
      ['bot', { agent: 'curl/8.5.0' }],
      ['no agent', { agent: '' }],
      ['prefetch', { headers: { 'sec-purpose': 'prefetch' } }],
      ['gpc', { headers: { 'sec-gpc': '1' } }],
      ['dnt', { headers: { dnt: '1' } }],
      ['cookie', { headers: { cookie: 'footfall_optout=1' } }],
      ['excluded network', { peer: '198.51.100.9' }],
      ['excluded country', { peer: '81.2.69.160' }],
    ];
    const gone = await goneMail();
    for (const path of [
      open('ann'),
      click(0, 'ann'),
      open(),
      click(),
      filled(mail.decoy ?? '', { recipient: 'ann' }),
    ]) {
      const expected = await shape(await ask(path));
      for (const [name, asker] of askers)
        expect([path.slice(0, 5), name, await shape(await ask(path, asker))]).toEqual([
          path.slice(0, 5),
          name,
          expected,
        ]);
    }
    // A site that was removed is no reason to strand its readers.
    expect((await ask(gone.clicks[0]?.split('?')[0] ?? '')).status).toBe(307);
    expect(await drops(async () => ask(gone.open))).toEqual({ unknown_site: 1 });
  });
});

async function goneMail(): Promise<Mail> {
  await replay.manage('POST', '/api/v2/sites', { domain: 'gone.example', timezone: 'UTC', settings: {} });
  const made = await prepareMail(replay, 'gone.example', 'spring', ['https://gone.example/']);
  await replay.manage('DELETE', '/api/v2/sites/gone.example', undefined);
  return made;
}

describe('counts', () => {
  test('each class apart, and each recipient once, unless a machine', async () => {
    const all: [string, Asked][] = [
      [open('bob'), {}],
      [open('bob'), {}],
      [open('bob'), { agent: agents.proxied }],
      [open('cid'), { agent: agents.proxied }],
      [open('dan'), { agent: agents.machine }],
      [open(), {}],
      [click(0, 'bob'), {}],
      [click(1, 'bob'), {}],
      [click(0, 'dan'), { agent: agents.scanner }],
      [click(0), {}],
    ];
    const more = await added(async () => {
      for (const [path, asker] of all) expect((await ask(path, asker)).status).toBeLessThan(308);
    });
    expect(more).toEqual(['spring direct: 3 3 1 1', 'spring machine: 1 1 0 0', 'spring proxied: 2 0 1 0']);
  });

  test('a tag that no mail system has filled in is nobody’s token', async () => {
    const tags = [
      recipientTag,
      '*|UNIQID|*',
      '{contactfield=id}',
      '{%unique%}',
      '<%= id %>',
      '[%id%]',
      '%recipient.id%',
      '%%subscriberid%%',
      '[[id]]',
      '##id##',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a mail system's tag
      '${id}',
      '[id]',
      '',
      ' ',
      'x'.repeat(201),
    ];
    const more = await added(async () => {
      for (const tag of tags) {
        expect((await ask(open(encodeURIComponent(tag)))).status).toBe(200);
        expect((await ask(open(tag.replaceAll('#', '%23')))).status).toBe(200);
      }
    });
    expect(more).toEqual([`spring direct: ${2 * tags.length} 0 0 0`]);
  });

  test('a plus sign in a token is one, encoded or not', async () => {
    const more = await added(async () => {
      for (const token of ['eva+1/2=', 'eva%2B1%2F2%3D', 'eva%201/2=']) await ask(open(token));
    });
    // The last one is of somebody else, with a space.
    expect(more).toEqual(['spring direct: 3 0 2 0']);
  });

  test('a click within two seconds of the sending is a machine’s, in every spelling of that time', async () => {
    const spellings = (at: number): string[] => {
      const utc = new Date(at).toISOString();
      const berlin = new Date(at + 7_200_000).toISOString().replace('Z', '');
      return [
        String(Math.round(at / 1_000)),
        String(at),
        utc,
        utc.replace('T', '+').replace('Z', ''),
        utc.replace('Z', ''),
        encodeURIComponent(`${berlin}+02:00`),
        `${berlin}+02:00`,
        `${berlin}%20+0200`,
      ];
    };
    const follow = (at: number) =>
      added(async () => {
        for (const sentAt of spellings(at))
          await ask(filled(mail.clicks[0] ?? '', { sentAt }), { headers: { 'sec-gpc': '1' } });
      });
    // Whatever the clock on the collector's wall says.
    const zone = process.env.TZ;
    process.env.TZ = 'Asia/Tokyo';
    expect(await follow(now - 1_000)).toEqual(['spring machine: 0 8 0 0']);
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
    expect(await follow(now - 4_000)).toEqual(['spring direct: 0 8 0 0']);
    const words = ['yesterday', '{{ now }}', '2026', '-5', '1e12', '2026-06-10', 'NaN', '9'.repeat(40)];
    expect(
      await added(async () => {
        for (const word of words)
          expect((await ask(filled(mail.clicks[0] ?? '', { sentAt: encodeURIComponent(word) }))).status).toBe(
            307,
          );
      }),
    ).toEqual([`spring direct: 0 ${words.length} 0 0`]);
  });

  test('three links at once, and the hidden one, are a scanner’s, whatever was counted before', async () => {
    const three = () =>
      added(async () => {
        for (const index of [0, 1, 2]) await ask(click(index, 'fay'));
      });
    expect(await three()).toEqual(['spring machine: 0 3 0 0']);
    now += 11_000;
    replay.setClock(now);
    expect(await added(async () => ask(click(0, 'fay')))).toEqual(['spring direct: 0 1 0 1']);
    now += 11_000;
    replay.setClock(now);
    expect(
      await added(async () => {
        await ask(click(0, 'gus'));
        await ask(filled(mail.decoy ?? '', { recipient: 'gus' }));
      }),
    ).toEqual(['spring machine: 0 2 0 0']);
    // Two people behind one address, told apart by their tokens; and one who lets nobody tell them apart.
    now += 11_000;
    replay.setClock(now);
    expect(
      await added(async () => {
        await ask(click(0, 'hal'));
        await ask(click(1, 'ivy'));
        await ask(click(2, 'ivy'));
        for (const index of [0, 1, 2]) await ask(click(index, 'kim'), { headers: { 'sec-gpc': '1' } });
      }),
    ).toEqual(['spring direct: 0 6 0 2']);
  });

  test.each([
    ['Sec-GPC', 'shop.example', { headers: { 'sec-gpc': '1' } }],
    ['DNT', 'shop.example', { headers: { dnt: '1' } }],
    ['the cookie', 'shop.example', { headers: { cookie: 'footfall_optout=1' } }],
    ['a site of children', 'kids.example', {}],
    ['a site of children and Sec-GPC', 'kids.example', { headers: { 'sec-gpc': '1' } }],
  ])('by %s no token and no key of a reader is used', async (_, site, asker) => {
    const own = await prepareMail(replay, site, 'summer', targets);
    const more = await added(async () => {
      await ask(filled(own.open, { recipient: 'lea' }), asker);
      for (const link of own.clicks) await ask(filled(link, { recipient: 'lea' }), asker);
    }, site);
    expect(more).toEqual(['summer direct: 1 3 0 0']);
    expect(await drops(async () => ask(filled(own.open), asker))).toEqual({});
    const state = readFileSync(join(replay.folder, 'runtime/mails'), 'latin1');
    expect(state.includes('summer')).toBe(false);
  });

  test('where who has objected is ignored, that is so, with every signal', async () => {
    const own = await prepareMail(replay, 'quiet.example', 'spring', ['https://quiet.example/']);
    const askers: Asked[] = [{ headers: { 'sec-gpc': '1' } }, { headers: { dnt: '1' } }];
    const paths = [own.open, own.clicks[0] ?? ''].map((path) => filled(path, { recipient: 'mia' }));
    expect(
      await added(
        async () =>
          expect(
            await drops(async () => {
              for (const asker of askers) for (const path of paths) await ask(path, asker);
            }),
          ).toEqual({ opted_out_ignored: 4 }),
        'quiet.example',
      ),
    ).toEqual([]);
    expect(await added(async () => ask(paths[0] ?? ''), 'quiet.example')).toEqual(['spring direct: 1 0 1 0']);
  });

  test('excluded networks and countries are left out, countries only where they are the reader’s', async () => {
    const from = (peer: string, agent: string = agents.direct) =>
      drops(async () => {
        await ask(open('noa'), { peer, agent });
        await ask(click(0, 'noa'), { peer, agent });
      });
    expect(
      await added(async () => {
        expect(await from('198.51.100.9')).toEqual({ excluded_network: 2 });
        expect(await from('198.51.100.9', agents.proxied)).toEqual({ excluded_network: 2 });
        expect(await from('81.2.69.160')).toEqual({ excluded_country: 2 });
      }),
    ).toEqual([]);
    // No image proxy follows links, whatever the agent says.
    expect(await added(async () => expect(await from('81.2.69.160', agents.proxied)).toEqual({}))).toEqual([
      'spring machine: 0 1 0 0',
      'spring proxied: 1 0 1 0',
    ]);
  });
});

describe('a token that is not ours', () => {
  const kinds = { o: () => mail.open, c: () => mail.clicks[1] ?? '', u: () => mail.optOut };
  const pathOf = (kind: string, token: string): string =>
    `/m/${kind}/${token}${kind === 'o' ? '.gif' : ''}?r=ann`;

  /** Asks for all of them; they must be answered as broken ones, counted as that, and as nothing else. */
  async function refused(paths: readonly string[]): Promise<void> {
    expect(paths.length).toBeGreaterThan(0);
    const work = async () => {
      for (const path of paths) {
        const reply = await ask(path);
        expect([path, reply.status]).toEqual([path, path.startsWith('/m/o/') ? 200 : 404]);
        expect([path, reply.headers.get('location')]).toEqual([path, null]);
      }
    };
    const tables = async () => [await counts(), await counts('kids.example'), await counts('quiet.example')];
    await replay.tick();
    const before = await tables();
    expect(await drops(work)).toEqual({ bad_token: paths.length });
    await replay.tick();
    expect(await tables()).toEqual(before);
  }

  test.each(['o', 'c', 'u'] as const)('each bit of it turned, and each part of it: /m/%s', async (kind) => {
    const token = tokenOf(kinds[kind]());
    const bytes = Buffer.from(token, 'base64url');
    expect(bytes.length).toBeGreaterThan(20);
    const turned = Array.from({ length: bytes.length * 8 }, (_, bit) => {
      const copy = Buffer.from(bytes);
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return copy.toString('base64url');
    });
    const spelled = [...token].flatMap((_, at) =>
      [...'Aa-_=+/%. '].flatMap((character) => {
        const other = token.slice(0, at) + character + token.slice(at + 1);
        return other === token ? [] : [other];
      }),
    );
    const cut = [...token].flatMap((_, at) => [token.slice(0, at), token.slice(at + 1)]);
    const longer = [`${token}A`, `${token}=`, `${token}==`, `A${token}`, token + token, `${token}.gif`];
    const all = [...turned, ...cut, ...longer].map((one) => pathOf(kind, encodeURIComponent(one)));
    await refused(all);
    await refused(spelled.slice(0, 300).map((one) => pathOf(kind, encodeURIComponent(one))));
  });

  test('one of another kind', async () => {
    const of = Object.entries(kinds);
    await refused(
      of.flatMap(([kind]) =>
        of.flatMap(([other, address]) => (other === kind ? [] : [pathOf(kind, tokenOf(address()))])),
      ),
    );
  });

  test('one that a foreign key has signed, under ids that we have and have not', async () => {
    const parts = { site: 1, message: 'spring' };
    const foreign = [1, 2, 77].flatMap((id) => {
      const { sign } = createMailTokens([{ id, secret: randomBytes(32) }]);
      return [
        pathOf('o', sign({ kind: 'open', ...parts })),
        pathOf(
          'c',
          sign({ kind: 'click', ...parts, link: 'l', target: 'https://evil.example/', decoy: false }),
        ),
        pathOf('u', sign({ kind: 'optout', ...parts })),
      ];
    });
    await refused(foreign);
  });

  test('one whose key was taken away; after a new key alone it is still ours', async () => {
    const tool = await openTool(join(replay.folder, 'footfall.db'), () => now);
    const [{ id: first } = { id: 0 }] = await tool.config.listMailKeys();
    const second = await tool.config.addMailKey(randomBytes(32));
    await replay.tick();
    expect((await ask(click())).headers.get('location')).toBe(tagged(target));
    const renewed = await prepareMail(replay, 'shop.example', 'spring', targets);
    expect(tokenOf(renewed.open)).not.toBe(tokenOf(mail.open));
    await tool.config.removeMailKey(first);
    await tool.close();
    await replay.tick();
    await refused(Object.entries(kinds).map(([kind, address]) => pathOf(kind, tokenOf(address()))));
    expect(second).toBeGreaterThan(first);
    mail = await prepareMail(replay, 'shop.example', 'spring', targets, { decoy: true });
    expect((await ask(click())).headers.get('location')).toBe(tagged(target));
  });
});

const page = (recipient?: string, path = mail.optOut) =>
  filled(path, recipient === undefined ? {} : { recipient });
const nonceIn = (html: string): string => /name="nonce" value="([^"]+)"/.exec(html)?.[1] ?? '';
const press = (path: string, nonce: string) =>
  ask(path, {
    method: 'POST',
    body: new URLSearchParams({ nonce }).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'null' },
  });
const suppressed = (): number => {
  const db = new Database(join(replay.folder, 'footfall.db'), { readonly: true });
  const count = db.prepare('SELECT count(*) FROM suppression').pluck().get();
  db.close();
  return Number(count);
};

describe('the opt-out page', () => {
  const opensOnce = (recipient: string) => added(async () => ask(open(recipient)));
  test('without a token says that nobody is told apart, and how to keep pictures from loading', async () => {
    for (const path of [
      page(),
      page(encodeURIComponent(recipientTag)),
      page('x', (await kidsMail()).optOut),
    ]) {
      const html = await (await ask(path)).text();
      expect(html).toContain('nothing can be switched off for one person, because nobody is distinguished');
      expect(html).toContain('Block All Remote Content');
      expect(html).not.toContain('<form');
    }
    expect((await press(page(), 'x')).status).toBe(200);
    expect(suppressed()).toBe(0);
  });
  const kidsMail = () => prepareMail(replay, 'kids.example', 'spring', ['https://kids.example/']);

  test('looking at it changes nothing, however often and in whichever way', async () => {
    for (const method of ['GET', 'HEAD', 'GET', 'GET', 'HEAD']) {
      const reply = await ask(page('olga'), { method });
      expect(reply.status).toBe(200);
      const html = await reply.text();
      if (method === 'GET') await ask(`${page('olga')}&nonce=${nonceIn(html)}`);
    }
    expect(suppressed()).toBe(0);
    expect(await opensOnce('olga')).toEqual(['spring direct: 1 0 1 0']);
  });

  test('acts only with its own word', async () => {
    const path = page('paul');
    const nonce = nonceIn(await (await ask(path)).text());
    const other = await prepareMail(replay, 'shop.example', 'other', targets);
    const foreign = nonceIn(await (await ask(page('paul', other.optOut))).text());
    for (const wrong of ['', 'x', foreign, `${nonce}x`, nonce.slice(0, -1), 'x'.repeat(5_000)]) {
      expect((await press(path, wrong)).status).toBe(403);
      expect(suppressed()).toBe(0);
    }
    now += 3_600_000;
    replay.setClock(now);
    const late = await press(path, nonce);
    expect([late.status, (await late.text()).includes('Not done')]).toEqual([403, true]);
    expect(suppressed()).toBe(0);
    expect((await press(`/m/u/x?r=paul`, nonce)).status).toBe(404);
  });

  test('from then on the token is dropped, for mails of before too, also after a restart', async () => {
    const before = await prepareMail(replay, 'shop.example', 'before', targets);
    const quiet = await prepareMail(replay, 'quiet.example', 'before', ['https://quiet.example/']);
    expect(await added(async () => ask(filled(before.open, { recipient: 'quin' })))).toEqual([
      'before direct: 1 0 1 0',
    ]);
    const path = page('quin');
    const done = await press(path, nonceIn(await (await ask(path)).text()));
    expect([done.status, (await done.text()).includes('From now on you are not measured')]).toEqual([
      200,
      true,
    ]);
    expect(suppressed()).toBe(1);
    expect(await (await ask(path)).text()).toContain('You are not measured');
    // A second time is no second entry.
    const again = await prepareMail(replay, 'shop.example', 'again', targets);
    const stillThere = nonceIn(await (await ask(page('rosa', again.optOut))).text());
    await press(page('quin', again.optOut), stillThere);
    expect(suppressed()).toBe(1);
    const ignored = async () =>
      drops(async () => {
        expect(
          await added(async () => ask(filled(quiet.open, { recipient: 'quin' })), 'quiet.example'),
        ).toEqual([]);
      });
    for (const crash of [null, false, true]) {
      if (crash !== null) await replay.restart(crash);
      now += 11_000;
      replay.setClock(now);
      expect(
        await added(async () => {
          await ask(filled(before.clicks[0] ?? '', { recipient: 'quin' }));
          await ask(open('quin'));
          await ask(click(0, 'quin'));
        }),
      ).toEqual(['before direct: 0 1 0 0', 'spring direct: 1 1 0 0']);
      expect(await ignored()).toEqual({ opted_out_ignored: 1 });
      expect(await (await ask(path)).text()).toContain('You are not measured');
    }
    // Nobody else is.
    expect(await opensOnce('rosa')).toEqual(['spring direct: 1 0 1 0']);
  });

  test('no reply quotes a recipient’s token', async () => {
    const secret = 'canary-recipient-7';
    const path = page(secret);
    const replies = [
      await ask(path),
      await press(path, 'wrong'),
      await press(path, nonceIn(await (await ask(path)).text())),
      await ask(path),
      await ask(filled(mail.optOut.replace('/m/u/', '/m/u/x'), { recipient: secret })),
      await ask(open(secret)),
      await ask(click(0, secret)),
      await ask(`/m/c/${secret}?r=${secret}`),
    ];
    for (const reply of replies)
      expect(`${JSON.stringify([...reply.headers])} ${await reply.text()}`).not.toContain(secret);
  });
});

/** While somebody else holds the database for writing. */
async function locked(work: () => Promise<void>): Promise<void> {
  const other = new Database(join(replay.folder, 'footfall.db'));
  other.exec('BEGIN IMMEDIATE');
  try {
    await work();
  } finally {
    other.exec('ROLLBACK');
    other.close();
  }
}

test('while nothing can be written, readers are answered as ever, and the loss is counted', async () => {
  const expected = {
    open: await shape(await ask(open('tom'))),
    click: await shape(await ask(click(0, 'tom'))),
  };
  expect(
    await added(async () =>
      expect(
        await drops(() =>
          locked(async () => {
            expect(await shape(await ask(open('uma')))).toEqual(expected.open);
            expect(await shape(await ask(click(0, 'uma')))).toEqual(expected.click);
          }),
        ),
      ).toEqual({ unstored: 2 }),
    ),
  ).toEqual([]);
  // Who could not be counted is counted the next time.
  expect(await added(async () => ask(open('uma')))).toEqual(['spring direct: 1 0 1 0']);
});

// The last one: the collector logs it, and every tick of the others would say so.
test('what cannot be written is not said to be done', async () => {
  const path = page('sara');
  const nonce = nonceIn(await (await ask(path)).text());
  const count = suppressed();
  await locked(async () => {
    const reply = await press(path, nonce);
    expect([reply.status, (await reply.text()).includes('Not done yet')]).toEqual([503, true]);
    expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
  });
  expect(suppressed()).toBe(count);
  expect((await press(path, nonce)).status).toBe(200);
  expect(suppressed()).toBe(count + 1);
});
