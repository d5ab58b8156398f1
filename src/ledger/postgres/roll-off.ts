import { COMPONENTS } from '../../domain/charge.ts';
import { LedgerConflict } from '../../domain/ledger.ts';
import { monthStart, startOfMonth } from '../../domain/month.ts';
import { TOKEN_CLASSES } from '../../domain/usage.ts';
import { reportedSums } from '../sql/reported-sums.ts';
import type { Row } from '../sql/sql.ts';
import type { Connections } from './connections.ts';
import { addSums, NO_SUMS } from './kept-sums.ts';
import { lockMonths, monthsKept, tableOf } from './line-months.ts';
import { LINE_TABLES } from './line-places.ts';
import type { Questions } from './sql.ts';
import { takeTail } from './tail.ts';
import { unpricedOfTable } from './unpriced-sums.ts';
import type { Writing } from './writing.ts';

/** Traces settled last before this time (ms) have no lines; 0 for none. */
export async function readRolledOffMs(sql: Questions, lock = ''): Promise<number> {
  const [row] = await sql.rows(`SELECT value FROM meta WHERE name = 'rolled_off_ms' ${lock}`);
  return Number(row![0]);
}

/** How often it is tried while others are in the way, each time for this long: questions that come wait behind it. */
const ATTEMPTS = 5;
const WAIT_MS = 300;

/** See `Ledger.rollOff`: the oldest months that are to go, up to the first that has lines, and how many they were. */
export async function rollOff(connections: Connections, beforeMs: number): Promise<number> {
  const before = monthStart(beforeMs);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await connections.write((writing) => dropMonths(writing, before));
    } catch (error) {
      if (!IN_THE_WAY.has((error as { code?: string }).code ?? '')) throw error;
      if (attempt === ATTEMPTS)
        throw new LedgerConflict('charge lines cannot roll off while an export or an audit reads them', {
          cause: error,
        });
    }
  }
}

/** A lock that was waited for too long, a deadlock. */
const IN_THE_WAY: ReadonlySet<string> = new Set(['55P03', '40P01']);

/**
 * Drops whole months. First the months alone are locked against writers, and what is to be known of them is read; then all
 * questions are held off, for the moment until the commit.
 */
async function dropMonths(writing: Writing, before: number): Promise<number> {
  await writing.run(`SET LOCAL lock_timeout = ${WAIT_MS}`);
  const from = await readRolledOffMs(writing, 'FOR UPDATE');
  const old = (await monthsKept(writing)).filter((month) => startOfMonth(month) < before);
  const going: number[] = [];
  const reported: Row[] = [];
  const unpriced: Row[] = [];
  let lines = 0;
  while (lines === 0 && old.length > 0) {
    const month = old.shift()!;
    going.push(month);
    const [charges, costs] = LINE_TABLES.map((table) => tableOf(table, month));
    await writing.run(`LOCK TABLE ${charges}, ${costs} IN SHARE MODE`);
    const [row] = await writing.rows(`SELECT count(*) FROM ${charges}`);
    lines = Number(row![0]);
    reported.push(...(await writing.rows(reportedSums('', costs))));
    unpriced.push(...(await writing.rows(unpricedOfTable(charges!))));
  }
  const cut = old.length === 0 ? before : startOfMonth(old[0]!);
  const some = await writing.rows(`SELECT 1 FROM traces WHERE settled_ms < ${cut} LIMIT 1`);
  const until = some.length === 0 ? from : Math.max(from, cut);
  if (until === from && going.length === 0) return 0;
  const gone = `SELECT trace FROM skeletons WHERE settled_ms < ${until}`;
  for (const table of ['calls', 'verdicts', 'skeletons'])
    await writing.run(`DELETE FROM ${table} WHERE trace IN (${gone})`);
  await lockMonths(writing);
  await writing.run(`LOCK TABLE ONLY charges, ONLY reported_costs IN ACCESS EXCLUSIVE MODE`);
  for (const month of going)
    for (const table of LINE_TABLES) await writing.run(`DROP TABLE ${tableOf(table, month)}`);
  await writing.run("UPDATE meta SET value = $1 WHERE name = 'rolled_off_ms'", [String(until)]);
  await takeTail(writing);
  await addSums(writing, { ...NO_SUMS, reported, unpriced }, NO_SUMS);
  return lines;
}

/** To be asked in the tail: what a change knew of lines when it was begun must still hold. */
export async function checkRolledOff(writing: Writing, begunWith: number): Promise<void> {
  if ((await readRolledOffMs(writing)) !== begunWith)
    throw new LedgerConflict('lines rolled off while the change was made');
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
