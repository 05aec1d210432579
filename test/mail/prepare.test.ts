import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linksIn } from '../../collector/mail/prepare/positions.ts';
import { prepare } from '../../collector/mail/prepare/prepare.ts';
import { TemplateError } from '../../collector/mail/prepare/template-error.ts';
import { mailLimits, type Prepared } from '../../schema/mail.ts';
import {
  context,
  expectOnlyListedChanges,
  flattened,
  optionsOf,
  prepared,
  publicUrl,
  tokens,
  webLinks,
  withoutAddition,
} from './reading.ts';

const folder = join(import.meta.dirname, 'templates');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
const templates = readdirSync(folder).filter((name) => name.endsWith('.html'));

/** The list of links as one reads it; a label in brackets. */
const table = ({ links }: Prepared): string =>
  links
    .map(({ element, href, label, target, left }) => {
      const result = target === null ? `left: ${left}` : `[${label}] ${target}`;
      return `${element} ${JSON.stringify(href)}\n  ${result}\n`;
    })
    .join('');
const utm = 'utm_source=newsletter&utm_medium=email&utm_campaign=spring-26';
/** Where the one link of a template leads. */
const targetOf = (href: string): string | null | undefined =>
  prepared(`<a href="${href}">x</a>`).links[0]?.target;
const leftOf = (html: string): string | null | undefined => prepared(html).links[0]?.left;

