/**
 * **Goal**: what rolled off goes back to the disk, and nothing else changes. **Method**: two months of lines, the first
 * dropped; every answer, and every table row by row, before and after the file was written anew; the process killed at each
 * point of it, the disk filled in its middle, and everything asked of it meanwhile.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { copyFile, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, test } from '@jest/globals';
import { type Ledger, LedgerUnavailable, type SettleChange } from '../../../src/domain/ledger.ts';
import { CRASH_POINTS } from '../../../src/ledger/crash-point.ts';
import { type DuckDbLedgerOptions, openDuckDbLedger } from '../../../src/ledger/duckdb/ledger.ts';
import { rowsOf } from '../../../src/ledger/duckdb/session.ts';
import { temporaryFolder } from '../../support/service.ts';
import { smallDisk } from '../../support/small-disk.ts';
import { until } from '../../support/until.ts';
import { everything } from '../answers.ts';
import { NOTHING } from '../changes.ts';
import { aCharge, aPart, aTask, aTrace } from '../samples.ts';

const [OCTOBER, NOVEMBER] = [Date.UTC(2026, 9), Date.UTC(2026, 10)] as const;
const TRACES = 400;
const LINES = 150;
const MB = 1_000_000;

const folder = temporaryFolder();
const disk = smallDisk(160 * MB);
afterAll(() => {
  folder.remove();
  disk?.remove();
});
const onDisk = disk === undefined ? test.skip : test;

/** A number that no other is alike, so that nothing compresses. */
const odd = (seed: number): bigint =>
  BigInt(Math.imul(seed + 1, 2_654_435_761) >>> 1) * 2_147_483_629n + BigInt(seed);

function changeOf(month: number, from: number, lines = LINES): SettleChange {
  const numbers = Array.from({ length: 100 }, (_, index) => from + index);
  const ids = (one: number) => ({ traceId: one.toString(16).padStart(32, '0'), taskId: `task ${one % 300}` });
  return {
    ...NOTHING,
    traces: numbers.map((one) =>
      aTrace({
        ...ids(one),
        settledAt: month + one,
        parts: [aPart(ids(one))],
        charges: Array.from({ length: lines }, (_, line) =>
          aCharge({ ...ids(one), line, quantity: odd(one * LINES + line) as never, amount: 1n }),
        ),
      }),
    ),
    tasks: numbers.map((one) => ({
      task: aTask({ taskId: ids(one).taskId, inference: BigInt(lines) }),
      charges: [],
    })),
    position: String(from).padStart(9, '0'),
  };
}

const changes = (lines?: number): readonly SettleChange[] => [
  ...[0, 100, 200, 300].map((from) => changeOf(OCTOBER, from, lines)),
  changeOf(NOVEMBER, TRACES),
];

/** A ledger of its own, filled once for all. */
async function filled(dir = folder.path): Promise<string> {
  const path = join(await mkdtemp(join(dir, 'ledger-')), 'solvent.duckdb');
  made ??= fill();
  await copyFile(await made, path);
  return path;
}

let made: Promise<string> | undefined;
async function fill(): Promise<string> {
  const path = join(folder.path, 'solvent.duckdb');
  const ledger = await openDuckDbLedger({ path });
  // As it grows: rows of all tables between those of a month.
  for (const change of changes()) {
    await ledger.apply(change);
    await ledger.checkpoint();
  }
  while ((await ledger.rollOff(NOVEMBER)) > 0);
  await ledger.close();
  return path;
}

const opened = (path: string, options: Partial<DuckDbLedgerOptions> = {}) =>
  openDuckDbLedger({ path, freeBytesMin: 1, ...options });

/** Every row of every table, in the order in which the file has them. */
async function tables(path: string): Promise<Map<string, unknown>> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const names = await rowsOf(connection, 'SELECT table_name FROM duckdb_tables() ORDER BY 1');
  const rows = new Map<string, unknown>();
  for (const [name] of names)
    rows.set(String(name), await rowsOf(connection, `SELECT * FROM ${name} ORDER BY rowid`));
  rows.set(
    'views',
    await rowsOf(connection, 'SELECT view_name, sql FROM duckdb_views() WHERE NOT internal ORDER BY 1'),
  );
  connection.closeSync();
  instance.closeSync();
  return rows;
}

/** Where every answer would take too long: the tables themselves are compared. */
const sums = (ledger: Ledger) =>
  Promise.all([ledger.dataHealth(), ledger.rolledOff(), ledger.tasks({ sort: 'cost', limit: 50 })]);

const filesBeside = (path: string) => readdirSync(join(path, '..')).filter((name) => !name.endsWith('.tmp'));

test('the file is as one that never had what rolled off, and every row is in its place', async () => {
  const path = await filled();
  const before = await tables(path);
  const full = statSync(path).size;
  const ledger = await opened(path);
  const answers = await everything(ledger);
  const shrunk = await ledger.shrink();
  expect(shrunk).toEqual({ kind: 'shrunk', beforeBytes: full, afterBytes: statSync(path).size });
  expect(await everything(ledger)).toEqual(answers);
  expect(await ledger.shrink()).toEqual({ kind: 'dense' });
  await ledger.close();
  expect(filesBeside(path)).toEqual(['solvent.duckdb']);
  expect(await tables(path)).toEqual(before);

  const lean = join(folder.path, 'lean.duckdb');
  const never = await openDuckDbLedger({ path: lean });
  for (const change of changes(0)) await never.apply(change);
  await never.close();
  expect(statSync(path).size).toBeLessThanOrEqual(1.2 * statSync(lean).size);
  expect(full).toBeGreaterThan(1.5 * statSync(path).size);
});

