import type { LedgerSnapshot } from '../../domain/ledger-snapshot.ts';
import type { Dictionaries } from './dictionaries.ts';
import { linesOf } from './lines.ts';
import type { Held } from './sql.ts';

/** Everything that a transaction sees, for as long as it is held. */
export function snapshotOf(held: Held, dictionaries: Dictionaries): LedgerSnapshot {
  return {
    lines: (query) => linesOf(held, query, dictionaries),
    close: held.release,
  };
}