describe.each(templates)('%s', (name) => {
  const html = read(name);
  const result = prepared(html, { token: '{{ .Subscriber.UUID }}', send_time: '*|SENT|*', decoy: true });

  test('is the same outside of what is listed, and its links read back', () => {
    expectOnlyListedChanges(html, result);
  });

  test('is the same tree, but for changed addresses and what was added', () => {
    const changed = new Set(result.links.flatMap(({ href, target }) => (target === null ? [] : [href])));
    changed.add('#');
    expect(flattened(withoutAddition(result.html), changed)).toEqual(flattened(html, changed));
    expect(flattened(result.html, changed)).toEqual(flattened(html, changed));
  });

  test('has the links, labels and targets that someone wrote down', () => {
    expect(table(result)).toBe(read(name.replace(/html$/, 'links')));
  });

  test('has every web link listed, changed or with a reason', () => {
    const listed = result.links.map(({ href }) => href);
    const shown = webLinks(html).filter((href) => !/[{]{2}|%\}/.test(href));
    expect(listed).toEqual(expect.arrayContaining(shown));
    for (const { target, left, label } of result.links) {
      expect([target === null, left === null]).toContain(false);
      expect(target === null).toBe(left !== null);
      expect(label === null).toBe(target === null);
    }
    expect(result.links.map(({ number }) => number)).toEqual(result.links.map((_, index) => index + 1));
  });

  test('has one pixel of its campaign', () => {
    const pixels = [...result.html.matchAll(/\/m\/o\/([\w-]+)\.gif\?r=\{\{ \.Subscriber\.UUID \}\}"/g)];
    expect(pixels.map(([, token = '']) => tokens.read(token))).toEqual([
      { kind: 'open', site: 5, message: 'spring-26' },
    ]);
  });

  test('shows its positions to whoever marks links', () => {
    const places = linksIn(optionsOf(html), context);
    for (const { start, startTagEnd, end, label } of places) {
      expect(html.slice(start, startTagEnd)).toMatch(/^<(?:a|area|button)\b[\s\S]*>$/i);
      expect(html.slice(startTagEnd, end)).toMatch(/^$|<\/(a|button)>$/i);
      expect(result.links.map((link) => link.label)).toContain(label);
    }
    expect(places.map(({ start }) => start)).toEqual(places.map(({ start }) => start).sort((a, b) => a - b));
  });

  test('is not prepared twice', () => {
    expect(() => prepared(result.html)).toThrow(/prepared already/);
  });
});

describe('a target', () => {
  test.each([
    ['https://example.com', `https://example.com?${utm}`],
    ['https://example.com/?', `https://example.com/?${utm}`],
    ['https://example.com/?a=1&amp;', `https://example.com/?a=1&${utm}`],
    ['https://example.com/?a=%7b%2F+x&amp;B=#/r?x=1', `https://example.com/?a=%7b%2F+x&B=&${utm}#/r?x=1`],
    ['https://example.com/#?utm_source=x', `https://example.com/?${utm}#?utm_source=x`],
    ['https://example.com/?a=1;b=2', `https://example.com/?a=1;b=2&${utm}`],
    [
      'https://example.com/?a=1;utm_source=x',
      'https://example.com/?a=1;utm_source=x&utm_medium=email&utm_campaign=spring-26',
    ],
    [
      'https://example.com/?utm%5Fmedium&amp;UTM_Source=x',
      'https://example.com/?utm%5Fmedium&UTM_Source=x&utm_campaign=spring-26',
    ],
    [
      'https://example.com/?utm_campaign=&amp;utm_medium=a&amp;utm_source=b',
      'https://example.com/?utm_campaign=&utm_medium=a&utm_source=b',
    ],
    ['https://example.com/a/../b?q=a b', `https://example.com/a/../b?q=a%20b&${utm}`],
    ['https://example.com/?%=%zz', `https://example.com/?%=%zz&${utm}`],
    ['https://example.com/&#13;&#10;Set-Cookie:x', `https://example.com/Set-Cookie:x?${utm}`],
  ])('%s becomes %s', (href, target) => {
    expect(targetOf(href)).toBe(target);
  });

  test('has the tags that were asked for, encoded', () => {
    const more = { utm_source: 'the news & more', utm_medium: 'a=b', campaign: 'Frühling 26' };
    expect(prepared('<a href="https://example.com/">x</a>', more).links[0]?.target).toBe(
      'https://example.com/?utm_source=the%20news%20%26%20more&utm_medium=a%3Db&utm_campaign=Fr%C3%BChling%2026',
    );
  });

  test('is not changed by its own campaign, and that is said', () => {
    const { links, notes } = prepared('<a href="https://example.com/?utm_campaign=other">x</a>');
    expect(links[0]?.target).toContain('utm_campaign=other&utm_source');
    expect(notes.join()).toContain('utm_campaign of its own');
  });
});

describe('a link is left, with its reason', () => {
  test.each([
    ['<a href="https://user@example.com/">', 'user name'],
    ['<a href="https://exa&#1;mple.com/">', 'control characters'],
    ['<a href="https://example.com/&#1;x">', 'control characters'],
    ['<a href="https:example.com">', 'not an absolute'],
    ['<a href="https%3A%2F%2Fexample.com">', 'relative'],
    ['<a href="java&#10;script:alert(1)">', '"javascript:"'],
    ['<a href="DATA:text/html,x">', '"data:"'],
    ['<a href="//evil.example">', 'no "https:"'],
    [`<a href="https://example.com/${'a'.repeat(2_000)}">`, 'longer than 2000'],
    [`<a href="https://example.com/${'a'.repeat(1_950)}">`, 'longer than 2000 characters, utm tags included'],
    [`<a href="${publicUrl}/m/c/abc?r={{ x }}">`, 'prepared already'],
    ['<a href="https://example.com/?x={% now %}">', 'template tag'],
    ['<a href="https://example.com/*|LINK|*">', 'template tag'],
    ['<a href="https://example.com/<%link%>">', 'template tag'],
    ['<a href="https://example.com/?x=%id%">', 'template tag'],
    ['<a href="{{ if a }}https://example.com/{{ end }}">', 'template tag'],
    ['<a href="https://unsubscribe.example.com/">', 'unsubscribe'],
    ['<a href="https://example.com/?do=OptOut">', 'unsubscribe'],
    ['<a href="https://example.com/email_preferences">', 'unsubscribe'],
    ['<a href="https://example.com/x">Manage your preferences', 'unsubscribe'],
    ['<a href="https://example.com/x"><img alt="Newsletter abmelden">', 'unsubscribe'],
    ['<a href="https://example.com/x">Me d&eacute;sinscrire', 'unsubscribe'],
    ['<a href="https://example.com/x">{{ L.T "email.unsub" }}', 'unsubscribe'],
    ['<a href="https://example.com/x" data-footfall=skip>', 'data-footfall'],
    ['<input formaction="https://example.com/x">', 'form'],
  ])('%s', (html, reason) => {
    expect(leftOf(html)).toContain(reason);
    expect(prepared(html).html.startsWith(html)).toBe(true);
  });

  test.each([
    '<a href="https://example.com/travel">Set your travel preferences now',
    '<a href="https://example.com/no-more-subscriptions">Subscribe',
    '<a href="https://example.com/post-a-b-c">x',
    `<a href="https://example.com/x">${'Why our readers do not unsubscribe. '.repeat(5)}`,
  ])('and not %s', (html) => {
    expect(leftOf(html)).toBeNull();
  });

  test('the sender’s own address among them, with its tags', () => {
    const url = 'https://example.com/bye?u={{ .Subscriber.UUID }}';
    const { links } = prepared(`<a href="${url}">Enough</a>`, { unsubscribe_url: url });
    expect(links[0]?.left).toContain('sender’s own');
  });
});

test.each([
  ['{{#a}}href="https://1.a"{{^a}}href="https://2.a"{{/a}}', 2],
  ['{{{raw}}}href="https://a.b"', 1],
  ['{{!-- > "}} --}} href="https://a.b"', 1],
  ['title="{{ t ">" }}" href="https://a.b"', 1],
  ['<%= if (a > b) %>href="https://a.b"', 1],
  ['title="{{ stray" href="https://a.b" class="{{ x }}"', 1],
])('a link beside the tags %s is found', (attributes, count) => {
  const { links } = prepared(`<a ${attributes}>x</a>`);
  expect(links.map(({ left }) => left)).toEqual(Array(count).fill(null));
});

describe('an attribute', () => {
  const written = (html: string, token?: string): string =>
    prepared(html, token ? { token } : {}).html.replace(/\/m\/(.)\/[\w-]+/g, '/m/$1/…');

  test.each([
    ['<a href="https://a.b">', '<a href="https://stats.example/m/c/…">'],
    ["<A HREF='https://a.b'>", "<A HREF='https://stats.example/m/c/…'>"],
    ['<a href=https://a.b>', '<a href=https://stats.example/m/c/…>'],
    ['<a href=https://a.b/ class=x>', '<a href=https://stats.example/m/c/… class=x>'],
    ['<a\nhref\t=\n"https://a.b"class=x>', '<a\nhref\t=\n"https://stats.example/m/c/…"class=x>'],
    ['<a title=\'"\' href="https://a.b"/>', '<a title=\'"\' href="https://stats.example/m/c/…"/>'],
    ['<a data-footfall="opt-out">', '<a href="https://stats.example/m/u/…" data-footfall="opt-out">'],
    ['<a data-footfall=opt-out href>', '<a data-footfall=opt-out href="https://stats.example/m/u/…">'],
    ["<a data-footfall=opt-out href='#'>", "<a data-footfall=opt-out href='https://stats.example/m/u/…'>"],
  ])('%s keeps its spelling', (html, result) => {
    expect(written(html).startsWith(result)).toBe(true);
  });

  test.each([
    ['{{ .Subscriber.UUID }}', '"', '"'],
    ['{{ index . "id" }}', '"', "'"],
    ["{{ index . 'id' }}", "'", '"'],
    ['*|UNIQID|*', '', '"'],
    ['-email-', '', '"'],
    ['{token}', "'", "'"],
  ])('holds the tag %s as it was given', (tag, quote, instead) => {
    const html = written(`<a href=${quote}https://a.b${quote}>x</a>`, tag);
    expect(html).toContain(`<a href=${instead}https://stats.example/m/c/…?r=${tag}${instead}>x</a>`);
    expect(html.match(/\.gif\?r=/g)?.length).toBe(1);
    expect(html.split(tag).length).toBe(4);
  });

  test('holds the time of sending where a click is counted, and nowhere else', () => {
    const html = prepared('<a href="https://a.b">x</a>', { token: '{{ t }}', send_time: '{{ s }}' }).html;
    expect(html).toMatch(/\/m\/c\/[\w-]+\?r=\{\{ t \}\}&amp;t=\{\{ s \}\}"/);
    expect(html.split('{{ s }}').length).toBe(2);
    expect(prepared('<a href="https://a.b">x</a>', { send_time: '{{ s }}' }).html).toMatch(
      /\/m\/c\/[\w-]+\?t=\{\{ s \}\}"/,
    );
  });

  test('cannot hold a tag with both quotes', () => {
    expect(() => prepared('<a href="https://a.b">', { token: `{{ a "b" 'c' }}` })).toThrow(TemplateError);
    expect(() => prepared('<p>', { token: '{{ a }}\n' + '{{ b }}' })).toThrow(TemplateError);
  });
});

describe('what is added', () => {
  /** The addition in its place, by its first letters. */
  const placed = (html: string, more = {}): string =>
    prepared(html, more)
      .html.replace(/<p style.*?<\/p>/, 'U')
      .replace(/<div aria-hidden.*?<\/div>/, 'D')
      .replace(/<img src="https:\/\/stats[^>]*>/, 'P');

  test.each([
    ['<body><p>x</p></body></html>', '<body><p>x</p>UP</body></html>'],
    ['<p>x</p></html>\n', '<p>x</p>UP</html>\n'],
    ['<p>x</p>', '<p>x</p>UP'],
    ['<p>x</p></BODY >y', '<p>x</p>UP</BODY >y'],
    ['<p>x <!-- </body> -->', '<p>x <!-- </body> -->UP'],
    ['<p>x <!-- </body>', '<p>x UP<!-- </body>'],
    ['<p>x <style> a {', '<p>x UP<style> a {'],
    ['<p>x <textarea>y', '<p>x UP<textarea>y'],
    ['<p>x <a href="', '<p>x UP<a href="'],
    ['<p>x <?php', '<p>x UP<?php'],
    ['<p>x {{ "</body>" }}', '<p>x {{ "</body>" }}UP'],
    ['<p>{{ if a }}</body>{{ else }}</body>{{ end }}', '<p>{{ if a }}</body>{{ else }}UP</body>{{ end }}'],
    ['<p><a data-footfall="opt-out" href="https://stats.example/m/u">x</a>', /x<\/a>P$/],
    ['<p><!--[if mso]><a data-footfall="opt-out"></a><![endif]-->', /UP$/],
  ])('to %s', (html, result) => {
    if (typeof result === 'string') expect(placed(html)).toBe(result);
    else expect(placed(html)).toMatch(result);
  });

  test('is also a link that no reader sees, if that is wanted', () => {
    expect(placed('<p>x</p>', { decoy: true })).toBe('<p>x</p>UDP');
    const { html, links } = prepared('<p>x</p>', { decoy: true });
    const [, address = ''] = /<div aria-hidden="true".*?\/m\/c\/([\w-]+)"/.exec(html) ?? [];
    expect(tokens.read(address)).toMatchObject({
      link: '(decoy)',
      target: 'https://example.com/',
      decoy: true,
    });
    expect(links).toEqual([]);
  });

  test('says the words that were given, as words', () => {
    const more = { opt_out_words: 'Nicht <messen> & "zählen" {{ if a > b && c }}bitte{{ end }}' };
    expect(prepared('<p>x</p>', more).html).toContain(
      '>Nicht &lt;messen&gt; &amp; "zählen" {{ if a > b && c }}bitte{{ end }}</a></p><img',
    );
  });
});

describe('labels', () => {
  const labelsOf = (html: string, text?: string): (string | null)[] =>
    prepared(html, text === undefined ? {} : { text }).links.map(({ label }) => label);
  const a = (href: string): string => `<a href="${href}">x</a>`;

  test('are host and path, numbered where they are the same, without secrets', () => {
    expect(
      labelsOf(
        [
          a('https://www.example.com/'),
          a('http://example.com:8080/a%20b?id=1#x'),
          a('https://example.com/p?id=1'),
          a('https://example.com/p?id=2'),
          a('https://example.com/p%20(2)'),
          a('https://example.com/u/jane@example.org'),
          a('https://example.com/u/123456789'),
          a('https://example.com/a%0ab%zz'),
        ].join(''),
      ),
    ).toEqual([
      'example.com',
      'example.com:8080/a b',
      'example.com/p',
      'example.com/p (2)',
      'example.com/p (2) (2)',
      'example.com/u/:redacted',
      'example.com/u/:redacted (2)',
      'example.com/a%0ab%zz',
    ]);
  });

  test('that would not be stored as they are give way', () => {
    const scrub = (text: string): string => text.replace(/\d+ \(\d+\)/g, ':redacted');
    const { links } = prepare(optionsOf(a('https://a.b/1') + a('https://a.b/1')), { ...context, scrub });
    expect(links.map(({ label }) => label)).toEqual(['link', 'link (2)']);
  });

  test('are cut, and stay apart', () => {
    const long = `https://example.com/${'ö'.repeat(250)}`;
    const [first, second] = labelsOf(a(long) + a(long));
    expect(first).toHaveLength(mailLimits.link);
    expect(second).toHaveLength(mailLimits.link);
    expect(second).toMatch(/ö \(2\)$/);
  });

  test('of a text are those of the HTML, and of what only Outlook sees those of its twin', () => {
    const twin = (href: string): string => `<!--[if mso]><v:rect href="${href}"><![endif]-->${a(href)}`;
    const html = a('https://a.b/c') + twin('https://a.b/c') + a('https://a.b/c') + twin('https://a.b/d');
    expect(labelsOf(html, 'https://a.b/c https://a.b/e https://a.b/e https://a.b/d')).toEqual([
      ...['a.b/c', 'a.b/c (2)', 'a.b/c (2)', 'a.b/c (3)', 'a.b/d', 'a.b/d'],
      ...['a.b/c', 'a.b/e', 'a.b/e', 'a.b/d'],
    ]);
  });

  test('of positions are those of the prepared mail', () => {
    const html = `<p>😀<a href="https://a.b">x</a><a href="https://a.b">y<area href=https://c.d>`;
    expect(
      linksIn(optionsOf(html), context).map(({ label, start, startTagEnd, end }) => [
        label,
        html.slice(start, startTagEnd),
        html.slice(startTagEnd, end),
      ]),
    ).toEqual([
      ['a.b', '<a href="https://a.b">', 'x</a>'],
      ['a.b (2)', '<a href="https://a.b">', ''],
      ['c.d', '<area href=https://c.d>', ''],
    ]);
  });
});

describe('a text part', () => {
  const more = { token: '{{ .Subscriber.UUID }}' };

  test('has its addresses changed and nothing else', () => {
    const text = read('newsletter.txt');
    const result = prepared('<p>x</p>', { ...more, text, send_time: '{{ now }}' });
    const addresses =
      /https:\/\/stats\.example\/m\/c\/([\w-]+)\?r=\{\{ \.Subscriber\.UUID \}\}&t=\{\{ now \}\}/g;
    const back = result.text?.replace(addresses, (_, token) => {
      const read = tokens.read(token);
      const link = result.links.find((one) => read?.kind === 'click' && one.target === read.target);
      expect(read).toMatchObject({ kind: 'click', link: link?.label });
      return link?.href ?? '';
    });
    expect(back?.startsWith(text)).toBe(true);
    expect(back?.slice(text.length)).toMatch(
      /^\nDon’t measure my opens and clicks: https:\/\/stats\.example\/m\/u\/[\w-]+\?r=\{\{ \.Subscriber\.UUID \}\}\n$/,
    );
    expect(table(result)).toBe(read('newsletter.links'));
  });

  test('has the opt-out where it is wanted, and keeps its line ends', () => {
    const { text } = prepared('<p>x</p>', { text: read('placeholder.txt') });
    expect(text).toMatch(
      /^One line\r\nhttps:\/\/stats\.example\/m\/c\/[\w-]+\r\nMeasuring: https:\/\/stats\.example\/m\/u\/[\w-]+$/,
    );
    expect(prepared('<p>x</p>', { text: 'a\r\nb' }).text).toMatch(/^a\r\nb\r\n\r\nDon.*\r\n$/);
  });
});

describe('headers', () => {
  const headers = (unsubscribe_url: string) => prepared('<p>x</p>', { unsubscribe_url }).headers;
  const oneClick = 'List-Unsubscribe-Post: List-Unsubscribe=One-Click';

  test.each([
    ['https://example.com/bye?u={{ .UUID }}', [oneClick]],
    ['http://example.com/bye', []],
    ['mailto:bye@example.com?subject=bye', []],
    ['{{ UnsubscribeURL }}', []],
    ['*|UNSUB|*', []],
    ['<%asm_group_unsubscribe_raw_url%>', []],
  ])('around %s', (url, more) => {
    expect(headers(url)).toEqual([`List-Unsubscribe: <${url}>`, ...more]);
  });

  test('none without an address', () => {
    expect(prepared('<p>x</p>').headers).toEqual([]);
    expect(prepared('<p>x</p>').notes.join()).toContain('No unsubscribe link was found');
  });

  test.each([
    'https://example.com/\r\nBcc: x@example.com',
    'https://example.com/>, <https://evil.example/',
    'https://example.com/ü',
    'javascript:alert(1)',
    'example.com/bye',
    'https://example.com/a b',
    'https://example.com/{{ x }}>{{ y }}',
  ])('not around %j', (url) => {
    expect(() => headers(url)).toThrow(TemplateError);
  });
});

describe('notes', () => {
  const notesOf = (html: string, more = {}): string => prepared(html, more).notes.join('\n');

  test.each([
    ['<p>x</p>', 'ends the measuring, not the mailing'],
    ['<p>x</p>', 'No link was changed'],
    ['<a href="javascript:x">x</a>', '"javascript:"'],
    [`<p>{{ html "<a href='https://example.com/'>x</a>" }}`, 'holds a link of its own'],
    ['<form action="https://example.com/">', 'A form was left'],
    ['<base href="https://example.com/">', '<base>'],
    ['<a href="https://example.com/{{ x }}">x</a>', 'mail system fills in'],
    ['<a href="https://stats.example/m/c/x">x</a>', 'prepared before'],
    [`<p>${'long '.repeat(25_000)}`, 'Gmail cuts'],
  ])('on %.40s', (html, note) => {
    expect(notesOf(html)).toContain(note);
  });

  test('that need no saying are not said', () => {
    const html = '<p><a href="https://example.com/">x</a><a href="{{ UnsubscribeURL }}">y</a></p>';
    expect(prepared(html, { token: '{{ .UUID }}' }).notes).toHaveLength(1);
    expect(notesOf(html, { token: 'uuid' })).toContain('no sign of a tag');
  });
});

describe('what cannot be prepared says what to do', () => {
  test.each([
    ['words only', 'Hello, https://example.com/', /not HTML/],
    ['tags only', '{{ template "x" }}', /not HTML/],
    ['a comment only', '<!-- <p> -->', /not HTML/],
    ['zero bytes', '\u0089PNG\0\0<p>', /no text/],
    ['5 MB', `<p>${'x'.repeat(5 * 1024 * 1024)}`, /more than 1024 KiB/],
    ['more bytes than characters', `<p>${'€'.repeat(400_000)}`, /more than 1024 KiB/],
    ['too many links', '<a href="#">x</a>'.repeat(mailLimits.links + 1), /more than 500 links/],
  ])('%s', (_, html, message) => {
    try {
      prepared(html);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(TemplateError);
      expect((error as TemplateError).message).toMatch(message);
      expect((error as TemplateError).hint).toMatch(/^[A-Z].*\.$/s);
    }
  });

  test('the most that is allowed is allowed', () => {
    expect(prepared('<a href="#">x</a>'.repeat(mailLimits.links)).links).toHaveLength(mailLimits.links);
    expect(prepared(`<p>${'x'.repeat(mailLimits.template - 3)}`).html.length).toBeGreaterThan(
      mailLimits.template,
    );
  });

  test.each([
    { campaign: 'customer 123456789' },
    { utm_source: 'jane@example.com' },
    { utm_medium: '123456789' },
  ])('names that would not be stored as they are: %j', (more) => {
    expect(() => prepared('<p>x</p>', more)).toThrow(/:redacted/);
  });
});

describe('a large template takes no more than its length', () => {
  const most = mailLimits.template - 100;
  test.each([
    ['nesting', '<div>'],
    ['nesting with paragraphs', '<div><p></p>'],
    ['misnested tags', '<b><i><p></b>'],
    ['comments', '<!--x-->'],
    ['conditional comments', '<!--[if mso]><p><![endif]-->'],
    ['open comments', '<!--[if mso]>'],
    ['open tags of templates', '{{'],
    ['tags of templates', '{{x}}'],
    ['open tags of Mailchimp', '*|'],
    ['attributes', 'a=1 '],
    ['spaces', ' '],
  ])('%s', (_, part) => {
    const began = performance.now();
    prepared(`<a href="https://example.com/ ${' '.repeat(1_000)}x">${part.repeat(most / 2 / part.length)}`, {
      text: part.repeat(most / part.length),
    });
    // A hundredth of what the square of its length would take.
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  test('also one address', () => {
    const began = performance.now();
    for (const inside of [' ', '{', '%a', '-a', '/', '&', 'preferences', '\u00e9', '\ud800'])
      expect(
        leftOf(`<a href="https://example.com/${inside.repeat(300_000 / inside.length)}x">`),
      ).not.toBeNull();
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('whatever the template', () => {
  const quote = fc.constantFrom('"', "'");
  const href = fc.constantFrom(
    'https://example.com/',
    'http://example.com/a?b=1&amp;c=2#d',
    'https://example.com/x?utm_source=me',
    'mailto:us@example.com',
    '#top',
    '{{ url }}',
    'https://example.com/{{ x }}',
    '*|UNSUB|*',
    '',
  );
  const attribute = fc.oneof(
    fc.tuple(quote, href).map(([q, value]) => ` href=${q}${value}${q}`),
    fc.constantFrom(
      ' HREF = https://example.com/bare ',
      ' class="a"',
      " title='a > b'",
      ' {{#if x}}id=y{{/if}}',
    ),
  );
  const element = fc
    .tuple(
      fc.constantFrom('a', 'A', 'area', 'p', 'td', 'table', 'b', 'v:rect', 'svg', 'template'),
      fc.array(attribute, { maxLength: 3 }),
    )
    .map(([name, attributes]) => `<${name}${attributes.join('')}>`);
  const piece = fc.oneof(
    { weight: 4, arbitrary: element },
    fc.constantFrom('</a>', '</p>', '</table>', '</body>', '</html>', '</svg>', '</template>', '<br/>'),
    fc.constantFrom(
      'text',
      '😀',
      '\r\n',
      '&amp;',
      '&lt',
      '{% if a %}',
      '{{ x',
      '}}',
      '<%x%>',
      '\ufeff',
      '\ue000',
    ),
    fc.constantFrom(
      '<!-- a --!>',
      '<!--[if mso]>',
      '<![endif]-->',
      '<!--[if !mso]><!-->',
      '<style>',
      '</style>',
      '<title>x</title>',
    ),
  );
  const documents = fc.array(piece, { maxLength: 25 }).map((parts) => `<div>${parts.join('')}`);

  test('only what is listed is changed', () => {
    fc.assert(
      fc.property(documents, (html) => {
        expectOnlyListedChanges(html, prepared(html, { token: '{{ .UUID }}', send_time: '{{ now }}' }));
      }),
      { numRuns: 500 },
    );
  });
});

test.each([
  '<map><area href="https://example.com/u/123" alt="Unsubscribe"></map>',
  '<a href="https://example.com/u/125" title="Unsubscribe">hier</a>',
  '<a href="https://example.com/u/126" aria-label="Abmelden">x</a>',
  '<button formaction="https://example.com/u/128">Unsubscribe</button>',
  '<a href="https://example.com/u/1">Hier klicken, um sich vom Newsletter abzumelden</a>',
  '<a href="https://example.com/u/1">Abmeldelink</a>',
  '<a href="https://example.com/u/1">Stop receiving these emails</a>',
])('the way out of the mails stays as it is: %s', (html) => {
  const { links } = prepared(html);
  expect(links.map(({ left }) => left)).toEqual(['is an unsubscribe or preferences link']);
});

test('so does the one of the plain text', () => {
  const { links } = prepared('<p>x</p>', { text: 'Abzumelden: https://example.com/u/9' });
  expect(links.map(({ left }) => left)).toEqual(['is an unsubscribe or preferences link']);
});

const a = (href: string): string => `<a href="${href}">x</a>`;

test('links that lead to this machine alone are told', () => {
  const notesAt = (publicUrl: string) =>
    prepare(optionsOf(a('https://a.b/1')), { ...context, publicUrl }).notes.join();
  for (const url of ['http://127.0.0.1:3000', 'http://localhost:3000', 'http://[::1]:3000'])
    expect(notesAt(url)).toContain(`Links lead to ${url}, which only this machine reaches`);
  expect(notesAt('https://stats.example.com')).not.toContain('only this machine');
});

test('a name that was used before is told', () => {
  const notesOf = (preparedAt: number | null) =>
    prepare(optionsOf(a('https://a.b/1')), { ...context, preparedAt }).notes.join();
  expect(notesOf(Date.UTC(2026, 4, 3))).toContain('was prepared on 2026-05-03');
  expect(notesOf(null)).not.toContain('was prepared on');
});

test('an address that another one stands in is not judged by it', () => {
  const { links } = prepared(a('https://social.example/share?u=https%3A%2F%2Fa.b%2Funsubscribe-story'));
  expect(links.map(({ left }) => left)).toEqual([null]);
});

test.each([
  ['token', '{{ a --> b }}'],
  ['send_time', 'a\nb'],
  ['campaign', 'letter 0612345678'],
  ['unsubscribe_url', 'ftp://x'],
  ['text', 'x'.repeat(1024 * 1024 + 1)],
  ['html', 'no html'],
])('what is wrong is said of its field: %s', (field, value) => {
  let error: unknown;
  try {
    prepare({ ...optionsOf(a('https://a.b/1')), [field]: value }, context);
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ field });
});
