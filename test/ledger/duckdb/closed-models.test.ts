import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Ledger, SettleChange } from '../../../src/domain/ledger.ts';
import { openDuckDbLedger } from '../../../src/ledger/duckdb/ledger.ts';
import { rowsOf } from '../../../src/ledger/duckdb/session.ts';
import { temporaryFolder } from '../../support/service.ts';
import { withFreshness } from '../answers.ts';
import { NOTHING, settleChange } from '../changes.ts';
import { aCharge, aTask, aTrace } from '../samples.ts';

const SUMS =
  'inference vector tooling compute remediation input cache_read cache_write_5m cache_write_1h output reasoning'.split(
    ' ',
  );
const LABELS = 't.agent_type, t.task_type, t.dimensions, t.tagged, t.outcome, t.closed_by, t.closed_at';

/** What the table should hold, told in another way than it is written: of all tasks, from nothing. */
const ANEW = `SELECT t.seq, coalesce(s.model, 0), ${LABELS}, ${SUMS.map((name) => `coalesce(sum(s.${name}), 0)`).join(', ')},
    t.actions, coalesce(sum(s.model_calls), 0), coalesce(sum(s.unpriced_calls), 0)
  FROM tasks t LEFT JOIN model_shares s ON s.task = t.seq WHERE t.closed GROUP BY t.seq, s.model, ${LABELS}, t.actions`;

async function after(changes: readonly SettleChange[], look: (path: string) => Promise<void>) {
  const folder = temporaryFolder();
  const path = join(folder.path, 'solvent.duckdb');
  try {
    const ledger = await openDuckDbLedger({ path });
    for (const change of changes) await ledger.apply(change);
    await ledger.close();
    await look(path);
  } finally {
    folder.remove();
  }
}

async function asked(path: string, sql: string) {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const rows = await rowsOf(connection, sql);
  connection.closeSync();
  instance.closeSync();
  return rows;
}

describe('what closed tasks spent by model', () => {
  test('is after any changes what tasks and shares say, row for row', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(settleChange, { minLength: 1, maxLength: 6 }), (changes) =>
        after(withFreshness(changes), async (path) => {
          const both = `(FROM closed_models EXCEPT ALL (${ANEW})) UNION ALL ((${ANEW}) EXCEPT ALL FROM closed_models)`;
          expect(await asked(path, both)).toEqual([]);
        }),
      ),
      { numRuns: 20, endOnFailure: true },
    );
  });

  test('holds a row a model for a session of many traces, and none for what is open', async () => {
    const traces = Array.from({ length: 40 }, (_, index) => {
      const traceId = String(index).padStart(32, 'a');
      const taskId = index % 4 === 3 ? 'open' : 'closed';
      return aTrace({ traceId, charges: [aCharge({ traceId, taskId, model: `m${index % 2}`, amount: 1n })] });
    });
    const tasks = [aTask({ taskId: 'closed' }), aTask({ taskId: 'open', closed: false })];
    await after(
      [{ ...NOTHING, traces, tasks: tasks.map((task) => ({ task, charges: [] })) }],
      async (path) => {
        const rows = await asked(path, 'SELECT inference, model_calls FROM closed_models ORDER BY inference');
        expect(rows).toEqual([
          [10n, 10n],
          [20n, 20n],
        ]);
      },
    );
  });
});

test('what a task spends on one model past 64 bits is capped, as its own cost is, and stops nobody', async () => {
  const folder = temporaryFolder();
  const ledger: Ledger = await openDuckDbLedger({ path: join(folder.path, 'solvent.duckdb') });
  const most = 2n ** 63n - 1n;
  const traces = ['a', 'b'].map((digit) =>
    aTrace({ traceId: digit.repeat(32), charges: [aCharge({ traceId: digit.repeat(32), amount: most })] }),
  );
  await ledger.apply({ ...NOTHING, traces, tasks: [{ task: aTask(), charges: [] }], position: '1' });
  expect(await ledger.position()).toBe('1');
  const rows = await ledger.unitEconomics({ from: 0n, to: most, groupBy: ['model'] });
  expect(rows.map(({ cost }) => cost.inference)).toEqual([most]);
  await ledger.close();
  folder.remove();
});
