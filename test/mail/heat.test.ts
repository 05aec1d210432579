import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse, type DefaultTreeAdapterTypes as Tree } from 'parse5';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { heatPage } from '../../collector/api/mail-heat.ts';
import { linksIn } from '../../collector/mail/prepare/positions.ts';
import type { CampaignReport } from '../../schema/mail.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { aSite } from '../support/site.ts';
import { context, optionsOf, publicUrl } from './reading.ts';

/** The message with the share of clicks on each link. */

type Links = CampaignReport['links'];

const folder = join(import.meta.dirname, 'templates');
const templates = readdirSync(folder)
  .filter((name) => name.endsWith('.html'))
  .map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const);
const heat = (template: string, links: Links = []): string =>
  heatPage({ html: template, unsubscribeUrl: null }, aSite(), 'spring-26', links, publicUrl);
const link = (name: string, share: number | null): Links[number] => ({
  link: name,
  clicks: { direct: 1, proxied: 0, machine: 0 },
  share,
});

/** What was added, in the order of the page. */
const additions = [
  /<base target="_blank"><style>a,area,button\{[^<]*<\/style>/,
  / data-footfall-heat="\d" tabindex="-1"(?=>)/g,
  /<footfall-share [^>]*>[^<]*<\/footfall-share>/g,
];
const withoutAdditions = (page: string): string =>
  additions.reduce((text, added) => text.replace(added, ''), page);

interface Badge {
  readonly words: string;
  readonly step: number;
  /** Name of the element that it stands in. */
  readonly within: string;
}

function badgesIn(page: string): Badge[] {
  const found: Badge[] = [];
  const walk = (nodes: readonly Tree.ChildNode[], parent: string): void => {
    for (const node of nodes) {
      if (!('tagName' in node)) continue;
      if (node.tagName === 'footfall-share') {
        const [said] = node.childNodes;
        const step = node.attrs.find(({ name }) => name === 'data-footfall-heat')?.value;
        found.push({
          words: said && 'value' in said ? said.value : '',
          step: Number(step),
          within: parent,
        });
      }
      walk(node.childNodes, node.tagName);
    }
  };
  walk(parse(page).childNodes, '');
  return found;
}

describe.each(templates)('%s', (_, template) => {
  test('stays as it was but for what is added, and each counted link has a share', () => {
    const page = heat(template);
    expect(withoutAdditions(page)).toBe(template);
    const places = new Set(linksIn(optionsOf(template), context).map(({ start }) => start));
    expect(page.split('<footfall-share ').length - 1).toBe(places.size);
  });
});

test('the strongest colour is that of the most followed link, and none of one that nobody followed', () => {
  const template =
    '<!doctype html><p><a href="https://example.com/a">A</a><a href="https://example.com/b"><img alt="B"></a><a href="https://example.com/c">C</a></p>';
  const page = heat(template, [link('example.com/b', 62), link('example.com/a', 12.4)]);
  expect(badgesIn(page)).toEqual([
    { words: '12.4%', step: 2, within: 'a' },
    { words: '62.0%', step: 8, within: 'a' },
    { words: '0', step: 0, within: 'a' },
  ]);
});

test('a link with two addresses, one for each kind of reader, has the share of both', () => {
  const template =
    '<a {{#if beta}}href="https://example.com/a"{{else}}href="https://example.com/b"{{/if}}>Try</a>';
  const page = heat(template, [
    link('example.com/a', 30),
    link('example.com/b', 20),
    link('example.com/c', 50),
  ]);
  expect(badgesIn(page)).toEqual([{ words: '50.0%', step: 8, within: 'a' }]);
});

test('nothing was followed yet: every link says 0', () => {
  const page = heat('<a href="https://example.com/a">A</a>', [link('example.com/a', null)]);
  expect(badgesIn(page).map(({ words }) => words)).toEqual(['0']);
});

test('the style does not take the doctype its place', () => {
  const begins = heat('\n<!-- by hand -->\n<!DOCTYPE html><p>x</p>').slice(0, 80);
  expect(begins).toMatch(/^\n<!-- by hand -->\n<!DOCTYPE html><base target="_blank"><style>/);
  expect(heat('<p>x</p><!doctype html>')).toMatch(/^<base target="_blank"><style>/);
});

test.each([
  ['nothing', ''],
  ['zero bytes', 'a\0<a href="https://example.com/a">A</a>'],
  ['a megabyte and more', `<p>${'x'.repeat(1_100_000)}</p>`],
  ['too many links', '<a href="https://example.com/a">A</a>'.repeat(600)],
  ['a start tag that never ends', '<p><a href="https://example.com/a"'],
  [
    'a mail that was prepared already',
    `<a href="${publicUrl}/m/c/x">A</a><img src="${publicUrl}/m/o/x.gif">`,
  ],
])('shows what it can of %s', (_, template) => {
  expect(withoutAdditions(heat(template))).toBe(template);
});

test('throws for no template', () => {
  const piece = fc.constantFrom(
    ...[
      '<a href="https://example.com/a">',
      "<a href='https://example.com/b?c={{d}}'",
      '</a>',
      '<area href=https://example.com/e>',
    ],
    ...[
      '<table><tr><td>',
      '</td></tr>',
      '<!--[if mso]>',
      '<![endif]-->',
      '<!--',
      '-->',
      '<script>',
      '<style>',
      '</style>',
    ],
    ...[
      '<textarea>',
      '<plaintext>',
      '{{#if x}}',
      '{% raw %}',
      '*|',
      '|*',
      '<!doctype html>',
      '<svg>',
      '<',
      '>',
      '"',
      '&',
      ' ',
    ],
  );
  const pieces = fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 30 });
  fc.assert(
    fc.property(pieces, (parts) => {
      const template = parts.join('');
      expect(withoutAdditions(heat(template, [link('example.com/a', 100)]))).toBe(template);
    }),
    { numRuns: 300 },
  );
});

