import type { LedgerSnapshot } from '../../domain/ledger-snapshot.ts';
import { looseEnds } from './audit-rules.ts';
import { keptSums } from './audit-sums.ts';
import { auditTasks } from './audit-tasks.ts';
import { auditTraces } from './audit-traces.ts';
import type { Dictionaries } from './dictionaries.ts';
import { linesOf } from './lines.ts';
import { deltasOf, totalsReader } from './read-counters.ts';
import { readRepricings } from './read-repricing.ts';
import type { Held } from './sql.ts';

/** Everything that a transaction sees, for as long as it is held. */
export function snapshotOf(held: Held, dictionaries: Dictionaries): LedgerSnapshot {
  return {
    lines: (query) => linesOf(held, query, dictionaries),
    loose: () => looseEnds(held.sql),
    traces: () => auditTraces(held.sql, dictionaries),
    async *tasks() {
      yield* auditTasks(held.sql, dictionaries);
      // Behind the tasks that they follow from.
      for await (const faults of keptSums(held.sql, dictionaries.kinds))
        yield { items: [], faults, progress: 1 };
    },
    books: async () => ({
      counters: deltasOf(await totalsReader()(held.sql)),
      repricings: await readRepricings(held.sql),
    }),
    close: held.release,
  };
}
