import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type Ledger, LedgerUnavailable, type SettleChange } from '../../../src/domain/ledger.ts';
import { openDuckDbLedger } from '../../../src/ledger/duckdb/ledger.ts';
import { temporaryFolder } from '../../support/service.ts';
import { smallDisk } from '../../support/small-disk.ts';
import { until } from '../../support/until.ts';
import { NOTHING } from '../changes.ts';
import { aCharge, aPart, aTask, aTrace } from '../samples.ts';

/**
 * **Goal**: a ledger whose disk fills up loses nothing that it said it keeps, and goes on by itself when there is room
 * again, also where DuckDB gave its instance up. **Method**: a real file system of a few megabytes, filled at the log, at
 * a checkpoint and at the close.
 */

const LINES = 40;
const disk = smallDisk(48 * 1024 * 1024);
afterAll(() => disk?.remove());
const onDisk = disk === undefined ? test.skip : test;

/** One trace of forty lines of a picodollar each, of a task and a model of its own. */
function changeOf(count: number): SettleChange {
  const traceId = count.toString(16).padStart(32, '0');
  const taskId = `task ${count}`;
  const charges = Array.from({ length: LINES }, (_, line) =>
    aCharge({ traceId, taskId, line, model: `model ${count}` }),
  );
  return {
    ...NOTHING,
    traces: [aTrace({ traceId, charges, parts: [aPart({ traceId, taskId })], skeleton: noise(count) })],
    tasks: [{ task: aTask({ taskId, inference: BigInt(LINES) }), charges: [] }],
    counters: [
      { counter: 'actions', agentType: 'a', taskType: 't', dimensions: [], tool: 'x', status: 'ok', by: 1n },
    ],
    position: String(count).padStart(9, '0'),
  };
}

/** Bytes that do not compress. */
const noise = (seed: number): Uint8Array =>
  Uint8Array.from(
    { length: 20_000 },
    (_, index) => (Math.imul(index + 1, 2_654_435_761 + seed) >>> 13) & 255,
  );

/** Applies from `count` on until one is refused; the first that was. */
async function applyUntilRefused(ledger: Ledger, count: number): Promise<number> {
  for (;;) {
    const refusal = await ledger.apply(changeOf(count)).then(
      () => undefined,
      (fault: unknown) => fault,
    );
    if (refusal !== undefined) {
      expect(refusal).toBeInstanceOf(LedgerUnavailable);
      expect(String(refusal)).not.toContain('\n');
      return count;
    }
    count += 1;
  }
}

/** Everything up to `count` is there once, and nothing else. */
async function expectKept(ledger: Ledger, count: number): Promise<void> {
  expect(Number(await ledger.position())).toBe(count);
  expect(await ledger.dataHealth()).toMatchObject({ tasks: count, totalCost: BigInt(count * LINES) });
  expect((await ledger.counters()).map(({ by }) => by)).toEqual([BigInt(count)]);
  for (const one of [1, count >> 1, count]) {
    const lines = await ledger.charges(`task ${one}`);
    expect(lines).toHaveLength(LINES);
    expect(new Set(lines!.map(({ model }) => model))).toEqual(new Set([`model ${one}`]));
  }
}

describe('a full disk', () => {
  onDisk.each([
    ['in its log', { checkpointBytes: 1 << 30 }],
    ['at a checkpoint', { checkpointBytes: 200_000 }],
    ['at either', { checkpointBytes: 2_000_000 }],
  ])('%s loses nothing, and the ledger goes on when there is room', async (name, options) => {
    const path = join(disk!.path, `${name.replaceAll(' ', '-')}.duckdb`);
    const ledger = await openDuckDbLedger({ path, ...options });
    let count = 1;
    while (count <= 20) await ledger.apply(changeOf(count++));
    for (const round of [1, 2, 3]) {
      disk!.fill();
      count = await applyUntilRefused(ledger, count);
      // What was refused may be asked again and again while there is no room.
      for (const _ of [1, 2]) await expect(ledger.apply(changeOf(count))).rejects.toThrow(LedgerUnavailable);
      disk!.free();
      const again = count;
      await until('it takes changes', () =>
        ledger.apply(changeOf(again)).then(
          () => true,
          () => false,
        ),
      );
      await expectKept(ledger, count);
      for (const _ of [1, 2, 3]) await ledger.apply(changeOf(++count));
      await expectKept(ledger, count);
      count += 1;
      expect(round).toBeLessThan(4);
    }
    disk!.fill();
    await ledger.close();
    disk!.free();
    const reopened = await openDuckDbLedger({ path, ...options });
    await expectKept(reopened, count - 1);
    await reopened.close();
    rmSync(path);
  });

  onDisk('leaves what was committed readable', async () => {
    const ledger = await openDuckDbLedger({
      path: join(disk!.path, 'read.duckdb'),
      checkpointBytes: 200_000,
    });
    let count = 1;
    while (count <= 20) await ledger.apply(changeOf(count++));
    disk!.fill();
    count = await applyUntilRefused(ledger, count);
    const answers = await Promise.all([
      expectKept(ledger, count - 1),
      ledger.tasks({ sort: 'cost', limit: 5 }),
      ledger.counters(),
    ]);
    expect(answers[1].tasks).toHaveLength(5);
    disk!.free();
    await ledger.close();
  });
});

test('a block that is found damaged while it runs is told as such; the rest is read, and written, all the same', async () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'solvent.duckdb');
  const first = await openDuckDbLedger({ path });
  for (let count = 1; count <= 60; count += 1) await first.apply(changeOf(count));
  await first.close();
  const bytes = readFileSync(path);
  const at = bytes.indexOf(noise(30).subarray(100, 200));
  expect(at).toBeGreaterThan(0);
  bytes.fill(0xa5, at, at + 64);
  writeFileSync(path, bytes);

  const ledger = await openDuckDbLedger({ path });
  const all = Array.from({ length: 60 }, (_, index) => (index + 1).toString(16).padStart(32, '0'));
  const refused = ledger.traces(all);
  await expect(refused).rejects.toThrow(LedgerUnavailable);
  await expect(refused).rejects.toThrow(`the ledger ${path} is damaged: restore it from a backup`);
  expect(await ledger.dataHealth()).toMatchObject({ tasks: 60, totalCost: BigInt(60 * LINES) });
  await ledger.apply(changeOf(61));
  expect(await ledger.charges('task 61')).toHaveLength(LINES);
  await ledger.close();
  folder.remove();
});
