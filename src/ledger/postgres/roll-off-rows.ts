import { monthStart } from '../../domain/month.ts';
import type { Connections } from './connections.ts';
import { addSums, keptSums, NO_SUMS } from './kept-sums.ts';
import { LINE_TABLES, ONE_TABLE } from './line-places.ts';
import { readRolledOffMs } from './roll-off.ts';
import { takeTail } from './tail.ts';
import type { Writing } from './writing.ts';

/** Traces whose lines go in one transaction, but for those that were settled in the same millisecond. */
const SLICE_TRACES = 5000;
/** They lie in one table, whatever their month. */
const ANY_MONTH = 0;

/** See `Ledger.rollOff`, where lines lie in one table: a slice of the oldest that are to go, and how many they were. */
export async function rollOffRows(connections: Connections, beforeMs: number): Promise<number> {
  const before = monthStart(beforeMs);
  for (;;) {
    const { lines, done } = await connections.write((writing) => rollOffSlice(writing, before));
    if (lines > 0 || done) return lines;
  }
}

async function rollOffSlice(
  writing: Writing,
  until: number,
): Promise<{ readonly lines: number; readonly done: boolean }> {
  const from = await readRolledOffMs(writing, 'FOR UPDATE');
  const [old] = await writing.rows(`SELECT 1 FROM traces WHERE settled_ms < ${until} LIMIT 1`);
  if (until <= from || old === undefined) return { lines: 0, done: true };
  const [next] = await writing.rows(
    `SELECT settled_ms FROM traces WHERE settled_ms >= ${from} AND settled_ms < ${until}
      ORDER BY settled_ms OFFSET ${SLICE_TRACES} LIMIT 1`,
  );
  // Those of one millisecond go together.
  const cut = next === undefined ? until : Number(next[0]) + 1;
  const locked = await writing.rows(
    `SELECT seq FROM traces WHERE settled_ms >= ${from} AND settled_ms < ${cut} ORDER BY trace FOR UPDATE`,
  );
  const traces = locked.map(([seq]) => Number(seq));
  const before = await keptSums(writing, { tasks: [], traces: new Map([[ANY_MONTH, traces]]) }, ONE_TABLE);
  const [lines] = await writing.rows('SELECT count(*) FROM charges WHERE trace = ANY($1::int8[])', [traces]);
  for (const table of [...LINE_TABLES, 'calls', 'verdicts', 'skeletons'])
    await writing.run(`DELETE FROM ${table} WHERE trace = ANY($1::int8[])`, [traces]);
  await writing.run("UPDATE meta SET value = $1 WHERE name = 'rolled_off_ms'", [String(cut)]);
  await takeTail(writing);
  await addSums(writing, before, NO_SUMS);
  return { lines: Number(lines![0]), done: cut === until };
}
