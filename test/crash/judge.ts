import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Ledger } from '../../src/domain/ledger.ts';
import { openDuckDbLedger } from '../../src/ledger/duckdb/ledger.ts';
import { restoreBackup } from '../../src/ledger/restore.ts';
import { endOf, type Half, linesOf, type Report, TASKS, type TraceName, taskName } from './truth.ts';

export interface Judgement {
  /** Spans' halves and reports that were acknowledged. */
  readonly acked: number;
  /** Lines that are missing, and lines that are there twice. */
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
}

interface Told {
  readonly dataDir: string;
  readonly priceVersion: number;
  readonly sent: ReadonlyMap<string, { readonly name: TraceName; readonly half: Half }>;
  readonly reports: ReadonlyMap<number, { readonly report: Report }>;
}

/** Compares the ledger that was left, line by line, with what the senders told. */
export async function judge(told: Told): Promise<Judgement> {
  const ledger = await openDuckDbLedger({ path: join(told.dataDir, 'solvent.duckdb') });
  try {
    const judged = {
      acked: told.sent.size + told.reports.size,
      lost: [] as string[],
      doubled: [] as string[],
    };
    let total = 0n;
    for (let task = 0; task < TASKS; task += 1) total += await judgeTask(ledger, told, task, judged);
    expect({ lost: judged.lost, doubled: judged.doubled }).toEqual({ lost: [], doubled: [] });
    const health = await ledger.dataHealth();
    expect(health.totalCost).toBe(total);
    await judgeCounters(ledger, total);
    await judgeBackups(told.dataDir);
    return judged;
  } finally {
    await ledger.close();
  }
}

/** What the task must cost; every line is as told, and the task is their sum. */
async function judgeTask(
  ledger: Ledger,
  told: Told,
  task: number,
  judged: { readonly lost: string[]; readonly doubled: string[] },
): Promise<bigint> {
  const names = new Map<number, TraceName>();
  for (const { name } of told.sent.values()) if (name.task === task) names.set(name.trace, name);
  const reports = [...told.reports.values()].map(({ report }) => report).filter((one) => one.task === task);
  const kept = await ledger.task(taskName(task));
  if (names.size + reports.length === 0) {
    expect(kept).toBeUndefined();
    return 0n;
  }
  const wanted = new Map<string, bigint>();
  for (const name of names.values())
    for (const [line, amount] of linesOf(name, told.priceVersion)) wanted.set(line, amount);
  const charges = (await ledger.charges(taskName(task))) ?? [];
  const found = new Map<string, bigint | null>();
  for (const { traceId, spanId, class: unit, amount, component } of charges) {
    if (component === 'remediation') continue;
    const line = `${traceId} ${spanId} ${unit}`;
    if (found.has(line)) judged.doubled.push(line);
    found.set(line, amount);
  }
  for (const line of wanted.keys()) if (!found.has(line)) judged.lost.push(line);
  if (judged.lost.length + judged.doubled.length > 0) return 0n;
  expect(sorted(found)).toEqual(sorted(wanted));

  const { outcome, human } = endOf(reports);
  const spent = [...wanted.values()].reduce((sum, amount) => sum + amount, 0n);
  // A task without a span stays as it was reported, and no trace of it costs anything.
  expect(kept).toMatchObject({ state: 'closed', outcome });
  expect(kept!.cost.remediation).toBe(human);
  const cost = Object.values(kept!.cost).reduce((sum, amount) => sum + amount, 0n);
  expect(cost).toBe(spent + human);
  return cost;
}

const sorted = (lines: ReadonlyMap<string, bigint | null>) => [...lines].sort();

/** A backup that has its name is whole, whatever killed the process behind it, and what is restored from it can be opened. */
async function judgeBackups(dataDir: string): Promise<void> {
  const folder = join(dataDir, 'backups');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => !name.endsWith('.partial')) : [];
  for (const name of names) {
    const target = join(dataDir, '..', `restored-${name}`);
    const { position } = await restoreBackup(join(folder, name), target);
    const ledger = await openDuckDbLedger({ path: join(target, 'solvent.duckdb') });
    expect(await ledger.position()).toBe(position);
    await ledger.close();
  }
}

/** What was counted, less what was credited, is what there is. */
async function judgeCounters(ledger: Ledger, total: bigint): Promise<void> {
  const sums = new Map<string, bigint>();
  for (const { counter, by } of await ledger.counters()) sums.set(counter, (sums.get(counter) ?? 0n) + by);
  expect((sums.get('cost') ?? 0n) - (sums.get('credited') ?? 0n)).toBe(total);
}
