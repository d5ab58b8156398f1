import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openKeptPrices } from '../../src/ledger/kept-prices.ts';
import { temporaryFolder } from '../support/service.ts';

const SNAPSHOT = { kind: 'snapshot', name: 'bundled.json', text: '{"all": "prices"}' };
const own = (text: string) => ({ kind: 'user', name: 'prices.yaml', text });

async function withFolder(run: (dir: string) => Promise<void>): Promise<void> {
  const folder = temporaryFolder();
  try {
    await run(join(folder.path, 'prices'));
  } finally {
    folder.remove();
  }
}

describe('price tables that were in force', () => {
  test('are found by their hash, or by how it begins, also after a restart; each text lies there once', () =>
    withFolder(async (dir) => {
      const kept = await openKeptPrices(dir);
      await kept.keep('aa11', [SNAPSHOT], 10);
      await kept.keep('aa22', [SNAPSHOT, own('one')], 20);
      await kept.keep('bb33', [SNAPSHOT, own('two')], 30);
      for (const one of [kept, await openKeptPrices(dir)]) {
        expect(await one.texts('aa22')).toEqual([SNAPSHOT, own('one')]);
        expect(await one.texts('b')).toEqual([SNAPSHOT, own('two')]);
        expect(await one.texts('aa')).toBeUndefined();
        expect(await one.texts('cc')).toBeUndefined();
      }
      expect(await readdir(dir)).toHaveLength(4);
    }));

  test('are found by a time; a table that comes back is in force from then on', () =>
    withFolder(async (dir) => {
      const kept = await openKeptPrices(dir);
      for (const [hash, ms] of [
        ['a', 10],
        ['a', 15],
        ['b', 20],
        ['a', 30],
      ] as const)
        await kept.keep(hash, [own(hash)], ms);
      const { at, tables } = await openKeptPrices(dir);
      expect([9, 10, 19, 20, 29, 99].map((ms) => at(ms)?.hash)).toEqual([undefined, 'a', 'a', 'b', 'b', 'a']);
      expect(tables().map(({ sinceMs }) => sinceMs)).toEqual([10, 20, 30]);
    }));

  test('survive a line that was cut off by a crash', () =>
    withFolder(async (dir) => {
      await (await openKeptPrices(dir)).keep('a', [own('one')], 10);
      await appendFile(join(dir, 'tables.jsonl'), '{"hash":"b","sinceMs":20,"te');
      await (await openKeptPrices(dir)).keep('c', [own('three')], 30);
      const { tables, texts } = await openKeptPrices(dir);
      expect(tables().map(({ hash }) => hash)).toEqual(['a', 'c']);
      expect(await texts('c')).toEqual([own('three')]);
    }));

  test('are not given out where somebody wrote into them', () =>
    withFolder(async (dir) => {
      const kept = await openKeptPrices(dir);
      await kept.keep('a', [own('one')], 10);
      const [line] = (await readFile(join(dir, 'tables.jsonl'), 'utf8')).split('\n');
      const { sha256 } = JSON.parse(line!).texts[0];
      await writeFile(join(dir, sha256), 'two');
      await expect(kept.texts('a')).rejects.toThrow(`${sha256} is not the price text that was kept there`);
      // What is kept anew is whole again.
      await kept.keep('b', [own('one')], 20);
      expect(await kept.texts('a')).toEqual([own('one')]);
    }));
});
