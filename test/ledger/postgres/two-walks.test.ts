import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fact } from '../../../src/domain/fact.ts';
import { FactWriter } from '../../../src/domain/fact-writer.ts';
import { type Ledger, LedgerConflict } from '../../../src/domain/ledger.ts';
import { openMemoryLedger } from '../../../src/ledger/memory.ts';
import { openPostgresLedger } from '../../../src/ledger/postgres/ledger.ts';
import { anyDelivery, anyTraces, layAll, outcomeOf, verdictsIn } from '../../pipeline/any-traces.ts';
import { describePostgres } from '../../support/postgres.ts';
import { openTestWalk, type TestWalk } from '../../support/walk.ts';
import { ledgerDatabases } from './databases.ts';

/**
 * **Goal**: spans of a trace that reach two replicas, calls that two replicas are shown in two traces, and spans that are
 * sent to both, are charged as if one replica had heard everything.
 * **Method**: the property of twins-laws.test.ts, but each batch goes to one of two whole walks, or to both, which settle
 * side by side into one database and begin anew where they meet.
 */

const RUNS = Number(process.env.RUNS ?? 1);
const told = anyTraces.chain((facts) =>
  fc.record({
    facts: fc.constant(facts),
    batches: anyDelivery(facts),
    to: fc.array(fc.constantFrom<readonly number[]>([0], [1], [0, 1]), { minLength: 1, maxLength: 12 }),
  }),
);

const writer = new FactWriter();

function recordOf(facts: readonly Fact[]): Uint8Array {
  writer.begin(1_795_435_200_000);
  for (const fact of facts) writer.addFact(fact);
  return writer.finish();
}

async function take(walk: TestWalk, facts: readonly Fact[]): Promise<void> {
  const record = recordOf(facts);
  walk.rooms.openTraces.add(record, await walk.journal.append(record), walk.clock.now());
}

/** Settles what is ripe, beginning anew where the other was first; gives how often that was. */
async function settle(walk: TestWalk, afterMs: number): Promise<number> {
  walk.clock.advance(afterMs);
  for (let conflicts = 0; ; ) {
    try {
      if (!(await walk.settle())) return conflicts;
    } catch (fault) {
      if (!(fault instanceof LedgerConflict) || conflicts > 200) throw fault;
      conflicts += 1;
    }
  }
}

describePostgres('two replicas on one database', (postgres) => {
  const databases = ledgerDatabases(postgres);

  test('charge what one would have charged', async () => {
    let met = 0;
    await fc.assert(
      fc.asyncProperty(told, async ({ facts, batches, to }) => {
        const once: Ledger = openMemoryLedger();
        await layAll(once, [facts]);
        const database = await databases.fresh();
        const ledgers = [0, 1].map((index) =>
          openPostgresLedger({ url: database.url, replica: `replica ${index}` }),
        );
        const open = await Promise.all(ledgers);
        const walks = await Promise.all(
          open.map((ledger) => openTestWalk({ ledger, suspectTwins: true, lateWindowMs: 1e12 })),
        );
        const both = async (afterMs: number) => {
          for (const conflicts of await Promise.all(walks.map((walk) => settle(walk, afterMs))))
            met += conflicts;
        };
        for (const [index, batch] of batches.entries()) {
          for (const walk of to[index % to.length]!) await take(walks[walk]!, batch);
          if (index % 2 === 1) await both(10_000);
        }
        await both(10_000);
        await both(200_000_000);
        const judged = await outcomeOf(once);
        for (const ledger of open) expect(await outcomeOf(ledger)).toEqual(judged);
        const { kept, whole } = await verdictsIn(open[0]!);
        expect(kept).toEqual(whole);
        expect(netOf(await open[1]!.counters())).toEqual(netOf(await once.counters()));
        for (const ledger of open) await ledger.close();
        await database.drop();
      }),
      { numRuns: 12 * RUNS, endOnFailure: true },
    );
    expect(met).toBeGreaterThan(0);
  }, 300_000);
});

/** What was counted, less what was taken back: which of two was first cannot be seen in it. */
function netOf(counters: Awaited<ReturnType<Ledger['counters']>>): Record<string, bigint> {
  const net: Record<string, bigint> = {};
  for (const one of counters) {
    if (one.counter !== 'cost' && one.counter !== 'credited') continue;
    const { counter, by, ...labels } = one;
    const key = JSON.stringify(labels, Object.keys(labels).sort());
    net[key] = (net[key] ?? 0n) + (counter === 'cost' ? by : -by);
  }
  return Object.fromEntries(Object.entries(net).filter(([, sum]) => sum !== 0n));
}
