import { COMPONENTS } from '../../domain/charge.ts';
import { LedgerConflict } from '../../domain/ledger.ts';
import { monthStart } from '../../domain/month.ts';
import { TOKEN_CLASSES } from '../../domain/usage.ts';
import type { Connections } from './connections.ts';
import { addSums, keptSums, NO_SUMS } from './kept-sums.ts';
import type { Questions } from './sql.ts';
import { takeTail } from './tail.ts';
import type { Writing } from './writing.ts';

/** Traces whose lines go in one transaction, but for those that were settled in the same millisecond. */
const SLICE_TRACES = 5000;

/** Traces settled last before this time (ms) have no lines; 0 for none. */
export async function readRolledOffMs(sql: Questions, lock = ''): Promise<number> {
  const [row] = await sql.rows(`SELECT value FROM meta WHERE name = 'rolled_off_ms' ${lock}`);
  return Number(row![0]);
}

/** See `Ledger.rollOff`: a slice of the oldest lines that are to go, and how many they were. */
export async function rollOff(connections: Connections, beforeMs: number): Promise<number> {
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
  const slice = `settled_ms >= ${from} AND settled_ms < ${cut}`;
  const locked = await writing.rows(`SELECT seq FROM traces WHERE ${slice} ORDER BY trace FOR UPDATE`);
  const traces = locked.map(([seq]) => seq as bigint);
  const seqs = [traces];
  const before = await keptSums(writing, { tasks: [], traces });
  // Who has read one of them knows lines of it that are not there any more.
  await writing.run('UPDATE traces SET version = version + 1 WHERE seq = ANY($1::int8[])', seqs);
  const [gone] = await writing.rows(
    `WITH gone AS (DELETE FROM charges WHERE trace = ANY($1::int8[]) RETURNING 1) SELECT count(*) FROM gone`,
    seqs,
  );
  for (const table of ['reported_costs', 'calls', 'verdicts', 'skeletons'])
    await writing.run(`DELETE FROM ${table} WHERE trace = ANY($1::int8[])`, seqs);
  await writing.run("UPDATE meta SET value = $1 WHERE name = 'rolled_off_ms'", [String(cut)]);
  await takeTail(writing);
  await addSums(writing, before, NO_SUMS);
  return { lines: Number(gone![0]), done: cut === until };
}

/** To be asked in the tail: a roll-off meanwhile must not have passed over what this change settles. */
export async function checkRolledOff(writing: Writing, settledMs: Iterable<number>): Promise<void> {
  const before = await readRolledOffMs(writing);
  for (const ms of settledMs)
    if (ms < before) throw new LedgerConflict('lines as old as this change rolled off meanwhile');
}

const SUMS = [...COMPONENTS, 'model_calls', 'unpriced_calls'];

/**
 * Which of these traces, which are settled again, have lines that rolled off. What such lines summed up to by model is all
 * that is left of them, so it is put aside before the trace is cleared: when more of it rolled off since, together with
 * what was put aside before, which is in the same sums. Tokens are not, for the parts have them.
 */
export async function findBygone(
  writing: Writing,
  seqs: readonly number[],
  rolledOffMs: number,
): Promise<readonly number[]> {
  if (rolledOffMs === 0 || seqs.length === 0) return [];
  const rows = await writing.rows(
    `SELECT seq FROM traces WHERE seq = ANY($1::int8[]) AND settled_ms < ${rolledOffMs}`,
    [seqs],
  );
  const gone = rows.map(([seq]) => Number(seq));
  const known = await writing.rows('SELECT trace FROM rolled_off WHERE trace = ANY($1::int8[])', [seqs]);
  if (gone.length > 0) {
    await writing.run(
      'INSERT INTO rolled_off (trace) SELECT unnest($1::int8[]) ON CONFLICT (trace) DO NOTHING',
      [gone],
    );
    await writing.run('DELETE FROM bygone_shares WHERE trace = ANY($1::int8[])', [gone]);
    await writing.run(
      `INSERT INTO bygone_shares (${SHARES}) SELECT ${SHARES} FROM model_shares WHERE trace = ANY($1::int8[])`,
      [gone],
    );
  }
  return [...new Set([...gone, ...known.map(([seq]) => Number(seq))])];
}

const SHARES = ['trace', 'task', 'model', ...SUMS].join(', ');
/** Adds what was put aside to the new shares of these traces. */
export async function carryBygone(writing: Writing, bygone: readonly number[]): Promise<void> {
  if (bygone.length === 0) return;
  await writing.run(
    `INSERT INTO model_shares (${SHARES}, ${TOKEN_CLASSES.join(', ')})
      SELECT ${SHARES}, ${TOKEN_CLASSES.map(() => 0).join(', ')} FROM bygone_shares WHERE trace = ANY($1::int8[])
      ON CONFLICT (task, trace, model) DO UPDATE SET
        ${SUMS.map((name) => `${name} = model_shares.${name} + excluded.${name}`).join(', ')}`,
    [bygone],
  );
}
