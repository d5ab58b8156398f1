import { utimesSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { silentLog } from '../../src/lib/log.ts';
import { type PriceText, readPriceTexts } from '../../src/price/load.ts';
import { openPriceFile, type PriceFileParts } from '../../src/price-file.ts';
import { handClock } from '../support/clock.ts';
import { temporaryFolder } from '../support/service.ts';
import { until } from '../support/until.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
let files = 0;

const rows = (input: string) =>
  `version: 1\nprices: [{provider: acme, match: {exact: [m]}, usd: {input: "${input}", output: "1"}}]\n`;

/** A price file that is watched, and what becomes of it. Times of the file are set by hand, so that each write shows. */
async function watched(first: string | undefined, given: Partial<PriceFileParts> = {}) {
  files += 1;
  const path = join(folder.path, `prices-${files}.yaml`);
  let written = 1000;
  const write = (text: string) => {
    writeFileSync(path, text);
    written += 1;
    utimesSync(path, written, written);
  };
  if (first !== undefined) write(first);
  const read = await readPriceTexts(path);
  const texts: readonly PriceText[] = read.kind === 'read' ? read.texts : [];
  const clock = handClock();
  const [taken, told, results]: [string[], string[], string[]] = [[], [], []];
  let looks = 0;
  const file = openPriceFile({
    path,
    lookEveryMs: 5000,
    texts,
    readTexts: readPriceTexts,
    take: async ({ userTable }) => void taken.push(String(userTable?.rows.length)),
    clock: {
      now: clock.now,
      after(delayMs, task) {
        looks += 1;
        return clock.after(delayMs, task);
      },
    },
    count: (_, __, labels) => void results.push((labels as { result: string }).result),
    log: { ...silentLog, error: (_, line) => void told.push(line), warn: (_, line) => void told.push(line) },
    ...given,
  });
  /** Lets one look go by. */
  const look = async () => {
    const before = looks;
    clock.advance(5000);
    await until('the next look is set', () => looks > before);
  };
  return { file, path, write, look, taken, told, results };
}

describe('a price file that changes', () => {
  test('is taken once it looked the same twice, and then not again', async () => {
    const { file, write, look, taken, results } = await watched(rows('1'));
    for (let times = 0; times < 3; times += 1) await look();
    expect([taken, results]).toEqual([[], ['unchanged']]);
    write(rows('2'));
    await look();
    expect(taken).toEqual([]);
    for (let times = 0; times < 3; times += 1) await look();
    expect([taken, results]).toEqual([['1'], ['unchanged', 'taken']]);
    await file.close();
  });

  test('is not taken while it is being written', async () => {
    const { file, write, look, taken } = await watched(rows('1'));
    for (const input of ['2', '3', '4']) {
      write(rows(input));
      await look();
    }
    expect(taken).toEqual([]);
    await look();
    expect(taken).toEqual(['1']);
    await file.close();
  });

  test('is read at once where somebody says so; the same words are no change', async () => {
    const { file, write, taken, results } = await watched(rows('1'));
    expect(await file.reload()).toBe('unchanged');
    write(rows('1'));
    expect(await file.reload()).toBe('unchanged');
    write(rows('2'));
    expect([await file.reload(), await file.reload()]).toEqual(['taken', 'unchanged']);
    expect([taken, results]).toEqual([['1'], ['unchanged', 'unchanged', 'taken', 'unchanged']]);
    await file.close();
  });
});

describe('a bad price file', () => {
  test('changes nothing and is told once, in one line that says where and what was wanted', async () => {
    const { file, path, write, look, taken, told, results } = await watched(rows('1'));
    write('version: 2\nprices: 7\n');
    for (let times = 0; times < 4; times += 1) await look();
    expect([taken, results]).toEqual([[], ['refused']]);
    expect(told).toEqual([
      `the price file is refused, prices stay as they were: ${path}:1: version must be one of 1, not "2" ` +
        '(and 1 more: solvent check-config)',
    ]);
    write(rows('2'));
    await look();
    await look();
    expect([taken, results]).toEqual([['1'], ['refused', 'taken']]);
    await file.close();
  });

  test('may be one that is gone; when it is back as it was, nothing changes', async () => {
    const { file, path, write, look, taken, told } = await watched(rows('1'));
    await rm(path);
    await look();
    await look();
    expect(told).toEqual([
      `the price file is refused, prices stay as they were: ${path}: the price file cannot be read: there is no such file`,
    ]);
    write(rows('1'));
    await look();
    await look();
    expect([taken, told.length]).toEqual([[], 1]);
    await file.close();
  });

  test('that cannot be kept is no price file yet: it is tried again when told', async () => {
    let fails = true;
    const { file, write, told } = await watched(rows('1'), {
      take: async () => {
        if (fails) throw new Error('the disk is full');
      },
    });
    write(rows('2'));
    expect(await file.reload()).toBe('refused');
    expect(told).toEqual(['the prices stay as they were: the new ones could not be kept']);
    fails = false;
    expect(await file.reload()).toBe('taken');
    await file.close();
  });
});

test('without looks, and without a file, nothing is read but by word', async () => {
  const { file, results } = await watched(rows('1'), { lookEveryMs: 0 });
  expect(await file.reload()).toBe('unchanged');
  await file.close();
  const none = await watched(undefined, { path: undefined, texts: [] });
  expect(await none.file.reload()).toBe('taken');
  await none.file.close();
  expect([results, none.results]).toEqual([['unchanged'], ['taken']]);
});
