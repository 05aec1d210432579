import { describe, expect, test } from 'vitest';
import { firstTabs } from '../dashboard/panels.ts';
import type { Period } from '../dashboard/period.ts';
import {
  addFilter,
  parseFilter,
  parseView,
  toggleFilter,
  type View,
  writeFilter,
  writeView,
} from '../dashboard/view.ts';

const usual: Period = '28d';
const plain: View = {
  period: '28d',
  compare: 'previous',
  by: null,
  metric: 'visitors',
  filters: [],
  tabs: firstTabs,
  list: null,
};

describe('the address is the view', () => {
  test('the usual view needs no address', () => {
    expect(writeView(plain, usual)).toBe('');
    expect(parseView('', usual)).toEqual(plain);
  });

  test('reads as a person would write it', () => {
    const view: View = {
      ...plain,
      period: ['2026-03-01', '2026-03-31'],
      compare: 'year',
      by: 'week',
      metric: 'bounce_rate',
      filters: [
        ['is', 'visit:source', ['Google']],
        ['contains_not', 'event:page', ['/blog/']],
      ],
      tabs: { ...firstTabs, pages: 'exit' },
      list: 'sources',
    };
    const search = writeView(view, usual);
    expect(search).toBe(
      '?period=2026-03-01..2026-03-31&compare=year&by=week&metric=bounce_rate&f=is,visit:source,Google&f=contains_not,event:page,/blog/&pages=exit&all=sources',
    );
    expect(parseView(search, usual)).toEqual(view);
  });

  test.each([
    'Direct / None',
    'a,b',
    'a%2Cb',
    'Munich, Bavaria, DE',
    '100%',
    '&f=is,visit:os,Linux#?=+',
    'a+b c',
    '"><script>alert(1)</script>',
    '日本語 🙂',
    '',
  ])('a filter comes back as it went: %s', (value) => {
    const view: View = { ...plain, filters: [['is', 'event:props:a,b=c&d', [value, 'Bing']]] };
    expect(parseView(writeView(view, usual), usual).filters).toEqual(view.filters);
  });

  test('commas that a mail program encoded are forgiven', () => {
    expect(parseFilter('is%2Cvisit%3Asource%2CGoogle')).toEqual(['is', 'visit:source', ['Google']]);
  });

  test('what is not understood is left out', () => {
    expect(
      parseView(
        '?period=soon&compare=x&by=year&metric=dropped&f=like,visit:os,L&f=is,visit:os&f=&pages=constructor&all=toString&%',
        usual,
      ),
    ).toEqual(plain);
    expect(parseView('?period=2026-02-30', usual).period).toBe('28d');
    expect(parseView('?f=is,visit:os,%E0%A4%A', usual).filters).toEqual([['is', 'visit:os', ['%E0%A4%A']]]);
  });
});

test('a row filters, takes the place of another value, and a second click takes it away', () => {
  const google = toggleFilter([['is', 'visit:country', ['DE']]], 'visit:source', 'Google');
  expect(google.map(writeFilter)).toEqual(['is,visit:country,DE', 'is,visit:source,Google']);
  const bing = toggleFilter(google, 'visit:source', 'Bing');
  expect(bing.map(writeFilter)).toEqual(['is,visit:country,DE', 'is,visit:source,Bing']);
  expect(toggleFilter(bing, 'visit:source', 'Bing').map(writeFilter)).toEqual(['is,visit:country,DE']);
});

test('a further value of a dimension stands beside the first', () => {
  const google = addFilter([['is', 'visit:country', ['DE']]], ['is', 'visit:source', ['Google']]);
  const both = addFilter(google, ['is', 'visit:source', ['Bing']]);
  expect(both.map(writeFilter)).toEqual(['is,visit:country,DE', 'is,visit:source,Google,Bing']);
  expect(addFilter(both, ['is', 'visit:source', ['Bing']])).toEqual(both);
  expect(addFilter(both, ['is_not', 'visit:source', ['DuckDuckGo']]).map(writeFilter)).toEqual([
    'is,visit:country,DE',
    'is,visit:source,Google,Bing',
    'is_not,visit:source,DuckDuckGo',
  ]);
});
