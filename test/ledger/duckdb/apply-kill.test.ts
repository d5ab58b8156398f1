import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, describe, expect, test } from '@jest/globals';
import { openDuckDbLedger } from '../../../src/ledger/duckdb/ledger.ts';
import { temporaryFolder } from '../../support/service.ts';

const folder = temporaryFolder();
afterAll(folder.remove);

/** Lets a child apply changes until it dies; resolves to the last that it was told is kept. */
async function applyUntilDead(path: string, args: readonly string[], kill?: { readonly after: number }) {
  const child = spawn(process.execPath, ['test/ledger/duckdb/apply-child.js', path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const dead = once(child, 'close');
  let told = 0;
  let heard = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    told = Number(line);
    heard += 1;
    if (heard === kill?.after) child.kill('SIGKILL');
  }
  expect(await dead).toEqual([null, 'SIGKILL']);
  return told;
}

/** How many changes are kept, by every table that a change writes to. */
async function kept(path: string): Promise<number> {
  const ledger = await openDuckDbLedger({ path });
  const position = Number(await ledger.position());
  const numbers = Array.from({ length: position + 1 }, (_, index) => index + 1);
  const states = await ledger.tasksState(numbers.map((count) => `task ${count}`));
  const traces = await ledger.traces(numbers.map((count) => count.toString(16).padStart(32, '0')));
  const byModel = await ledger.unitEconomics({ from: 0n, to: 100n, groupBy: ['model'] });
  const byAgent = await ledger.unitEconomics({ from: 0n, to: 100n, groupBy: ['agent_type'] });
  const charges = await Promise.all(numbers.map((count) => ledger.charges(`task ${count}`)));
  const histories = await Promise.all(
    numbers.map((count) => ledger.history({ taskId: `task ${count}`, limit: 2 })),
  );
  expect({
    histories: histories.filter((page) => page?.events.length === 1).length,
    tasks: (await ledger.dataHealth()).tasks,
    reports: [...states.values()].filter((state) => state.reports.length === 1).length,
    traces: [...traces.values()].filter((state) => state.skeleton.length === 1).length,
    counters: (await ledger.counters()).map((one) => Number(one.by)),
    charges: charges.filter((lines) => lines?.length === 1).length,
    models: byModel.filter((row) => /^model \d+$/.test(row.group[0]!)).length,
    agents: byAgent.filter((row) => /^agent \d+$/.test(row.group[0]!)).length,
  }).toEqual({
    histories: position,
    tasks: position,
    reports: position,
    traces: position,
    counters: position === 0 ? [] : [position],
    charges: position,
    models: position,
    agents: position,
  });
  await ledger.close();
  return position;
}

describe('a change whose process is killed is kept whole or not at all', () => {
  test.each([
    ['before_apply', 1, 0],
    ['after_apply', 1, 1],
    ['before_apply', 4, 3],
    ['after_apply', 4, 4],
  ])('at the %s of change %i, %i are kept', async (point, passing, wanted) => {
    const path = join(folder.path, `${point}-${passing}.duckdb`);
    const told = await applyUntilDead(path, [point, String(passing)]);
    expect(told).toBe(passing - 1);
    expect(await kept(path)).toBe(wanted);
  });

  test('at any instant, eight times over, and nothing that was told is lost', async () => {
    const path = join(folder.path, 'lives.duckdb');
    for (let life = 1; life <= 8; life += 1) {
      const told = await applyUntilDead(path, [], { after: 1 + ((life * 7) % 10) });
      const now = await kept(path);
      expect(now).toBeGreaterThanOrEqual(told);
      // One more may be kept than was told: it was on its way when the process died.
      expect(now).toBeLessThanOrEqual(told + 1);
    }
  }, 120_000);
});