test('it goes on where it was: what is settled next, and rolls off next', async () => {
  const path = await filled();
  const ledger = await opened(path);
  await ledger.shrink();
  await ledger.apply(changeOf(Date.UTC(2026, 11), TRACES + 100));
  const lines = await ledger.charges(`task ${(TRACES + 100) % 300}`);
  expect(lines!.map(({ traceId }) => Number.parseInt(traceId, 16))).toContain(TRACES + 100);
  expect(await ledger.rollOff(Date.UTC(2026, 11))).toBe(100 * LINES);
  // Also what rolled off this very moment.
  expect(await ledger.shrink()).toMatchObject({ kind: 'shrunk' });
  const answers = await sums(ledger);
  await ledger.close();
  const again = await opened(path);
  expect(await sums(again)).toEqual(answers);
  await again.close();
});

test('meanwhile questions are answered, and what changes or holds it waits, and counts', async () => {
  const path = await filled();
  const told: string[] = [];
  const ledger = await opened(path, { crash: (point) => void told.push(point) });
  const shrinking = ledger.shrink().then(({ kind }) => told.push(kind));
  await until('the copy is begun', async () => told.includes('compact_begun'));
  // Some of each in its middle and behind it.
  for (let round = 0; round < 30; round += 1) {
    const asked = ledger.dataHealth();
    const applied = ledger.apply(changeOf(NOVEMBER, TRACES + 1000 + round * 100, 1));
    const snapshot = ledger.snapshot();
    expect(await asked).toHaveProperty('tasks', 300);
    if (round % 10 === 0) {
      await applied;
      await (await snapshot).close();
    } else void snapshot.then((held) => held.close());
  }
  await shrinking;
  expect(told).toContain('shrunk');
  await ledger.checkpoint();
  expect(Number(await ledger.position())).toBe(TRACES + 1000 + 2900);
  const health = await ledger.dataHealth();
  await ledger.close();
  const again = await opened(path);
  expect(await again.dataHealth()).toEqual(health);
  await again.close();
});

test('while a snapshot is held, or little is free, it stays as it is', async () => {
  const path = await filled();
  const ledger = await opened(path);
  const size = statSync(path).size;
  const snapshot = await ledger.snapshot();
  expect(await ledger.shrink()).toEqual({ kind: 'held' });
  let lines = 0;
  for await (const page of snapshot.lines({})) lines += page.length;
  expect(lines).toBe(100 * LINES);
  await snapshot.close();
  await ledger.close();
  const other = await opened(path, { freeBytesMin: size });
  expect(await other.shrink()).toEqual({ kind: 'dense' });
  await other.close();
  expect(statSync(path).size).toBe(size);
});

describe('killed in the middle the ledger is what it was, and shrinks the next time', () => {
  const points = CRASH_POINTS.filter(
    (point) => point.startsWith('compact_') || point.endsWith('_checkpoint'),
  );
  test.each(points)('at %s', async (point) => {
    const path = await filled();
    const before = await tables(path);
    const full = statSync(path).size;
    const child = spawn(process.execPath, ['test/ledger/duckdb/shrink-child.js', path, point]);
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
    if (point === 'compact_begun' || point === 'compact_copied')
      expect(existsSync(`${path}.compact`)).toBe(true);
    const ledger = await opened(path);
    expect(filesBeside(path).filter((name) => name.includes('compact'))).toEqual([]);
    const { kind } = await ledger.shrink();
    expect(kind).toBe(point === 'compact_named' ? 'dense' : 'shrunk');
    await ledger.close();
    expect(statSync(path).size).toBeLessThan(full / 1.5);
    expect(await tables(path)).toEqual(before);
  });
});

describe('where the disk is full', () => {
  onDisk('before it begins, it does not; in its middle, the old file goes on', async () => {
    const path = await filled(disk!.path);
    const before = await tables(path);
    let fills = true;
    const ledger = await opened(path, {
      crash: (point) => {
        if (fills && point === 'compact_begun') disk!.fill();
      },
    });
    const answers = await sums(ledger);
    disk!.fill();
    expect(await ledger.shrink()).toMatchObject({ kind: 'no_room' });
    disk!.free();
    const refused = await ledger.shrink().catch((fault: unknown) => fault);
    expect(refused).toBeInstanceOf(LedgerUnavailable);
    expect(await sums(ledger)).toEqual(answers);
    expect(filesBeside(path).filter((name) => name.includes('compact'))).toEqual([]);
    fills = false;
    disk!.free();
    expect(await ledger.shrink()).toMatchObject({ kind: 'shrunk' });
    expect(await sums(ledger)).toEqual(answers);
    await ledger.close();
    expect(await tables(path)).toEqual(before);
  });
});
