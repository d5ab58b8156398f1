import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CounterDelta } from '../../../src/domain/ledger.ts';
import { addCounters, readCounters } from '../../../src/ledger/duckdb/counters.ts';
import { sorted } from '../answers.ts';
import { anyCounter } from '../changes.ts';
import { withTables } from './database.ts';

const labels = { agentType: 'a', taskType: 't', dimensions: [] };
const cost = {
  ...labels,
  counter: 'cost',
  component: 'inference',
  provider: 'p',
  model: 'm',
  by: 1n,
} as const;
const tokens = {
  ...labels,
  counter: 'tokens',
  provider: 'p',
  model: 'm',
  tokenClass: 'input',
  by: 1n,
} as const;
const actions = { ...labels, counter: 'actions', tool: 'x', status: 'ok', by: 1n } as const;

/** Each differs from all others in one label, or in where one label ends and the next begins. */
const DISTINCT: readonly CounterDelta[] = [
  cost,
  { ...cost, counter: 'credited' },
  { ...cost, component: 'tooling' },
  { ...cost, provider: '', model: 'pm' },
  { ...cost, provider: 'pm', model: '' },
  { ...cost, agentType: 'm', model: 'a' },
  { ...cost, agentType: 'at', taskType: '' },
  { ...cost, agentType: '', taskType: 'at' },
  { ...cost, dimensions: [''] },
  { ...cost, dimensions: ['', ''] },
  { ...cost, dimensions: ['x'] },
  { ...cost, dimensions: ['x', 'y'] },
  { ...cost, dimensions: ['x,y'] },
  { ...cost, dimensions: ['y', 'x'] },
  { ...cost, model: '"m"' },
  { ...cost, model: "m'; DROP TABLE counters; --" },
  { ...cost, model: '\ufeffm' },
  { ...cost, model: '\0' },
  { ...cost, model: '\ud800' },
  { ...cost, model: '\udfff' },
  tokens,
  { ...tokens, tokenClass: 'output' },
  { ...tokens, provider: 'input', tokenClass: 'cache_read' },
  actions,
  { ...actions, status: 'error' },
  { ...actions, tool: 'ok' },
  { ...actions, tool: '__proto__' },
];

describe('running totals', () => {
  test('keep what differs in any label apart, and add what does not', () =>
    withTables(async (connection) => {
      await addCounters(connection, DISTINCT);
      expect(sorted(await readCounters(connection))).toEqual(sorted(DISTINCT));
      await addCounters(connection, [...DISTINCT, ...DISTINCT].reverse());
      expect(sorted(await readCounters(connection))).toEqual(
        sorted(DISTINCT.map((delta) => ({ ...delta, by: 3n }))),
      );
    }));

  test('are the sums of all that was ever added, in whatever portions it came', () =>
    withTables(async (connection) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(anyCounter, { maxLength: 8 }), { maxLength: 4 }),
          async (portions) => {
            await connection.run('DELETE FROM counters');
            for (const portion of portions) await addCounters(connection, portion);
            const sums = new Map<string, CounterDelta>();
            for (const delta of portions.flat()) {
              const [key] = sorted([{ ...delta, by: 0n }]).map((one) =>
                JSON.stringify(Object.entries(one).sort(), (_, value) =>
                  typeof value === 'bigint' ? 0 : value,
                ),
              );
              sums.set(key!, { ...delta, by: delta.by + (sums.get(key!)?.by ?? 0n) });
            }
            expect(sorted(await readCounters(connection))).toEqual(sorted([...sums.values()]));
          },
        ),
        { numRuns: 30 },
      );
    }));

  test('go on past 64 bits', () =>
    withTables(async (connection) => {
      const by = 2n ** 63n - 1n;
      for (let times = 0; times < 3; times += 1) await addCounters(connection, [{ ...cost, by }]);
      expect(await readCounters(connection)).toEqual([{ ...cost, by: by * 3n }]);
    }));

  test('of more labels than a chunk of rows holds are all there', () =>
    withTables(async (connection) => {
      const many = Array.from({ length: 5_000 }, (_, index) => ({
        ...cost,
        model: `m${index}`,
        by: BigInt(index + 1),
      }));
      await addCounters(connection, many);
      await addCounters(connection, many);
      expect(sorted(await readCounters(connection))).toEqual(
        sorted(many.map((delta) => ({ ...delta, by: delta.by * 2n }))),
      );
    }));

  test('are none before the first, and nothing added changes nothing', () =>
    withTables(async (connection) => {
      await addCounters(connection, []);
      expect(await readCounters(connection)).toEqual([]);
    }));
});