describe('in a browser', () => {
  let browser: TestBrowser;
  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());

  test('no link of it leads anywhere, by mouse or by key', async () => {
    const page = await browser.newPage({ viewport: { width: 640, height: 600 } });
    const asked: string[] = [];
    await page.route('**', (route) => {
      asked.push(route.request().url());
      return route.abort();
    });
    const message =
      heat(`<!doctype html><map name="m"><area shape="rect" coords="0,0,99,99" href="https://a.example/area"></map>
<img usemap="#m" width="100" height="100" src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAAAAACH5BAEAAAAALAAAAAABAAEAAAICRAEAOw==">
<p><a id="out" href="https://a.example/unsubscribe">Unsubscribe</a></p>`);
    await page.setContent(
      `<iframe sandbox="" width="600" height="400" srcdoc="${message.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"></iframe>`,
    );
    const frame = page.frameLocator('iframe');
    await frame.locator('img').click({ position: { x: 50, y: 50 } });
    await frame.locator('#out').focus();
    await page.keyboard.press('Enter');
    await frame.locator('#out').press('Enter');
    expect(await frame.locator('#out').textContent()).toBe('Unsubscribe');
    expect(page.context().pages()).toHaveLength(1);
    expect(asked).toEqual([]);
    await page.context().close();
  });

  test('the message keeps its layout, figures can be read, and words of pictures too', async () => {
    const template = `<!doctype html><body style="margin:0;font:16px/1.5 Arial">
<table width="600" cellpadding="0" cellspacing="0">
<tr><td style="font-size:0;line-height:0"><a href="https://example.com/hero"><img src="https://example.com/x.png" width="600" height="100" alt="Hero" style="display:block"></a></td></tr>
<tr><td>Read <a href="https://example.com/a">this</a> or <a href="https://example.com/b">that long one</a>.</td></tr>
<tr><td align="center"><a href="https://example.com/c" style="display:block;padding:12px;background:#123;color:#fff">Button</a></td></tr>
<tr><td><table><tr><td width="50%"><a href="https://example.com/d">Left</a></td><td><a href="https://example.com/e" style="float:right">Right</a></td></tr></table></td></tr>
</table><p>End</p></body>`;
    const page = await browser.newPage({ viewport: { width: 640, height: 600 } });
    await page.route('**', (route) => route.abort());
    const places = () =>
      page.$$eval('td, a, p, img', (elements) =>
        elements.map((element) => {
          const { x, y, width, height } = element.getBoundingClientRect();
          return [element.localName, x, y, width, height].join(' ');
        }),
      );
    await page.setContent(template);
    const before = await places();
    const links = [link('example.com/hero', 60), link('example.com/a', 40)];
    await page.setContent(heat(template, links));
    expect(await places()).toEqual(before);
    const shown = await page.$$eval('footfall-share', (badges) =>
      badges.map((badge) => {
        const { width, height } = badge.getBoundingClientRect();
        return {
          words: badge.textContent,
          big: width > 8 && height > 8,
          size: getComputedStyle(badge).fontSize,
        };
      }),
    );
    expect(shown.map(({ words }) => words)).toEqual(['60.0%', '40.0%', '0', '0', '0', '0']);
    expect(shown.every(({ big, size }) => big && size === '11px')).toBe(true);
    expect(await page.$eval('img', (image) => getComputedStyle(image).fontSize)).toBe('13px');

    await page.setContent(
      heat(
        '<!doctype html><p>See <img src="https://example.com/y.png" width="170" height="120" alt="Tools">',
      ),
    );
    expect(await page.$eval('img', ({ offsetWidth, offsetHeight }) => [offsetWidth, offsetHeight])).toEqual([
      170, 120,
    ]);
  });
});
