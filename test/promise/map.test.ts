import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../..');
const rows = [
  ...readFileSync(join(root, 'PRIVACY.md'), 'utf8').matchAll(/^\| \*\*(P\d+)\*\* (.*) \|$/gm),
].map(([, promise = '', rest = '']) => ({
  promise,
  tests: [...rest.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path),
}));
const all = readdirSync(join(root, 'test'), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
  .map((entry) => relative(root, join(entry.parentPath, entry.name)));

/** The test files that a path names: a file, a name with a star, or a folder. */
function filesOf(path: string): string[] {
  const pattern = new RegExp(
    `^${path.replace(/[.]/g, '\\.').replaceAll('*', '[^/]*')}${path.endsWith('/') ? '.*' : '$'}`,
  );
  return all.filter((file) => pattern.test(file));
}

test('PRIVACY.md names each promise once, in order', () => {
  expect(rows.map(({ promise }) => promise)).toEqual(
    Array.from({ length: 11 }, (_, index) => `P${index + 1}`),
  );
});

test.each(rows)('$promise names tests that exist, one of them by its number', ({ promise, tests }) => {
  for (const path of tests) expect([path, filesOf(path).length > 0]).toEqual([path, true]);
  const own = new RegExp(`['\`]${promise}( and P\\d+)?[: ]`);
  const named = filesOf('test/promise/').filter((file) => own.test(readFileSync(join(root, file), 'utf8')));
  expect(named).not.toEqual([]);
});
