import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { COMPONENTS } from '../../../src/domain/charge.ts';
import type { CounterDelta } from '../../../src/domain/ledger.ts';
import { TOKEN_CLASSES } from '../../../src/domain/usage.ts';
import { addCounters } from '../../../src/ledger/duckdb/counters.ts';
import { STAGES, TABLES } from '../../../src/ledger/duckdb/schema.ts';
import { sqlOf } from '../../../src/ledger/duckdb/sql.ts';
import { deltasOf, totalsReader } from '../../../src/ledger/sql/read-counters.ts';

/** Few names, so that labels meet again, and stand in each other's places. */
const name = fc.constantFrom('', 'a', 'b', 'ok', 'input');
const ofTask = {
  agentType: name,
  taskType: name,
  dimensions: fc.array(name, { maxLength: 2 }),
  by: fc.bigInt({ min: 1n, max: 2n ** 70n }),
};
const delta: fc.Arbitrary<CounterDelta> = fc.oneof(
  fc.record({
    counter: fc.constantFrom('cost' as const, 'credited' as const),
    ...ofTask,
    component: fc.constantFrom(...COMPONENTS),
    provider: name,
    model: name,
  }),
  fc.record({
    counter: fc.constant('tokens' as const),
    ...ofTask,
    provider: name,
    model: name,
    tokenClass: fc.constantFrom(...TOKEN_CLASSES),
  }),
  fc.record({
    counter: fc.constant('actions' as const),
    ...ofTask,
    tool: name,
    status: fc.constantFrom('ok' as const, 'error' as const),
  }),
);

test('each set of labels has its own total, whatever the order and grouping of what was added', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const sql of [...TABLES, ...STAGES]) await connection.run(sql);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(delta, { maxLength: 30 }), { maxLength: 3 }), async (changes) => {
      await connection.run('DELETE FROM counters');
      for (const deltas of changes) await addCounters(connection, deltas);
      expect(totals(deltasOf(await totalsReader()(sqlOf(connection))))).toEqual(totals(changes.flat()));
    }),
    { numRuns: 30 },
  );
  connection.closeSync();
  instance.closeSync();
});

function totals(deltas: readonly CounterDelta[]): Record<string, bigint> {
  const sums: Record<string, bigint> = {};
  for (const { by, ...labels } of deltas) {
    const key = JSON.stringify(labels, [...Object.keys(labels).sort(), '0', '1']);
    sums[key] = (sums[key] ?? 0n) + by;
  }
  return sums;
}
