import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { UNPRICED_REASONS } from '../../../src/domain/charge.ts';
import type { ChargeKind } from '../../../src/domain/charge-line.ts';
import type { UsdFemto } from '../../../src/domain/money.ts';
import { Kinds } from '../../../src/ledger/duckdb/kinds.ts';
import { TABLES } from '../../../src/ledger/duckdb/schema.ts';
import { aCharge } from '../samples.ts';

const name = fc.constantFrom('', 'a', 'b', 'ünï', '"', '\ud800');
const kind: fc.Arbitrary<ChargeKind> = fc.record({
  component: fc.constantFrom('inference' as const, 'tooling' as const),
  provider: name,
  model: name,
  resource: name,
  class: name,
  rate: fc.option(fc.bigInt({ min: 0n, max: 2n ** 70n }) as fc.Arbitrary<UsdFemto>),
  priceId: fc.option(name),
  tableHash: fc.option(name),
  flags: fc.array(name, { maxLength: 2 }),
  reason: fc.option(fc.constantFrom(...UNPRICED_REASONS)),
});

test('equal kinds have one number, different ones two, and every number gives its kind back after a restart', async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  for (const sql of TABLES) await connection.run(sql);
  await fc.assert(
    fc.asyncProperty(fc.array(kind, { maxLength: 40 }), async (list) => {
      await connection.run('DELETE FROM kinds');
      const kinds = new Kinds();
      const seen = new Map<number, ChargeKind>();
      for (const [index, one] of list.entries()) {
        const id = kinds.idOf({ ...aCharge(), ...one });
        expect(seen.get(id) ?? one).toEqual(one);
        seen.set(id, one);
        if (index % 7 !== 6) continue;
        await kinds.save(connection);
        kinds.saved();
      }
      await kinds.save(connection);
      const loaded = await Kinds.load(connection);
      for (const [id, one] of seen) {
        expect(loaded.at(id)).toEqual(one);
        expect(loaded.idOf(one)).toBe(id);
      }
    }),
    { numRuns: 40 },
  );
  connection.closeSync();
  instance.closeSync();
});

test('numbers are found by what their kinds are, and none is a list too', () => {
  const kinds = new Kinds();
  const priced = kinds.idOf(aCharge({ model: 'gpt' }));
  const unpriced = kinds.idOf(aCharge({ model: 'gpt', amount: null, reason: 'model_unknown' }));
  expect(kinds.listWhere(({ model }) => model === 'gpt')).toBe(`${priced}, ${unpriced}`);
  expect(kinds.listWhere(({ reason }) => reason !== null)).toBe(`${unpriced}`);
  expect(kinds.listWhere(({ model }) => model === 'opus')).toBe('-1');
});
