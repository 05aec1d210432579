import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { profiles } from '../schema/profiles.ts';
import { SiteSettings } from '../schema/site.ts';
import { optOutSnippetOf, snippetOf } from '../schema/snippet.ts';

const collector = 'https://stats.example.com';
const site = (settings: object = {}, more: object = {}) => ({
  domain: 'example.com',
  timezone: 'Europe/Berlin',
  settings: SiteSettings.parse(settings),
  ...more,
});
const usual =
  '<script defer data-domain="example.com" src="https://stats.example.com/js/footfall.js"></script>';

test('the snippet of the README is what a site has without settings', () => {
  expect(snippetOf(site(), `${collector}/`, profiles.standard)).toBe(usual);
  expect(readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')).toContain(usual);
});

test.each<[object, string]>([
  [{ dnt: false }, ''],
  [{ identify: false }, ''],
  [{ audience: 'children' }, ''],
  [{ optedOut: 'ignore' }, 'data-opted-out="ignore" data-dnt="1"'],
  [{ optedOut: 'ignore', dnt: false }, 'data-opted-out="ignore"'],
  [{ returning: 'on' }, 'data-dnt="1" data-returning="on" data-timezone="Europe/Berlin"'],
  [{ returning: 'consent', dnt: false }, 'data-returning="consent" data-timezone="Europe/Berlin"'],
])('%j: %s', (settings, attributes) => {
  const file = 'returning' in settings ? 'footfall.returning.js' : 'footfall.js';
  const middle = attributes === '' ? '' : `${attributes} `;
  expect(snippetOf(site(settings), collector, profiles.standard)).toBe(
    `<script defer data-domain="example.com" ${middle}src="${collector}/js/${file}"></script>`,
  );
});

test('under the strict profile opted-out visitors send nothing at any site', () => {
  expect(snippetOf(site(), collector, profiles.strict)).toBe(
    snippetOf(site({ optedOut: 'ignore' }), collector, profiles.standard),
  );
});

test('a changed timezone is in it from when it is pasted', () => {
  const changed = site({ returning: 'on' }, { nextTimezone: 'Asia/Tokyo' });
  expect(snippetOf(changed, collector, profiles.standard)).toContain('data-timezone="Asia/Tokyo"');
});

test('the opt-out hears Do Not Track where the site does, and leads to the privacy page', () => {
  expect(optOutSnippetOf(site(), collector)).toBe(
    '<a data-footfall-opt-out href="https://stats.example.com/privacy?site=example.com">Opt out of being counted</a>\n' +
      '<script defer data-dnt="1" src="https://stats.example.com/js/opt-out.js"></script>',
  );
  expect(optOutSnippetOf(site({ dnt: false }), collector)).not.toContain('data-dnt');
});

test('an address of the collector cannot end the attribute', () => {
  expect(snippetOf(site(), 'https://stats.example.com/"><x y="&', profiles.standard)).toContain(
    'src="https://stats.example.com/&quot;><x y=&quot;&amp;/js/footfall.js"',
  );
});
