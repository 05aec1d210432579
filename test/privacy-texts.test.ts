import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { newReference, readReference } from '../collector/access/reference.ts';
import { privacyCommand } from '../collector/cli/privacy.ts';
import { type Basis, basisOf, type Schema } from '../collector/privacy/basis.ts';
import { markdownOf } from '../collector/privacy/document.ts';
import { htmlOf } from '../collector/privacy/html.ts';
import { inventoryOf } from '../collector/privacy/inventory.ts';
import { inventoryDocument } from '../collector/privacy/inventory-document.ts';
import { noticeOf, noticeVersion } from '../collector/privacy/notice.ts';
import { registerDocument } from '../collector/privacy/register.ts';
import { sharedDomain } from '../collector/privacy/shared-domain.ts';
import { statementOf } from '../collector/privacy/statement.ts';
import { openTool } from '../collector/store/tool.ts';
import { type Dimension, dimensions } from '../schema/dimensions.ts';
import { RequestKind } from '../schema/requests.ts';
import { type RetentionClass, retention } from '../schema/retention.ts';
import { Settings } from '../schema/settings.ts';
import { SiteSettings } from '../schema/site.ts';
import { footfall, newFolder, removeFolder } from './support/server.ts';
import { aSite } from './support/site.ts';

const settingsOf = (some: object = {}): Settings =>
  Settings.parse({ CONTROLLER: 'Example Ltd, London', CONTACT: 'privacy@example.com', ...some });
const siteOf = (some: object = {}, domain = 'example.com') =>
  aSite({ domain, settings: SiteSettings.parse(some) });
const url = 'https://stats.example.com';
const basis = (some: { settings?: object; site?: object; schema?: Schema } = {}): Basis =>
  basisOf(settingsOf(some.settings), [siteOf(some.site)], url, some.schema);

const asked = {
  kind: 'access',
  agent: false,
  reference: 'X',
  received: '2026-06-01',
  due: '2026-07-01',
} as const;
/** Each text in Markdown, by name. */
const texts: Readonly<Record<string, (of: Basis) => string>> = {
  notice: (of) => markdownOf(noticeOf(of, 'v', null).document),
  inventory: (of) => markdownOf(inventoryDocument(of, 'v')),
  register: (of) => markdownOf(registerDocument(of, '2026-06-01')),
  statement: (of) => statementOf(of, asked),
};

const shoeSize: Dimension = {
  ...dimensions.screen,
  api: 'visit:shoe_size',
  label: 'Size of the shoe',
  origin: 'a look at the feet',
  coarsening: 'whole sizes only',
  category: 'device',
};
const attic: RetentionClass = {
  ...retention.long,
  label: 'Counters in the attic',
  longest: 11,
  setting: null,
  afterwards: 'thrown out of the window',
};
const grown: Schema = {
  dimensions: { ...dimensions, shoe_size: shoeSize },
  retention: { ...retention, attic },
};

describe('generated from the schema', () => {
  test('every dimension and every class of retention is named', () => {
    const notice = texts.notice?.(basis({ site: { returning: 'on' } })) ?? '';
    const inventory = texts.inventory?.(basis()) ?? '';
    for (const { label, origin } of Object.values(dimensions)) {
      expect(notice).toContain(label);
      expect(inventory).toContain(`| ${label} |`);
      expect(inventory).toContain(origin.replaceAll('_', '\\_'));
    }
    for (const { label, afterwards } of Object.values(retention)) {
      for (const name of ['notice', 'inventory', 'register']) expect(texts[name]?.(basis())).toContain(label);
      expect(notice).toContain(afterwards);
    }
  });

  test('a dimension and a class that are added appear by themselves, and make a new version', () => {
    const [plain, more] = [basis(), basis({ schema: grown })];
    for (const [name, words] of [
      ['notice', 'Size of the shoe'],
      ['notice', 'Counters in the attic'],
      ['inventory', 'a look at the feet'],
      ['inventory', 'whole sizes only'],
      ['inventory', 'Counters in the attic'],
      ['register', 'Counters in the attic: 11 days; then thrown out of the window'],
      ['statement', 'Size of the shoe'],
    ] as const) {
      expect([name, texts[name]?.(more).includes(words)]).toEqual([name, true]);
      expect(texts[name]?.(plain)).not.toContain(words);
    }
    expect(noticeVersion(settingsOf(), [siteOf()], grown)).not.toBe(noticeVersion(settingsOf(), [siteOf()]));
  });

  test('every item has a category of California, or none in words', () => {
    for (const { california, kept, category } of inventoryOf(basis())) {
      expect(california).toMatch(/^(none|\([A-L]\) \S.*)$/);
      expect(kept).not.toBe('');
      expect(category).not.toBe('');
    }
    const of = (name: string) => inventoryOf(basis()).find((item) => item.name === name)?.california;
    expect(
      [of('city'), of('page'), of('currency'), of('visit_key'), of('reason')].map((one) => one?.slice(0, 4)),
    ).toEqual(['(G) ', '(F) ', '(D) ', '(A) ', 'none']);
  });
});

