import type { DuckDBConnection } from '@duckdb/node-api';
import { COMPONENTS } from '../../domain/charge.ts';
import { TOKEN_CLASSES } from '../../domain/usage.ts';
import { BigColumn } from '../sql/columns.ts';
import { rangeOf } from '../sql/range.ts';
import { appendRows } from './append.ts';
import type { ChargeMonths } from './charge-months.ts';
import { choose } from './numbers.ts';
import { rowsOf } from './session.ts';

/** Numbers of traces whose lines rolled off, and that are settled again. */
export type Bygone = readonly number[];

const SUMS = [...COMPONENTS, 'model_calls', 'unpriced_calls'].join(', ');

/**
 * Which of these traces have lines that rolled off. What such lines summed up to by model is all that is left of them, so
 * it is put aside before the trace is cleared: when more of it rolled off since, in place of what was put aside before,
 * which is in the same sums. Tokens are not, for the parts have them.
 */
export async function findBygone(
  connection: DuckDBConnection,
  seqs: readonly number[],
  { rolledOffMs }: Pick<ChargeMonths, 'rolledOffMs'>,
): Promise<Bygone> {
  if (rolledOffMs === 0 || seqs.length === 0) return [];
  await choose(connection, seqs);
  const traces = `FROM traces t JOIN chosen c ON c.seq = t.seq WHERE t.seq ${rangeOf(seqs)}`;
  const gone = await rowsOf(connection, `SELECT t.seq ${traces} AND t.settled_ms < ${rolledOffMs}`);
  const marked = await rowsOf(
    connection,
    'SELECT r.trace FROM rolled_off r JOIN chosen c ON c.seq = r.trace',
  );
  const known = new Set(marked.map(([seq]) => Number(seq)));
  const going = gone.map(([seq]) => Number(seq));
  if (going.length > 0) await putAside(connection, going, known);
  return [...new Set([...going, ...known])];
}

async function putAside(
  connection: DuckDBConnection,
  seqs: readonly number[],
  known: ReadonlySet<number>,
): Promise<void> {
  const marks = new BigColumn();
  for (const seq of seqs) if (!known.has(seq)) marks.pushNumber(seq);
  await appendRows(connection, 'rolled_off', [marks]);
  await choose(connection, seqs);
  await connection.run('DELETE FROM bygone_shares USING chosen WHERE bygone_shares.trace = chosen.seq');
  await connection.run(
    `INSERT INTO bygone_shares SELECT trace, task, model, ${SUMS} FROM model_shares s JOIN chosen c ON c.seq = s.trace
      WHERE s.trace ${rangeOf(seqs)}`,
  );
}

/** Puts what was put aside beside the new shares of these traces. */
export async function carryBygone(connection: DuckDBConnection, bygone: Bygone): Promise<void> {
  if (bygone.length === 0) return;
  await choose(connection, bygone);
  const shares = ['trace', 'task', 'model', SUMS].join(', ');
  await connection.run(
    `INSERT INTO model_shares (${shares}, ${TOKEN_CLASS_COLUMNS.join(', ')})
      SELECT ${shares}, ${TOKEN_CLASS_COLUMNS.map(() => 0).join(', ')} FROM bygone_shares b JOIN chosen c ON c.seq = b.trace`,
  );
}

const TOKEN_CLASS_COLUMNS: readonly string[] = TOKEN_CLASSES;
