import type { DuckDBConnection } from '@duckdb/node-api';
import { type Charge, comparePlaces } from '../../domain/charge.ts';
import {
  type Adjustment,
  type ChargedTrace,
  compareAdjustments,
  kindInScope,
  type RepricePage,
  type RepriceQuery,
  type Repricing,
} from '../../domain/repricing.ts';
import type { Row } from '../sql/sql.ts';
import { readTraceCharges } from './charge-reads.ts';
import { rangeOf } from './costs.ts';
import type { Kinds } from './kinds.ts';
import { choose } from './numbers.ts';
import { timeFitting } from './range.ts';
import { repricingOf } from './repricing-codec.ts';
import { rowsOf } from './session.ts';
import { partsBy, skeletonsOfChosen, verdictsOfChosen } from './settle-reads.ts';
import type { Texts } from './texts.ts';

/**
 * The next traces with a charge in scope. A page is a run of trace numbers from the first that has one, so that each
 * page reads its own row groups alone, however many there are in all.
 */
export async function readRepriceable(
  connection: DuckDBConnection,
  query: RepriceQuery,
  kinds: Kinds,
): Promise<RepricePage> {
  const { after, until, limit } = query;
  const where = conditionOf(query, kinds);
  const [first] = await rowsOf(
    connection,
    `SELECT min(trace) FROM charges WHERE trace > ${after} AND trace <= ${until} ${where}`,
  );
  if (first === undefined || first[0] === null) return { traces: [], next: undefined };
  const start = Number(first[0]);
  const next = Math.min(until, start + limit - 1);
  const rows = await rowsOf(
    connection,
    `SELECT DISTINCT trace FROM charges WHERE trace BETWEEN ${start} AND ${next} ${where} ORDER BY trace`,
  );
  return {
    traces: await chargedTraces(
      connection,
      rows.map(([seq]) => Number(seq)),
      kinds,
    ),
    next,
  };
}

function conditionOf({ scope }: RepriceQuery, kinds: Kinds): string {
  const conditions = [`kind IN (${kinds.listWhere((kind) => kindInScope(kind, scope))})`];
  if (scope.from !== undefined) conditions.push(`ts >= ${timeFitting(scope.from)}`);
  if (scope.to !== undefined) conditions.push(`ts < ${timeFitting(scope.to)}`);
  return `AND ${conditions.join(' AND ')}`;
}

async function chargedTraces(
  connection: DuckDBConnection,
  seqs: readonly number[],
  kinds: Kinds,
): Promise<readonly ChargedTrace[]> {
  await choose(connection, seqs);
  const ids = await rowsOf(
    connection,
    `SELECT t.seq, t.trace FROM traces t JOIN chosen c ON c.seq = t.seq WHERE t.seq ${rangeOf(seqs)}`,
  );
  const idOf = new Map(ids.map(([seq, trace]) => [Number(seq), trace as string]));
  const skeletons = await skeletonsOfChosen(connection);
  const verdicts = await verdictsOfChosen(connection);
  const parts = await partsBy(connection, 'trace');
  const range = rangeOf(seqs);
  const where = `c.trace ${range} AND t.seq ${range} AND c.trace IN (SELECT seq FROM chosen)`;
  const charges = new Map<string, Charge[]>();
  for (const charge of await readTraceCharges(connection, where, kinds)) {
    const list = charges.get(charge.traceId);
    if (list === undefined) charges.set(charge.traceId, [charge]);
    else list.push(charge);
  }
  return seqs.map((seq) => {
    const traceId = idOf.get(seq)!;
    return {
      traceId,
      skeleton: skeletons.get(seq) ?? new Uint8Array(0),
      verdict: verdicts.get(seq) ?? [],
      parts: parts.get(seq) ?? [],
      charges: (charges.get(traceId) ?? []).sort(comparePlaces),
    };
  });
}

export async function readLastTrace(connection: DuckDBConnection): Promise<number> {
  const [row] = await rowsOf(connection, 'SELECT coalesce(max(seq), 0) FROM traces');
  return Number(row![0]);
}

export async function readRepricings(connection: DuckDBConnection): Promise<readonly Repricing[]> {
  const rows = await rowsOf(connection, 'SELECT state FROM repricings ORDER BY id');
  return rows.map(([state]) => repricingOf(state as string));
}

const LINE = (which: 'before' | 'after'): string =>
  `a.line_${which}, a.kind_${which}, a.quantity_${which}, a.amount_${which}`;

/** What restatements of prices changed of a task; undefined for an unknown task. */
export async function readAdjustments(
  connection: DuckDBConnection,
  taskId: string,
  { texts, kinds }: { readonly texts: Texts; readonly kinds: Kinds },
): Promise<readonly Adjustment[] | undefined> {
  const [task] = await rowsOf(connection, 'SELECT seq FROM tasks WHERE task_id = $1', [taskId]);
  if (task === undefined) return undefined;
  const rows = await rowsOf(
    connection,
    `SELECT a.repricing, a.by_text, a.adjusted_ms, t.trace, a.span, a.ts, ${LINE('before')}, ${LINE('after')}
      FROM adjustments a JOIN traces t ON t.seq = a.trace WHERE a.task = ${task[0]}`,
  );
  return rows.map((row) => adjustmentOf(row, taskId, texts, kinds)).sort(compareAdjustments);
}

function adjustmentOf(row: Row, taskId: string, texts: Texts, kinds: Kinds): Adjustment {
  const [repricing, by, ms, trace, span, at] = row;
  const common = {
    traceId: trace as string,
    spanId: BigInt.asUintN(64, span as bigint)
      .toString(16)
      .padStart(16, '0'),
    taskId,
    at: at as bigint,
  };
  return {
    repricing: Number(repricing),
    by: texts.textOf(by as number),
    adjustedAt: Number(ms),
    before: lineOf(row.slice(6, 10), common, kinds),
    after: lineOf(row.slice(10, 14), common, kinds),
  };
}

function lineOf(
  [line, kind, quantity, amount]: Row,
  common: Pick<Charge, 'traceId' | 'spanId' | 'taskId' | 'at'>,
  kinds: Kinds,
): Charge | undefined {
  if (kind === null) return undefined;
  return {
    ...kinds.at(kind as number),
    ...common,
    line: line as number,
    quantity: quantity as Charge['quantity'],
    amount: amount as Charge['amount'],
  };
}
