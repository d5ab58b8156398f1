/**
 * **Goal**: months of lines go as a whole, give their space back to the disk, and nobody loses or doubles a line by it,
 * whoever reads and writes meanwhile. **Method**: several ledgers of one database, held in the order that matters.
 */
import { afterEach, expect, test } from '@jest/globals';
import { type Ledger, LedgerConflict, type SettleChange } from '../../../src/domain/ledger.ts';
import { openConnections } from '../../../src/ledger/postgres/connections.ts';
import { openPostgresLedger } from '../../../src/ledger/postgres/ledger.ts';
import { partLines } from '../../../src/ledger/postgres/line-months.ts';
import { MIGRATIONS } from '../../../src/ledger/postgres/schema.ts';
import { describePostgres } from '../../support/postgres.ts';
import { asked } from '../../support/postgres-server.ts';
import { everything } from '../answers.ts';
import { NOTHING } from '../changes.ts';
import { aCharge, aPart, aTask, aTrace } from '../samples.ts';
import { ledgerDatabases } from './databases.ts';

const [OCTOBER, NOVEMBER, DECEMBER] = [Date.UTC(2026, 9), Date.UTC(2026, 10), Date.UTC(2026, 11)] as const;
const idOf = (number: number): string => number.toString(16).padStart(32, '0');

/** One trace of a task of its own, with so many lines of a picodollar each. */
const settled = (number: number, settledAt: number, lines: number) => {
  const [traceId, taskId] = [idOf(number), `task ${number}`];
  return aTrace({
    traceId,
    settledAt,
    fresh: false,
    parts: [aPart({ traceId, taskId })],
    charges: Array.from({ length: lines }, (_, line) =>
      aCharge({
        traceId,
        taskId,
        line,
        beside: { reported: 2n as never, computed: line === 0 ? (1n as never) : null },
      }),
    ),
  });
};

const changeOf = (numbers: readonly number[], settledAt: number, lines = 3): SettleChange => ({
  ...NOTHING,
  traces: numbers.map((number) => settled(number, settledAt, lines)),
  tasks: numbers.map((number) => ({
    task: aTask({ taskId: `task ${number}`, inference: BigInt(lines) }),
    charges: [],
  })),
});

const open: Ledger[] = [];
afterEach(async () => {
  for (const ledger of open.splice(0)) await ledger.close();
});

async function ledgersOf(url: string, count: number): Promise<readonly Ledger[]> {
  const ledgers: Ledger[] = [];
  for (let one = 0; one < count; one += 1)
    ledgers.push(await openPostgresLedger({ url, replica: `replica ${one}` }));
  open.push(...ledgers);
  return ledgers;
}

const rollOffAll = async (ledger: Ledger, beforeMs: number): Promise<void> => {
  while ((await ledger.rollOff(beforeMs)) > 0);
};
const linesOf = async (ledger: Ledger, number: number) => (await ledger.charges(`task ${number}`))!.length;
const monthsOf = async (url: string) =>
  (
    await asked(
      url,
      `SELECT relid::TEXT, pg_get_expr(c.relpartbound, c.oid) FROM pg_partition_tree('charges') t JOIN pg_class c ON c.oid = t.relid
        WHERE isleaf ORDER BY 1`,
    )
  ).map(([name]) => name);

