import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openKeptPrices } from '../../src/ledger/kept-prices.ts';
import { temporaryFolder } from '../support/service.ts';
import { keptPricesLaws, own, SNAPSHOT } from './kept-prices-laws.ts';

async function withFolder(run: (dir: string) => Promise<void>): Promise<void> {
  const folder = temporaryFolder();
  try {
    await run(join(folder.path, 'prices'));
  } finally {
    folder.remove();
  }
}

describe('price tables that were in force', () => {
  keptPricesLaws('in a folder', async () => {
    const folder = temporaryFolder();
    const again = () => openKeptPrices(folder.path);
    return { kept: await again(), again, close: async () => folder.remove() };
  });

  test('each text lies in the folder once', () =>
    withFolder(async (dir) => {
      const kept = await openKeptPrices(dir);
      await kept.keep('a', [SNAPSHOT], 10);
      await kept.keep('b', [SNAPSHOT, own('one')], 20);
      await kept.keep('c', [SNAPSHOT, own('one')], 30);
      expect(await readdir(dir)).toHaveLength(3);
    }));

  test('survive a line that was cut off by a crash', () =>
    withFolder(async (dir) => {
      await (await openKeptPrices(dir)).keep('a', [own('one')], 10);
      await appendFile(join(dir, 'tables.jsonl'), '{"hash":"b","sinceMs":20,"te');
      await (await openKeptPrices(dir)).keep('c', [own('three')], 30);
      const { tables, texts } = await openKeptPrices(dir);
      expect((await tables()).map(({ hash }) => hash)).toEqual(['a', 'c']);
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
