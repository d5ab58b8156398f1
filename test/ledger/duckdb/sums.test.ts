/**
 * **Goal**: the sums that are kept are always those of the rows that they are of.
 * **Method**: any changes, with few rows left out of the sums or none, and what verify says of them; then sums that are
 * wrong on purpose. The contract, of a ledger that sums at once (ledger.test.ts), says that answers are right.
 */
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Ledger } from '../../../src/domain/ledger.ts';
import { daysOf } from '../../../src/ledger/duckdb/closed-sums.ts';
import { fillSums } from '../../../src/ledger/duckdb/fill-sums.ts';
import { openDuckDbLedger } from '../../../src/ledger/duckdb/ledger.ts';
import { NEW_IN_6, SCHEMA_VERSION } from '../../../src/ledger/duckdb/schema.ts';
import { rowsOf } from '../../../src/ledger/duckdb/session.ts';
import { DAY, readSummed } from '../../../src/ledger/duckdb/sums.ts';
import { temporaryFolder } from '../../support/service.ts';
import { everything, withFreshness } from '../answers.ts';
import { pricedChange } from '../any-repricing.ts';
import { NOTHING } from '../changes.ts';
import { aCharge, aTask, aTrace } from '../samples.ts';
import { onFile } from './on-file.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
let files = 0;
function newPath(): string {
  files += 1;
  return join(folder.path, `${files}.duckdb`);
}

/** What verify finds about the sums. */
async function faultsOf(ledger: Ledger) {
  const snapshot = await ledger.snapshot();
  const faults = [];
  for await (const one of snapshot.tasks()) faults.push(...one.faults);
  await snapshot.close();
  return faults.filter(({ check }) => check === 'tasks and charges -> kept sums');
}

const ids = (index: number) => ({ traceId: index.toString(16).padStart(32, '0'), taskId: `task ${index}` });
const at = (day: number, second: number) => BigInt(day) * DAY + BigInt(second) * 1_000_000_000n;

/** A task that closed, with unpriced lines of one model at these seconds of a day. */
const worked = (
  index: number,
  day: number,
  seconds: readonly number[],
  reason = 'model_unknown' as const,
) => {
  const { traceId, taskId } = ids(index);
  const charges = seconds.map((second, line) =>
    aCharge({ traceId, taskId, line, at: at(day, second), model: 'house', amount: null, reason }),
  );
  return {
    ...NOTHING,
    traces: [aTrace({ traceId, fresh: false, charges })],
    tasks: [{ task: aTask({ taskId, at: at(day, 0) }), charges: [] }],
  };
};

describe('sums that are kept', () => {
  test('are those of the rows, after any changes, whatever is left out of them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(pricedChange, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(0, 1, 2, 5),
        async (changes, unsummed) => {
          const path = newPath();
          const ledger = await openDuckDbLedger({ path, unsummed });
          for (const change of withFreshness(changes)) {
            await ledger.apply(change);
            expect(await faultsOf(ledger)).toEqual([]);
          }
          await ledger.close();
        },
      ),
      { numRuns: 12, endOnFailure: true },
    );
  });

  test('hold first and last of a day, also when the one or the other goes', async () => {
    const ledger = await openDuckDbLedger({ path: newPath(), unsummed: 0 });
    const seen = async () => (await ledger.unpriced()).map((row) => [row.calls, row.firstSeen, row.lastSeen]);
    for (const [index, seconds] of [
      [1, [10]],
      [2, [20, 30]],
      [3, [40]],
    ] as const)
      await ledger.apply(worked(index, 7, seconds));
    expect(await seen()).toEqual([[4, at(7, 10), at(7, 40)]]);
    await ledger.apply(worked(1, 7, []));
    expect(await seen()).toEqual([[3, at(7, 20), at(7, 40)]]);
    await ledger.apply(worked(3, 7, [25]));
    expect(await seen()).toEqual([[3, at(7, 20), at(7, 30)]]);
    await ledger.apply(worked(2, 9, [1]));
    expect(await seen()).toEqual([[2, at(7, 25), at(9, 1)]]);
    await ledger.apply(worked(3, 7, []));
    await ledger.apply(worked(2, 7, []));
    expect(await seen()).toEqual([]);
    expect(await faultsOf(ledger)).toEqual([]);
    await ledger.close();
  });

  test('leave out the newest, and take them many at once', async () => {
    const path = newPath();
    const ledger = await openDuckDbLedger({ path, unsummed: 8 });
    for (let index = 1; index <= 10; index += 1) await ledger.apply(worked(index, 7, [index]));
    await ledger.close();
    expect(await onFile(path, readSummed)).toEqual({ tasks: 0, traces: 0 });
    const again = await openDuckDbLedger({ path, unsummed: 8 });
    await again.apply(worked(11, 7, [11]));
    await again.close();
    expect(await onFile(path, readSummed)).toEqual({ tasks: 3, traces: 3 });
    expect(await onFile(path, (connection) => rowsOf(connection, 'SELECT calls FROM unpriced_sums'))).toEqual(
      [[3n]],
    );
  });

  test.each([
    ['closed_sums', 'UPDATE closed_sums SET inference = inference + 1 WHERE by_model', /model/],
    ['closed_sums', 'UPDATE closed_sums SET day = day + 86400000000000 WHERE NOT by_model', /by day/],
    ['unpriced_sums', 'UPDATE unpriced_sums SET calls = calls + 1', /unpriced lines/],
    ['unpriced_sums', 'UPDATE unpriced_sums SET last_at = last_at + 1', /unpriced lines/],
    ['unpriced_sums', 'DELETE FROM unpriced_sums', /unpriced lines/],
  ])('that are wrong are found by verify: %s, %s', async (_, sql, figure) => {
    const path = newPath();
    const ledger = await openDuckDbLedger({ path, unsummed: 0 });
    await ledger.apply(worked(1, 7, [1, 2]));
    await ledger.close();
    await onFile(path, (connection) => connection.run(sql));
    const again = await openDuckDbLedger({ path, unsummed: 0 });
    const faults = await faultsOf(again);
    expect(faults.map(({ figure }) => figure).join()).toMatch(figure);
    await again.close();
  });
});