describe('the settings in force', () => {
  const kept = (name: string, some: Parameters<typeof basis>[0]) =>
    inventoryOf(basis(some)).find((item) => item.name === name)?.kept;

  test('periods are those that are set', () => {
    const some = { settings: { DETAIL_HOURS: 12, PAIR_DAYS: 40, KEEP_DAYS: 400 } };
    expect(texts.notice?.(basis(some))).toMatch(
      /hour \| 12 hours \|[\s\S]*day \| 40 days \|[\s\S]*other counters \| 400 days/,
    );
    expect(texts.notice?.(basis())).toMatch(
      /hour \| 7 days \|[\s\S]*day \| 60 days \|[\s\S]*25 months \(759 days\)/,
    );
  });

  test('the strict profile keeps less, and says so', () => {
    const strict = { settings: { PROFILE: 'strict' } };
    expect(kept('screen', strict)).toMatch(/^not kept here/);
    expect(texts.notice?.(basis(strict))).toMatch(/not counted at all/);
    expect(texts.statement?.(basis(strict))).not.toMatch(/Screen/);
    expect(texts.statement?.(basis())).toMatch(/Screen/);
    expect(texts.notice?.(basis(strict))).toMatch(/hour \| not kept \|/);
    const items = inventoryOf(basis(strict));
    expect(items.find(({ name }) => name === 'referrer')?.coarsening).toBe('the host only');
    expect(items.find(({ name }) => name === 'os_version')?.coarsening).toBe('name and major version');
    expect(items.find(({ name }) => name === 'city')?.coarsening).toMatch(/fewer than 10 visitors/);
  });

  test('children, and sites without identifiers, keep what opted-out visitors do', () => {
    for (const site of [{ audience: 'children' }, { identify: false }]) {
      expect(kept('city', { site })).toMatch(/^not kept here/);
      expect(kept('visit_key', { site })).toMatch(/^not kept here/);
      expect(kept('page', { site })).not.toMatch(/^not kept/);
      expect(texts.statement?.(basis({ site }))).toMatch(/Nothing: nobody has an identifier here/);
    }
    expect(texts.notice?.(basis({ site: { audience: 'children' } }))).toMatch(/## Children/);
    expect(texts.notice?.(basis())).not.toMatch(/## Children/);
  });

  test('returning browsers are told of where they are measured', () => {
    expect(kept('returning_dates', {})).toMatch(/^not kept here/);
    expect(kept('returning_dates', { site: { returning: 'consent' } })).toMatch(/^13 months/);
    expect(texts.notice?.(basis({ site: { returning: 'on' } }))).toMatch(/## Returning browsers/);
    expect(texts.notice?.(basis())).not.toMatch(/## Returning browsers/);
  });

  test('who is responsible is named, or a placeholder says which setting is missing', () => {
    expect(texts.notice?.(basis())).toMatch(/Example Ltd, London[\s\S]*privacy@example\.com/);
    const bare = basisOf(Settings.parse({}), [], url);
    expect(texts.notice?.(bare)).toMatch(/set FOOTFALL\\_CONTROLLER[\s\S]*set FOOTFALL\\_CONTACT/);
    expect(texts.register?.(bare)).toMatch(/FOOTFALL\\_CONTROLLER/);
  });
});

describe('the version', () => {
  const version = (settings: object = {}, ...sites: ReturnType<typeof siteOf>[]) =>
    noticeVersion(settingsOf(settings), sites);
  const plain = version({}, siteOf());

  test('is the same for the same, and for sites that decided alike', () => {
    expect(plain).toMatch(/^[0-9a-f]{12}$/);
    expect(version({ PORT: 4000, K: 10 }, siteOf({ goals: [], hostnames: ['a.test'] }, 'b.test'))).toBe(
      plain,
    );
    expect(version({}, siteOf(), siteOf({}, 'other.test'))).toBe(plain);
  });

  test('changes with what is said', () => {
    const others = [
      version({ K: 20 }, siteOf()),
      version({ PAIR_DAYS: 40 }, siteOf()),
      version({ PROFILE: 'strict' }, siteOf()),
      version({ CONTACT: 'else@example.com' }, siteOf()),
      version({}, siteOf({ dnt: false })),
      version({}, siteOf({ returning: 'on' })),
      version({}, siteOf({ audience: 'children' })),
      version({}, siteOf(), siteOf({ optedOut: 'ignore' }, 'other.test')),
    ];
    expect(new Set([plain, ...others]).size).toBe(others.length + 1);
  });
});

test('words of the operator stay words, in Markdown and in HTML', async () => {
  const of = basis({ settings: { CONTROLLER: '<script>alert(1)</script> | *A* [x](javascript:y) & Co' } });
  const html = await htmlOf(noticeOf(of, 'v', '2026-06-01').document);
  expect(html).toContain('&lt;script&gt;');
  expect(html).not.toMatch(/<script/);
  expect(html).toMatch(/^<!doctype html>/);
  expect(texts.notice?.(of)).toContain('\\<script\\>');
  expect(texts.register?.(of)).toContain('\\[x\\](javascript:y)');
});

describe('answers to requests', () => {
  test.each(RequestKind.options)('%s says what is held, what was asked, and by when', (kind) => {
    const told = statementOf(basis(), { ...asked, kind, agent: true });
    expect(told).toMatch(/by 2026-07-01/);
    expect(told).toMatch(/acts for/);
    expect(told).toMatch(/at most 28 hours/);
    expect(told).toContain(`${url}/privacy?site=example.com`);
  });

  test('a reference has 80 bits and survives being typed', () => {
    const made = newReference((size) => new Uint8Array(size).fill(255));
    expect([made, newReference((size) => new Uint8Array(size))]).toEqual([
      'ZZZZ-ZZZZ-ZZZZ-ZZZZ',
      '0000-0000-0000-0000',
    ]);
    expect(readReference(' olzz zzzz-zzzz zzzi ')).toBe('01ZZ-ZZZZ-ZZZZ-ZZZ1');
  });
});

test.each([
  ['stats.example.com', 'example.com', 'example.com'],
  ['stats.example.co.uk', 'www.example.co.uk', 'example.co.uk'],
  ['a.co.uk', 'b.co.uk', null],
  ['one.github.io', 'two.github.io', null],
  ['localhost', 'localhost', null],
  ['127.0.0.1', '127.0.0.1', null],
  ['[::1]', '[::1]', null],
])('%s and %s share %s', (one, other, domain) => {
  expect(sharedDomain(one, other)).toBe(domain);
});

describe('the command line', () => {
  let folder: string;
  const addSite = async (domain: string): Promise<void> => {
    const store = await openTool(join(folder, 'data/footfall.db'), Date.now);
    await store.config.addSite({ domain, timezone: 'UTC', settings: {} });
    await store.close();
  };
  beforeAll(async () => {
    folder = newFolder();
    await addSite('example.com');
    await addSite('other.test');
  });
  afterAll(() => removeFolder(folder));

  /** As a command of its own where something is read from standard input, else on this thread: thirty processes take a minute. */
  async function run(args: string, input?: string): Promise<{ code: number; out: string; err: string }> {
    if (input !== undefined) return footfall(folder, ['privacy', ...args.split(' ')], input);
    const said = { out: '', err: '' };
    const spies = (['out', 'err'] as const).map((name) =>
      vi.spyOn(process[`std${name}`], 'write').mockImplementation((text) => {
        said[name] += String(text);
        return true;
      }),
    );
    try {
      const settings = Settings.parse({ DATA_DIR: join(folder, 'data') });
      await privacyCommand(() => settings).parseAsync(args.split(' '), { from: 'user' });
      return { code: 0, ...said };
    } catch (error) {
      return { code: 1, ...said, err: said.err + (error instanceof Error ? error.message : String(error)) };
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  }

  test('prints each text in each format, of all sites or of one', async () => {
    for (const name of ['notice', 'inventory', 'register']) {
      const [md, html, json] = [
        await run(`${name} --format md --site other.test`),
        await run(`${name} --format html --site other.test`),
        await run(`${name} --format json --site other.test`),
      ];
      expect([md.code, html.code, json.code]).toEqual([0, 0, 0]);
      expect(md.out).toMatch(/^# /);
      expect(html.out).toMatch(/^<!doctype html>/);
      expect(JSON.parse(json.out)).toBeTypeOf('object');
      expect(md.out).not.toContain('example.com');
    }
    expect((await run('notice')).out).toMatch(/example\.com[\s\S]*other\.test/);
    expect((await run('notice')).err).toMatch(/FOOTFALL_CONTROLLER and FOOTFALL_CONTACT/);
  });

  test('a notice is in force once it was published, and not after a change', async () => {
    const notice = async (args = '') =>
      JSON.parse((await run(`notice --format json${args}`)).out) as {
        version: string;
        effective: string | null;
      };
    expect((await notice()).effective).toBeNull();
    expect((await run('notice')).out).toMatch(/not published/);
    const published = await notice(' --publish --effective 2026-12-01');
    expect(published.effective).toBe('2026-12-01');
    expect(await notice()).toEqual(published);
    expect((await run('well-known --site example.com --json')).out).toMatch(/"lastUpdate": "2026-12-01"/);
    await addSite('alike.test');
    expect((await notice()).version).toBe(published.version);
  });

  test('a request is logged without identity, listed with its state, and closed', async () => {
    const opened = await run('request --kind access --agent --received 2026-01-05');
    expect(opened.code).toBe(0);
    const reference = /Privacy request (\S+)/.exec(opened.out)?.[1] ?? '';
    expect(reference).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(opened.out).toMatch(/by 2026-02-04/);
    const later = await run('request --kind limit --json');
    expect(JSON.parse(later.out)).toMatchObject({ kind: 'limit', agent: false, recipient: null });
    expect((await run('requests')).out).toMatch(
      new RegExp(`^${reference} +access +yes +2026-01-05 +2026-02-04 +OVERDUE$`, 'm'),
    );
    expect((await run(`request --done ${reference.toLowerCase().replaceAll('-', '')}`)).code).toBe(0);
    expect((await run(`request --done ${reference}`)).err).toMatch(/already/);
    const list = JSON.parse((await run('requests --json')).out) as { reference: string; overdue: boolean }[];
    expect(list.at(-1)).toMatchObject({ reference, overdue: false, state: expect.stringMatching(/^closed/) });
  });

  test('a recipient’s token is read from standard input, put on the list as a keyed hash, and nowhere else', async () => {
    const token = 'recipient-8f3c-canary';
    const say = async (kind: string) => run(`request --kind ${kind} --recipient`, `${token}\n`);
    const before = await say('access');
    expect(before.out).toMatch(/is not on the list/);
    const objected = await say('object');
    expect(objected.out).toMatch(/ends the measuring, not the mailing/);
    const after = await say('access');
    expect(after.out).toMatch(/is on the list/);
    expect((await run('request --kind access --recipient', 'another\n')).out).toMatch(/is not on the list/);
    for (const { out, err } of [before, objected, after]) expect(out + err).not.toContain(token);
    for (const file of ['footfall.db', 'footfall.db-wal'])
      expect(readIfThere(join(folder, 'data', file))).not.toContain(token);
  });

  test.each<[string, string | undefined, RegExp]>([
    ['notice --format pdf', undefined, /--format must be md, html or json/],
    ['notice --effective 2026-12-01', undefined, /--publish/],
    ['notice --publish --effective tomorrow', undefined, /such as 2026-12-01/],
    ['notice --site absent.test', undefined, /no site "absent.test"/],
    ['request', undefined, /--kind access/],
    ['request --kind forget', undefined, /must be access, correct/],
    ['request --kind correct --recipient', undefined, /goes with access/],
    ['request --kind object --recipient', '', /no recipient token on standard input/],
    ['request --kind object --recipient', `${'x'.repeat(2_000)}\n`, /1 to 1,000 characters/],
    ['request --kind access --received 2999-01-01', undefined, /future/],
    ['request --done 0000-0000-0000-0000', undefined, /no request/],
    ['request --done 0000 --kind access', undefined, /one of them/],
  ])('privacy %s is refused in words', async (args, input, words) => {
    const { code, err, out } = await run(args, input);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(words);
    expect(err).not.toMatch(/\n\s+at |xxxx/);
  });
});

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
