import type { CounterDelta, CounterLabels } from '../../domain/ledger.ts';
import { labelsOf } from './counter-labels.ts';
import type { Sql } from './sql.ts';

/** Reads the running totals. Every scrape does, so the labels of a text are taken apart once: texts never change or go. */
export function countersReader(): (sql: Sql) => Promise<readonly CounterDelta[]> {
  const known = new Map<string, CounterLabels>();
  const labels = (text: string): CounterLabels => {
    let found = known.get(text);
    if (found === undefined) {
      found = labelsOf(text);
      known.set(text, found);
    }
    return found;
  };
  return async (sql) => {
    const rows = await sql.rows('SELECT labels, value FROM counters');
    return rows.map(([text, value]) => ({ ...labels(text as string), by: value as bigint }));
  };
}
