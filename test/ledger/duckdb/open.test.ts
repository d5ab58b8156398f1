import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { UsdPico } from '../../../src/domain/money.ts';
import { openDuckDbLedger } from '../../../src/ledger/duckdb/ledger.ts';
import { LedgerOverflow } from '../../../src/ledger/sql/range.ts';
import { LedgerUnreadable } from '../../../src/ledger/unreadable.ts';
import { NOTHING } from '../changes.ts';
import { aCharge, aTask, aTrace } from '../samples.ts';

const dirs: string[] = [];
async function freshPath() {
  dirs.push(await mkdtemp(join(tmpdir(), 'solvent-open-')));
  return join(dirs.at(-1)!, 'solvent.duckdb');
}
afterEach(async () => {
  for (const dir of dirs.splice(0)) await rm(dir, { recursive: true });
});

async function sql(path: string, ...statements: string[]) {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

async function refusal(path: string) {
  const error = await openDuckDbLedger({ path }).then(
    () => undefined,
    (reason: Error) => reason,
  );
  expect(error).toBeInstanceOf(LedgerUnreadable);
  expect(error!.message).toContain(path);
  expect(error!.message).not.toContain('\n');
  return error!.message;
}

describe('a file that is no ledger is refused in one line that names it', () => {
  test('garbage', async () => {
    const path = await freshPath();
    await writeFile(path, 'this is no database '.repeat(1000));
    expect(await refusal(path)).toContain('cannot be opened');
    expect(await readFile(path, 'utf8')).toContain('this is no database');
  });

  test('a ledger that was cut short', async () => {
    const path = await freshPath();
    const ledger = await openDuckDbLedger({ path });
    await ledger.apply({ ...NOTHING, tasks: [{ task: aTask(), charges: [] }] });
    await ledger.close();
    await writeFile(path, (await readFile(path)).subarray(0, 9000));
    await refusal(path);
  });

  test('the database of another program', async () => {
    const path = await freshPath();
    await sql(path, 'CREATE TABLE meta (name VARCHAR)');
    expect(await refusal(path)).toContain('another program');
  });

  test('a ledger of a newer version', async () => {
    const path = await freshPath();
    await (await openDuckDbLedger({ path })).close();
    await sql(path, "UPDATE meta SET value = '999' WHERE name = 'schema'");
    expect(await refusal(path)).toContain('has schema 999');
  });

  test('a second time in one process, where DuckDB itself would let the two diverge', async () => {
    const path = await freshPath();
    const ledger = await openDuckDbLedger({ path });
    expect(await refusal(path)).toContain('already open');
    await ledger.close();
    await (await openDuckDbLedger({ path })).close();
  });
});

describe('money past 64 bits is refused, and nothing of its change is kept', () => {
  const MOST = (2n ** 63n - 1n) as UsdPico;
  test.each([
    [
      'an amount',
      { traces: [aTrace({ charges: [aCharge({ amount: MOST + 1n })] })] },
      /an amount is 9223372036854775808/,
    ],
    [
      'a quantity',
      { traces: [aTrace({ charges: [aCharge({ quantity: (2n ** 63n) as never })] })] },
      /a quantity/,
    ],
    [
      'a task whose components fit and whose sum does not',
      { tasks: [bigTask()] },
      /the cost of task ticket-1/,
    ],
  ])('%s', async (_, change, message) => {
    const ledger = await openDuckDbLedger({ path: await freshPath() });
    const good = { task: aTask({ taskId: 'good' }), charges: [] };
    const bad = { ...NOTHING, ...change, position: '1' };
    const refused = ledger.apply({ ...bad, tasks: [good, ...('tasks' in change ? change.tasks : [])] });
    await expect(refused).rejects.toThrow(LedgerOverflow);
    await expect(refused).rejects.toThrow(message);
    expect(await ledger.position()).toBe('');
    expect(await ledger.task('good')).toBeUndefined();
    await ledger.apply({ ...NOTHING, tasks: [good] });
    expect((await ledger.task('good'))?.agentType).toBe('support');
    await ledger.close();
  });

  function bigTask() {
    const task = aTask({ inference: MOST });
    return { task: { ...task, cost: { ...task.cost, tooling: 1n as UsdPico } }, charges: [] };
  }

  test('sums over tasks go beyond 64 bits and are exact', async () => {
    const ledger = await openDuckDbLedger({ path: await freshPath() });
    const tasks = [1, 2, 3].map((id) => ({ task: aTask({ taskId: `${id}`, inference: MOST }), charges: [] }));
    await ledger.apply({ ...NOTHING, tasks });
    const [row] = await ledger.unitEconomics({ from: 0n, to: 100n, groupBy: [] });
    expect(row!.cost.inference).toBe(MOST * 3n);
    expect((await ledger.dataHealth()).totalCost).toBe(MOST * 3n);
    await ledger.close();
  });
});

test('a time past the year 2262 is kept as the last that fits', async () => {
  const ledger = await openDuckDbLedger({ path: await freshPath() });
  const at = 2n ** 64n - 1n;
  await ledger.apply({
    ...NOTHING,
    traces: [aTrace({ charges: [aCharge({ at })] })],
    tasks: [{ task: aTask({ at }), charges: [] }],
  });
  expect((await ledger.charges('ticket-1'))![0]!.at).toBe(2n ** 63n - 1n);
  await ledger.close();
});

test('any text is a task id', async () => {
  const ledger = await openDuckDbLedger({ path: await freshPath() });
  const ids = [
    '',
    ' ',
    "'",
    '"',
    '\\',
    'a\u0000b',
    '\n',
    '🙂',
    '\u0001',
    'x'.repeat(1024),
    "'; DROP TABLE tasks; --",
  ];
  await ledger.apply({ ...NOTHING, tasks: ids.map((taskId) => ({ task: aTask({ taskId }), charges: [] })) });
  for (const id of ids) expect((await ledger.task(id))?.taskId).toBe(id);
  expect((await ledger.tasksState(ids)).size).toBe(ids.length);
  await ledger.close();
});

test('the crash points are passed before the commit and after it, and only by a change that holds', async () => {
  const passed: string[] = [];
  const ledger = await openDuckDbLedger({ path: await freshPath(), crash: (point) => passed.push(point) });
  await ledger.apply(NOTHING);
  const bad = aTrace({ charges: [aCharge({ amount: 2n ** 63n })] });
  await expect(ledger.apply({ ...NOTHING, traces: [bad] })).rejects.toThrow(LedgerOverflow);
  expect(passed).toEqual(['before_apply', 'after_apply']);
  await ledger.close();
});