describe('a ledger of version 5', () => {
  const DROPPED = [
    'DROP TABLE closed_sums',
    'DROP TABLE unpriced_sums',
    "DELETE FROM meta WHERE name LIKE 'summed%'",
  ];

  async function ofVersion5() {
    const path = newPath();
    const ledger = await openDuckDbLedger({ path });
    for (let index = 1; index <= 9; index += 1)
      await ledger.apply(worked(index, 7 + (index % 3), [index, 50 - index]));
    const answers = await everything(ledger);
    await ledger.close();
    await onFile(path, async (connection) => {
      for (const sql of [...DROPPED, "UPDATE meta SET value = '5' WHERE name = 'schema'"])
        await connection.run(sql);
    });
    return { path, answers };
  }

  test('answers as it did', async () => {
    const { path, answers } = await ofVersion5();
    const ledger = await openDuckDbLedger({ path });
    expect(await everything(ledger)).toEqual(answers);
    await ledger.close();
    const sql = "SELECT value FROM meta WHERE name = 'schema'";
    expect(await onFile(path, (connection) => rowsOf(connection, sql))).toEqual([[String(SCHEMA_VERSION)]]);
  });

  test.each([0, 4])('has the sums of all that is older than the newest %i', async (unsummed) => {
    const { path, answers } = await ofVersion5();
    await (await openDuckDbLedger({ path })).close();
    await onFile(path, async (connection) => {
      for (const sql of [...DROPPED, ...NEW_IN_6]) await connection.run(sql);
      await fillSums(connection, unsummed);
      expect(await readSummed(connection)).toEqual({ tasks: 9 - unsummed, traces: 9 - unsummed });
    });
    const ledger = await openDuckDbLedger({ path });
    expect(await faultsOf(ledger)).toEqual([]);
    expect(await everything(ledger)).toEqual(answers);
    await ledger.close();
  });
});

describe('the days of a window', () => {
  const edge = fc
    .tuple(fc.bigInt({ min: -3n, max: 5n }), fc.bigInt({ min: -2n, max: 2n }))
    .map(([day, rest]) => day * DAY + rest);

  test('and what is left at its ends are the window, none of it twice; days are whole and since 1970', () => {
    fc.assert(
      fc.property(edge, edge, (from, to) => {
        const { days, rest } = daysOf({ from, to });
        const all = [...(days === undefined ? [] : [days]), ...rest].sort((a, b) =>
          a.from < b.from ? -1 : 1,
        );
        if (from >= to) return expect(all).toEqual([]);
        expect([all[0]!.from, all.at(-1)!.to]).toEqual([from, to]);
        for (const [index, next] of all.slice(1).entries()) expect(next.from).toBe(all[index]!.to);
        if (days !== undefined)
          expect([days.from >= 0n, days.from % DAY, days.to % DAY]).toEqual([true, 0n, 0n]);
        const most = days === undefined ? 2n * DAY : DAY;
        for (const { from, to } of rest) expect(to - from < most || from < 0n).toBe(true);
      }),
    );
  });
});
