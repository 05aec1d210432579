import { expect, test } from 'vitest';
import {
  coreDimensions,
  Dimension,
  type DimensionName,
  dimensions,
  visitDimensions,
} from '../schema/dimensions.ts';
import { amounts, columns } from '../schema/measures.ts';
import { rollupOver, rollups } from '../schema/rollups.ts';

test.each(Object.entries(dimensions))('the dimension %s is declared in full', (_name, declared) => {
  expect(Dimension.parse(declared)).toEqual(declared);
  for (const text of [declared.label, declared.origin, declared.coarsening])
    expect(text.length).toBeGreaterThan(2);
  if (declared.parent !== null && declared.parent !== 'directory')
    expect(Object.keys(dimensions)).toContain(declared.parent);
});

test('names are used once', () => {
  const names = [
    Object.values(dimensions).map(({ api }) => api),
    rollups.map(({ name }) => name),
    [...amounts],
    [...columns],
  ];
  for (const list of names) expect(new Set(list).size).toBe(list.length);
});

test('every dimension has a rollup of its own, and every core dimension meets every other', () => {
  for (const name of Object.keys(dimensions) as DimensionName[])
    expect(rollupOver([name])?.shape).toBe('single');
  for (const one of coreDimensions)
    for (const other of coreDimensions)
      if (one !== other) expect(rollupOver([one, other])?.shape).toBe('pair');
});

test('about seventy pairs, and a few for goals, revenue and properties', () => {
  const pairs = rollups.filter(({ shape }) => shape === 'pair');
  expect(pairs.filter(({ scope }) => scope === 'web').length).toBeGreaterThanOrEqual(65);
  expect(pairs.filter(({ scope }) => scope === 'web').length).toBeLessThanOrEqual(75);
});

test('pages do not meet cities, versions, screens or languages; exit pages meet visit dimensions only', () => {
  for (const fine of ['city', 'browser_version', 'os_version', 'screen', 'language'] as const)
    expect(rollupOver(['page', fine])).toBeUndefined();
  const visit: readonly DimensionName[] = visitDimensions;
  for (const { dims } of rollups) {
    if (!dims.includes('exit_page') || dims.length === 1) continue;
    for (const other of dims) if (other !== 'exit_page') expect(visit).toContain(other);
  }
});

test('opted-out visitors are kept by five dimensions, and by being opted out', () => {
  const kept = (Object.keys(dimensions) as DimensionName[]).filter(
    (name) => dimensions[name].optedOut && dimensions[name].scope !== 'mail',
  );
  expect(kept.sort()).toEqual(['channel', 'country', 'device', 'page', 'source', 'visitor']);
});

test('every rollup but detail names what it sums', () => {
  for (const { shape, measured } of rollups)
    if (shape !== 'detail') expect(Object.keys(measured).length).toBeGreaterThan(0);
});
