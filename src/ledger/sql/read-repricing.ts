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
import { readTraceCharges } from './charge-fields.ts';
import { type Dictionaries, type KindNumbers, NO_KIND } from './dictionaries.ts';
import { rangeOf, timeFitting } from './range.ts';
import { partsBy, skeletonsOf, verdictsOf } from './read-states.ts';
import { taskNumber } from './read-tasks.ts';
import { repricingOf } from './repricing-codec.ts';
import type { Row, Sql } from './sql.ts';

/**
 * The next traces with a charge in scope. A page is a run of trace numbers from the first that has one, so that each
 * page reads its own row groups alone, however many there are in all.
 */
export async function readRepriceable(
  sql: Sql,
  query: RepriceQuery,
  kinds: KindNumbers,
): Promise<RepricePage> {
  const { after, until, limit } = query;
  const where = conditionOf(query, kinds);
  if (where === undefined || (await isNothingUnpriced(sql, query, kinds))) return NOTHING;
  const [first] = await sql.rows(
    `SELECT min(trace) FROM charges WHERE trace > ${after} AND trace <= ${until} ${where}`,
  );
  if (first === undefined || first[0] === null) return NOTHING;
  const start = Number(first[0]);
  const next = Math.min(until, start + limit - 1);
  const rows = await sql.rows(
    `SELECT DISTINCT trace FROM charges WHERE trace BETWEEN ${start} AND ${next} ${where} ORDER BY trace`,
  );
  return {
    traces: await chargedTraces(
      sql,
      rows.map(([seq]) => Number(seq)),
      kinds,
    ),
    next,
  };
}

const NOTHING: RepricePage = { traces: [], next: undefined };

/**
 * Whether no line without an amount is in scope, where the scope is of such lines alone: a question that is answered from
 * sums, and begins every re-pricing while prices are waited for.
 */
async function isNothingUnpriced(
  sql: Sql,
  { scope, after }: RepriceQuery,
  kinds: KindNumbers,
): Promise<boolean> {
  if (scope.only === 'all' || after > 0) return false;
  const inScope = kinds.listWhere((kind) => kindInScope(kind, scope));
  return (await sql.rows(await sql.dialect.unpricedStatement(inScope))).length === 0;
}

/** Undefined where no kind is in scope. */
function conditionOf({ scope }: RepriceQuery, kinds: KindNumbers): string | undefined {
  const inScope = kinds.listWhere((kind) => kindInScope(kind, scope));
  if (inScope === NO_KIND) return undefined;
  // What is not all there cannot be summed up again.
  const conditions = ['trace NOT IN (SELECT trace FROM rolled_off)', `kind IN (${inScope})`];
  if (scope.from !== undefined) conditions.push(`ts >= ${timeFitting(scope.from)}`);
  if (scope.to !== undefined) conditions.push(`ts < ${timeFitting(scope.to)}`);
  return `AND ${conditions.join(' AND ')}`;
}

async function chargedTraces(
  sql: Sql,
  seqs: readonly number[],
  kinds: KindNumbers,
): Promise<readonly ChargedTrace[]> {
  if (seqs.length === 0) return [];
  const chosen = await sql.dialect.choose(seqs);
  const range = rangeOf(seqs);
  const ids = await sql.rows(
    `SELECT t.seq, t.trace FROM traces t ${chosen.join('t.seq')} WHERE t.seq ${range}`,
    chosen.values,
  );
  const idOf = new Map(ids.map(([seq, trace]) => [Number(seq), trace as string]));
  const skeletons = await skeletonsOf(sql, chosen);
  const verdicts = await verdictsOf(sql, chosen);
  const parts = await partsBy(sql, 'trace', chosen);
  const charges = new Map<string, Charge[]>();
  for (const charge of await readTraceCharges(sql, kinds, {
    join: chosen.join('c.trace'),
    where: `c.trace ${range} AND t.seq ${range}`,
    values: chosen.values,
  })) {
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

export async function readLastTrace(sql: Sql): Promise<number> {
  const [row] = await sql.rows('SELECT coalesce(max(seq), 0) FROM traces');
  return Number(row![0]);
}

export async function readRepricings(sql: Sql): Promise<readonly Repricing[]> {
  const rows = await sql.rows('SELECT state FROM repricings ORDER BY id');
  return rows.map(([state]) => repricingOf(state as string));
}

const LINE = (which: 'before' | 'after'): string =>
  `a.line_${which}, a.kind_${which}, a.quantity_${which}, a.amount_${which}`;

/** What `adjustmentOf` reads, of the tables `adjustments` as a and `traces` as t. */
export const ADJUSTMENT_FIELDS = `a.repricing, a.by_text, a.adjusted_ms, t.trace, a.span, a.ts, ${LINE('before')}, ${LINE('after')}`;

/** What restatements of prices changed of a task; undefined for an unknown task. */
export async function readAdjustments(
  sql: Sql,
  taskId: string,
  dictionaries: Dictionaries,
): Promise<readonly Adjustment[] | undefined> {
  const task = await taskNumber(sql, taskId);
  if (task === undefined) return undefined;
  const rows = await sql.rows(`SELECT ${ADJUSTMENT_FIELDS}
      FROM adjustments a JOIN traces t ON t.seq = a.trace WHERE a.task = ${task}`);
  return rows.map((row) => adjustmentOf(row, taskId, dictionaries)).sort(compareAdjustments);
}

export function adjustmentOf(row: Row, taskId: string, { texts, kinds }: Dictionaries): Adjustment {
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
  kinds: KindNumbers,
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