describePostgres('lines in partitions by month', (postgres) => {
  const databases = ledgerDatabases(postgres);

  test('come over from a database of before with every answer, each line in the month of its trace', async () => {
    const { url } = await databases.fresh();
    const [ledger] = await ledgersOf(url, 1);
    await ledger!.apply(changeOf([1, 2, 3], OCTOBER));
    await ledger!.apply(changeOf([4, 5], NOVEMBER - 1));
    await ledger!.apply(changeOf([6, 7], NOVEMBER));
    await ledger!.apply(changeOf([8], 1));
    await rollOffAll(ledger!, Date.UTC(1970, 1));
    await ledger!.apply(changeOf([9], DECEMBER + 7));
    // A month is dropped where nothing is left in it.
    await ledger!.apply(changeOf([1], DECEMBER + 8, 5));
    const answers = await everything(ledger!);
    const tables = 'SELECT tableoid::regclass::TEXT, * FROM';
    const rows = async () => [
      await asked(url, `${tables} charges ORDER BY trace, span, line`),
      await asked(url, `${tables} reported_costs ORDER BY trace, span, line`),
    ];
    const before = await rows();
    for (const one of open.splice(0)) await one.close();
    await makeOld(url);
    expect(await asked(url, "SELECT relkind::TEXT FROM pg_class WHERE relname = 'charges'")).toEqual([['r']]);

    // That step alone: what later ones make is there.
    const connections = await openConnections({ url });
    await connections.write((writing) => partLines(writing, true));
    await connections.close();

    const again = await ledgersOf(url, 2);
    expect(await everything(again[0]!)).toEqual(answers);
    expect(await rows()).toEqual(before);
    expect(await monthsOf(url)).toEqual(['charges_202610', 'charges_202611', 'charges_202612']);
    await again[1]!.apply(changeOf([2], NOVEMBER + 3, 7));
    expect(await linesOf(again[0]!, 2)).toBe(7);
    expect(await again[0]!.rollOff(NOVEMBER)).toBe(3 * 3);
    expect(await linesOf(again[1]!, 4)).toBe(0);
  });

  test('give their space back to the disk', async () => {
    const numbers = Array.from({ length: 200 }, (_, index) => index);
    const sizes = [];
    for (const lines of [100, 0]) {
      const { url } = await databases.fresh();
      const [ledger] = await ledgersOf(url, 1);
      const size = async () => Number((await asked(url, SIZE))[0]![0]);
      await ledger!.apply(changeOf(numbers, OCTOBER, lines));
      await ledger!.apply(changeOf([1000], NOVEMBER));
      const full = await size();
      await rollOffAll(ledger!, NOVEMBER);
      sizes.push({ full, after: await size() });
      expect(await linesOf(ledger!, 1000)).toBe(3);
    }
    const [ledger, never] = sizes;
    expect(ledger!.full).toBeGreaterThan(4 * never!.full);
    expect(ledger!.after).toBeLessThanOrEqual(1.1 * never!.after);
  });

  test('are made once, by replicas that all come to a new month at the same moment', async () => {
    const { url } = await databases.fresh();
    const ledgers = await ledgersOf(url, 4);
    for (const month of [OCTOBER, NOVEMBER, DECEMBER])
      await Promise.all(
        ledgers.map((ledger, index) => ledger.apply(changeOf([month / 1000 + index], month + index))),
      );
    expect(await monthsOf(url)).toEqual(['charges_202610', 'charges_202611', 'charges_202612']);
    expect(await ledgers[0]!.dataHealth()).toMatchObject({ tasks: 12, totalCost: 36n });
    for (const month of [OCTOBER, DECEMBER]) expect(await linesOf(ledgers[0]!, month / 1000 + 3)).toBe(3);
  });

  test('stay for who reads them: they go once an export has ended, and all other questions are answered', async () => {
    const { url } = await databases.fresh();
    const [reading, keeping] = await ledgersOf(url, 2);
    await keeping!.apply(changeOf([1, 2], OCTOBER));
    const snapshot = await reading!.snapshot();
    const refused = keeping!.rollOff(NOVEMBER).catch((fault: unknown) => fault);
    const answers = await Promise.all(Array.from({ length: 20 }, () => reading!.charges('task 1')));
    expect(answers.map((lines) => lines!.length)).toEqual(Array(20).fill(3));
    expect(await refused).toBeInstanceOf(LedgerConflict);
    expect(await keeping!.rolledOff()).toEqual({ beforeMs: 0, traces: 0 });
    // A new month is made all the same.
    await keeping!.apply(changeOf([3], DECEMBER));
    let lines = 0;
    for await (const page of snapshot.lines({})) lines += page.length;
    expect(lines).toBe(6);
    await snapshot.close();
    expect(await keeping!.rollOff(NOVEMBER)).toBe(6);
    expect(await linesOf(reading!, 1)).toBe(0);
    expect(await reading!.reportedCosts()).toMatchObject([{ calls: 1, uncomputed: 2 }]);
  });

  test('a step that knew lines which rolled off meanwhile begins anew', async () => {
    const { url } = await databases.fresh();
    const [settling, keeping] = await ledgersOf(url, 2);
    await settling!.apply(changeOf([1], OCTOBER));
    const step = async () => {
      const kept = (await settling!.traces([idOf(1)])).get(idOf(1))!;
      return { ...changeOf([1], DECEMBER, kept.rolledOff ? 1 : 4), position: '1' };
    };
    const change = await step();
    await rollOffAll(keeping!, NOVEMBER);
    await expect(settling!.apply(change)).rejects.toThrow(LedgerConflict);
    expect(await linesOf(settling!, 1)).toBe(0);
    await settling!.apply(await step());
    expect(await linesOf(keeping!, 1)).toBe(1);
    // What rolled off is beside it in the sums.
    const [, row] = (await keeping!.unitEconomics({ from: 0n, to: 2n ** 63n - 1n, groupBy: ['model'] }))
      .entries()
      .next().value!;
    expect(row).toMatchObject({ cost: { inference: 4n } });
  });

  test('an empty month that another replica dropped is made again', async () => {
    const { url } = await databases.fresh();
    const [settling, keeping] = await ledgersOf(url, 2);
    await settling!.apply(changeOf([1], OCTOBER));
    await settling!.apply(changeOf([1], NOVEMBER));
    await rollOffAll(keeping!, NOVEMBER);
    expect(await monthsOf(url)).toEqual(['charges_202611']);
    // By a clock that was set back.
    await expect(settling!.apply(changeOf([2], OCTOBER))).rejects.toThrow(LedgerConflict);
    await settling!.apply(changeOf([2], OCTOBER));
    expect(await monthsOf(url)).toEqual(['charges_202610', 'charges_202611']);
    expect(await linesOf(keeping!, 2)).toBe(3);
  });

  test('any number of steps and roll-offs at the same time lose nothing and count nothing twice', async () => {
    const { url } = await databases.fresh();
    const ledgers = await ledgersOf(url, 3);
    let conflicts = 0;
    const mark = async (ledger: Ledger, number: number, month: number): Promise<void> => {
      for (;;) {
        try {
          await ledger.traces([idOf(number)]);
          const before = (await ledger.charges(`task ${number}`))?.length ?? 0;
          await ledger.apply(changeOf([number], month, before + 1));
          return;
        } catch (fault) {
          if (!(fault instanceof LedgerConflict) || conflicts > 300) throw fault;
          conflicts += 1;
        }
      }
    };
    const months = Array.from({ length: 8 }, (_, index) => Date.UTC(2026, index));
    for (const month of months)
      await Promise.all([
        ...ledgers.map(async (ledger) => {
          for (const number of [1, 2, 3]) await mark(ledger, number, month + number);
        }),
        rollOffAll(ledgers[0]!, month).catch((fault: unknown) => {
          if (!(fault instanceof LedgerConflict)) throw fault;
        }),
      ]);
    // Each mark is a line of a picodollar: in the sums by model it is there once, whatever became of its line.
    expect(await asked(url, 'SELECT sum(inference)::TEXT FROM model_shares WHERE trace > 0')).toEqual([
      ['72'],
    ]);
    const [[wanted], [kept]] = [
      await asked(url, 'SELECT coalesce(sum(calls + uncomputed), 0)::INT FROM reported_sums'),
      await asked(url, 'SELECT count(*)::INT FROM reported_costs'),
    ];
    expect(wanted).toEqual(kept);
  });
});

const SIZE = `SELECT sum(pg_total_relation_size(oid)) FROM pg_class
  WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`;

/** Has the database the tables of lines that the first version made, with the same rows. */
async function makeOld(url: string): Promise<void> {
  const made = MIGRATIONS[0]!.filter(
    (step): step is string =>
      typeof step === 'string' &&
      /^\s*CREATE (?:TABLE (?:charges|reported_costs) |INDEX charges_)/.test(step),
  );
  expect(made).toHaveLength(4);
  for (const table of ['charges', 'reported_costs'])
    await asked(url, `CREATE TABLE kept_${table} AS SELECT * FROM ${table}`);
  await asked(url, 'DROP TABLE charges, reported_costs');
  for (const statement of made) await asked(url, statement);
  for (const table of ['charges', 'reported_costs']) {
    await asked(url, `ALTER TABLE kept_${table} DROP COLUMN month`);
    await asked(url, `INSERT INTO ${table} SELECT * FROM kept_${table}`);
    await asked(url, `DROP TABLE kept_${table}`);
  }
  await asked(url, "DELETE FROM meta WHERE name = 'months'");
}
