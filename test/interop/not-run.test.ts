/**
 * **Goal**: why an emitter is not recorded is written down so that it can be tried again.
 * **Method**: `not-run.json` is read as it is committed.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { readEmitters } from './harness/emitters.ts';

interface NotRun {
  readonly emitter: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly why: string;
}

const entries = JSON.parse(readFileSync(join(import.meta.dirname, 'not-run.json'), 'utf8')) as NotRun[];

test.each(entries.map((entry) => [entry.emitter, entry] as const))('%s', (_emitter, { packages, why }) => {
  expect(Object.keys(packages)).not.toEqual([]);
  for (const version of Object.values(packages)) expect(version).toMatch(/^\d[\w.+-]*$/);
  expect(why).toMatch(/^[A-Z].{40,}\.$/);
  // Programs that it points to exist.
  for (const [, name] of why.matchAll(/`(py-[\w-]+)`/g))
    expect(readEmitters().map((emitter) => emitter.name)).toContain(name);
});

test('it is found from the README', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  expect(readme).toContain('`not-run.json`');
  expect(existsSync(join(import.meta.dirname, 'harness', 'interop.py'))).toBe(true);
  expect(new Set(entries.map(({ emitter }) => emitter)).size).toBe(entries.length);
});
