import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseAddress, parseNetwork } from '../../collector/gate/address.ts';
import { type MailListFiles, openMailLists } from '../../collector/gate/mail-lists.ts';
import type { Ranges } from '../../collector/gate/ranges.ts';

const folder = mkdtempSync(join(tmpdir(), 'footfall-mail-lists-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(text: string): string {
  files += 1;
  const path = join(folder, `list-${files}`);
  writeFileSync(path, text);
  return path;
}

const egress = (network: string): string => `${network},GB,GB-EN,London,\n`;
const entry = {
  name: 'Example Gateway',
  source: 'https://example.com/ranges',
  looked_up: '2026-11-24',
  ranges: ['203.0.113.0/24'],
};
const gateways = (changes: object = {}): string => JSON.stringify([{ ...entry, ...changes }], null, 2);

function open(given: MailListFiles) {
  const problems: string[] = [];
  return { lists: openMailLists(given, (problem) => problems.push(problem)), problems };
}

const has = (ranges: Ranges | null, text: string): boolean => {
  const address = parseAddress(text);
  return ranges !== null && address !== undefined && ranges.has(address);
};

describe('the list of gateways that comes with Footfall', () => {
  const { lists } = open({});

  test('is there without a setting, while Apple’s is not', () => {
    expect(lists.appleEgress()).toBeNull();
    expect(has(lists.gateways(), '40.92.0.1')).toBe(true);
    expect(has(lists.gateways(), '198.51.100.1')).toBe(false);
  });

  test('names its sources, and no network that is too wide to be a gateway’s', () => {
    expect(lists.gatewayList().length).toBeGreaterThan(4);
    for (const { name, ranges, note } of lists.gatewayList()) {
      expect(note, name).toBeDefined();
      for (const range of ranges) {
        const network = parseNetwork(range);
        expect(network?.prefix, range).toBeGreaterThanOrEqual(network?.address.version === 4 ? 14 : 38);
      }
    }
  });
});

describe('Apple’s list', () => {
  test('is read as it is downloaded', () => {
    const { lists } = open({
      appleEgress: file(
        `172.224.226.0/27,GB,GB-EN,London,\r\n2a02:26f7:b3c0:4000::/64,US,US-CA,"Los Angeles",\n\n172.224.224.4/31,DE,,,`,
      ),
    });
    for (const inside of ['172.224.226.31', '2a02:26f7:b3c0:4000::9', '172.224.224.5'])
      expect(has(lists.appleEgress(), inside), inside).toBe(true);
    for (const outside of ['172.224.226.32', '2a02:26f7:b3c0:4001::', '172.224.224.6'])
      expect(has(lists.appleEgress(), outside), outside).toBe(false);
  });

  test.each([
    ['a page in its place', '<!doctype html>\n<title>Not found</title>', 'line 1, "<!doctype html>"'],
    ['a line that was cut off', `${egress('172.224.226.0/27')}2a02::/4`, 'line 2, "2a02::/4"'],
    ['a network that is none', `${egress('172.224.226.0/27')}${egress('172.224.226.0/33')}`, 'line 2'],
    ['nothing in it', '\n', 'it holds no network'],
  ])('with %s stops the start', (_, text, reason) => {
    const path = file(text);
    expect(() => open({ appleEgress: path })).toThrow(`FOOTFALL_MAIL_APPLE_EGRESS: ${path} cannot be used`);
    expect(() => open({ appleEgress: path })).toThrow(reason);
    expect(() => open({ appleEgress: path })).toThrow('https://mask-api.icloud.com/egress-ip-ranges.csv');
  });

  test('that is missing stops the start', () => {
    expect(() => open({ appleEgress: join(folder, 'nowhere.csv') })).toThrow(
      /FOOTFALL_MAIL_APPLE_EGRESS.*nowhere\.csv.*ENOENT/,
    );
  });
});

describe('a list of gateways of the operator’s own', () => {
  test('replaces the one that comes with Footfall', () => {
    const { lists } = open({ gateways: file(gateways({ note: 'Mail only.' })) });
    expect(lists.gatewayList()).toEqual([{ ...entry, note: 'Mail only.' }]);
    expect(has(lists.gateways(), '203.0.113.9')).toBe(true);
    expect(has(lists.gateways(), '40.92.0.1')).toBe(false);
  });

  test('may be empty', () => {
    expect(open({ gateways: file('[]') }).lists.gateways().size).toBe(0);
  });

  test.each([
    ['no JSON', '[\n  {,\n]', 'line 2'],
    ['JSON that breaks off', '[\n  {', 'line 2'],
    ['no list', '{}', 'expected array'],
    ['no source', gateways({ source: 'by heart' }), 'entry 1, source'],
    ['no day', gateways({ looked_up: 'lately' }), 'entry 1, looked_up'],
    ['a misspelled key', gateways({ range: [] }), '"range"'],
    [
      'an address and a mask',
      gateways({ ranges: ['203.0.113.0/255.255.255.0'] }),
      'line 7, "203.0.113.0/255',
    ],
  ])('with %s stops the start', (_, text, reason) => {
    const path = file(text);
    expect(() => open({ gateways: path })).toThrow(`FOOTFALL_MAIL_GATEWAYS: ${path} cannot be used`);
    expect(() => open({ gateways: path })).toThrow(reason);
  });
});

describe('a list that changes', () => {
  test('is read again, and both lists on their own', async () => {
    const [appleEgress, own] = [file(egress('172.224.226.0/27')), file(gateways())];
    const { lists, problems } = open({ appleEgress, gateways: own });
    const [before, untouched] = [lists.appleEgress(), lists.gateways()];
    await lists.refresh();
    expect(lists.appleEgress()).toBe(before);

    // As `curl -o new && mv new old` does it.
    renameSync(file(egress('172.224.226.32/27')), appleEgress);
    await lists.refresh();
    expect(has(lists.appleEgress(), '172.224.226.33')).toBe(true);
    expect(has(lists.appleEgress(), '172.224.226.1')).toBe(false);
    expect(lists.gateways()).toBe(untouched);

    writeFileSync(own, gateways({ ranges: ['203.0.113.128/25'] }));
    await lists.refresh();
    expect(has(lists.gateways(), '203.0.113.9')).toBe(false);
    expect(problems).toEqual([]);
  });

  test('for the worse stays as it was, and is told once', async () => {
    const appleEgress = file(egress('172.224.226.0/27'));
    const { lists, problems } = open({ appleEgress });
    writeFileSync(appleEgress, '172.224.2');
    await lists.refresh();
    await lists.refresh();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/FOOTFALL_MAIL_APPLE_EGRESS.*line 1.*The old list stays in use\.$/);
    expect(has(lists.appleEgress(), '172.224.226.1')).toBe(true);

    rmSync(appleEgress);
    await lists.refresh();
    await lists.refresh();
    expect(problems).toHaveLength(2);
    expect(problems[1]).toContain('ENOENT');

    writeFileSync(appleEgress, egress('172.224.226.32/27'));
    await lists.refresh();
    expect(problems).toHaveLength(2);
    expect(has(lists.appleEgress(), '172.224.226.33')).toBe(true);
  });

  test('is read in steps, between which the old one answers', async () => {
    const appleEgress = file(egress('198.51.100.0/24'));
    const { lists } = open({ appleEgress });
    const lines = Array.from({ length: 20_000 }, (_, index) => egress(`172.224.${index % 256}.0/24`));
    writeFileSync(appleEgress, lines.join(''));
    const answers: boolean[] = [];
    let reading = true;
    const turn = (): void => {
      if (!reading) return;
      answers.push(has(lists.appleEgress(), '198.51.100.1'));
      setImmediate(turn);
    };
    const read = lists.refresh().then(() => {
      reading = false;
    });
    setImmediate(turn);
    await read;
    expect(answers.length).toBeGreaterThan(5);
    expect(answers).not.toContain(false);
    expect(has(lists.appleEgress(), '172.224.9.1')).toBe(true);
  });
});
