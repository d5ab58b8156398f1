import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { homeOf } from '../../src/ledger/home.ts';
import { temporaryFolder } from '../support/service.ts';

async function withFolder(run: (path: string) => Promise<void>): Promise<void> {
  const folder = temporaryFolder();
  try {
    await run(folder.path);
  } finally {
    folder.remove();
  }
}

test('a data directory is known by one thing for ever, made where it may be', () =>
  withFolder(async (path) => {
    expect(await homeOf(path, { make: false })).toBe('');
    const made = await homeOf(path, { make: true });
    expect(made).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(await homeOf(path, { make: true })).toBe(made);
    expect(await homeOf(path, { make: false })).toBe(made);
    expect(await readFile(join(path, 'replica'), 'utf8')).toBe(`${made}\n`);
    expect(await homeOf(join(path, 'nowhere'), { make: false })).toBe('');
  }));

test('two directories are two', () =>
  withFolder((one) =>
    withFolder(async (other) => {
      expect(await homeOf(one, { make: true })).not.toBe(await homeOf(other, { make: true }));
    }),
  ));

test('a file that says something else is not written over', () =>
  withFolder(async (path) => {
    await writeFile(join(path, 'replica'), 'mine');
    await expect(homeOf(path, { make: true })).rejects.toThrow(
      'does not say what this data directory is known by',
    );
    expect(await readFile(join(path, 'replica'), 'utf8')).toBe('mine');
  }));
