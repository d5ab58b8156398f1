import { COMPONENTS } from '../../domain/charge.ts';
import type { SettleChange, TraceChange } from '../../domain/ledger.ts';
import { monthOf } from '../../domain/month.ts';
import { type Adjustment, adjustedLine, type RepricedTrace } from '../../domain/repricing.ts';
import { CALL_KINDS } from '../../domain/task.ts';
import { TOKEN_CLASSES } from '../../domain/usage.ts';
import { AdjustmentRows } from '../sql/adjustment-rows.ts';
import { CallRows } from '../sql/call-rows.ts';
import { ChargeRows } from '../sql/charge-rows.ts';
import { BigColumn, BlobColumn, type Column, IntColumn, TextColumn } from '../sql/columns.ts';
import { partText } from '../sql/part-codec.ts';
import { ReportedRows } from '../sql/reported-rows.ts';
import { ShareRows } from '../sql/share-rows.ts';
import { TaskRows } from '../sql/task-rows.ts';
import type { SharedDictionaries } from './dictionaries.ts';
import { LINE_COLUMNS } from './line-months.ts';
import { LINE_TABLES, type LinePlaces } from './line-places.ts';

/** What a change writes, once its traces and tasks have numbers. */
export interface ChangeNumbers {
  readonly traces: readonly TraceChange[];
  readonly repriced: readonly RepricedTrace[];
  readonly tasks: SettleChange['tasks'];
  readonly adjustments: readonly Adjustment[];
  readonly traceNumber: (traceId: string) => number;
  readonly taskNumber: (taskId: string) => number;
  /** When a trace counts as settled, by which its lines have their month. */
  readonly settledMs: (traceId: string) => number;
  readonly places: LinePlaces;
}

/** Rows for one table. */
export interface TableRows {
  readonly table: string;
  /** The names of the columns, in order. */
  readonly names: string;
  readonly columns: readonly Column[];
}

/** All rows of a change but for reports, history and counters, which depend on what is there. */
export function rowsOfChange(change: ChangeNumbers, dictionaries: SharedDictionaries): readonly TableRows[] {
  return [
    ...traceRows(change.traces, change.traceNumber, dictionaries),
    ...costRows([...change.traces, ...change.repriced], change, dictionaries),
    ...taskRows(change, dictionaries),
    adjustmentRows(change, dictionaries),
  ];
}

function traceRows(
  traces: readonly TraceChange[],
  traceNumber: (traceId: string) => number,
  { texts }: SharedDictionaries,
): readonly TableRows[] {
  const skeletons = [new BigColumn(), new BigColumn(), new BlobColumn()] as const;
  const suppressed = [new BigColumn(), new IntColumn()] as const;
  const verdicts = [new BigColumn(), new TextColumn()] as const;
  const calls = new CallRows();
  for (const trace of traces) {
    const seq = traceNumber(trace.traceId);
    skeletons[0].pushNumber(seq);
    skeletons[1].pushNumber(trace.settledAt);
    skeletons[2].push(trace.skeleton);
    for (const part of trace.parts) {
      for (const { rule } of part.claim.suppressed) {
        suppressed[0].pushNumber(seq);
        suppressed[1].push(texts.idOf(rule));
      }
    }
    for (const key of trace.calls) calls.add(key, seq);
    if (trace.verdict.length === 0) continue;
    verdicts[0].pushNumber(seq);
    verdicts[1].push(JSON.stringify(trace.verdict));
  }
  return [
    { table: 'skeletons', names: 'trace, settled_ms, skeleton', columns: skeletons },
    { table: 'suppressed', names: 'trace, rule', columns: suppressed },
    { table: 'verdicts', names: 'trace, verdict', columns: verdicts },
    {
      table: 'calls',
      names: 'trace, same, alike, teller, session, from_ms, to_ms',
      columns: calls.columns(),
    },
  ];
}

const CHARGE_NAMES = 'span, line, task, ts, kind, quantity, amount';

function costRows(
  traces: readonly RepricedTrace[],
  { traceNumber, taskNumber, settledMs, places }: ChangeNumbers,
  { texts, kinds }: SharedDictionaries,
): readonly TableRows[] {
  const parts = [new BigColumn(), new IntColumn(), new BigColumn(), new TextColumn()] as const;
  const shares = new ShareRows(texts);
  const months = new Map<number, Lines>();
  for (const trace of traces) {
    const seq = traceNumber(trace.traceId);
    for (const [place, part] of trace.parts.entries()) {
      parts[0].pushNumber(seq);
      parts[1].push(place);
      parts[2].pushNumber(taskNumber(part.taskId));
      parts[3].push(partText(part));
    }
    const month = monthOf(settledMs(trace.traceId));
    const lines = months.get(month) ?? {
      charges: new ChargeRows(kinds),
      reported_costs: new ReportedRows(kinds),
    };
    months.set(month, lines);
    for (const charge of trace.charges) {
      lines.charges.add(charge, seq, taskNumber(charge.taskId));
      lines.reported_costs.add(charge, seq);
    }
    shares.add(trace, seq, taskNumber);
  }
  return [
    { table: 'parts', names: 'trace, place, task, part', columns: parts },
    { table: 'model_shares', names: SHARE_NAMES, columns: shares.columns() },
    ...[...months].flatMap(([month, lines]) =>
      LINE_TABLES.map((table) => ({
        table: places.tableOf(table, month),
        names: LINE_COLUMNS[table],
        columns: lines[table].columns(),
      })),
    ),
  ];
}

/** The lines of one month. */
interface Lines {
  readonly charges: ChargeRows;
  readonly reported_costs: ReportedRows;
}

const SUM_NAMES = [...COMPONENTS, ...TOKEN_CLASSES].join(', ');
const SHARE_NAMES = `trace, task, model, ${SUM_NAMES}, model_calls, unpriced_calls`;
const TASK_NAMES =
  'seq, task_id, agent_type, task_type, prompt_version, user_id, dimensions, tagged, closed, outcome, closed_by, ' +
  `started_at, closed_at, due_ms, value, cost, ${SUM_NAMES}, ${CALL_KINDS.map((kind) => `${kind}_calls`).join(', ')}, ` +
  'actions, unpriced_calls, flags';

function taskRows(
  { tasks, taskNumber }: ChangeNumbers,
  { texts, kinds }: SharedDictionaries,
): readonly TableRows[] {
  const rows = new TaskRows(texts);
  const charges = new ChargeRows(kinds);
  const places = new IntColumn();
  const shares = new ShareRows(texts);
  for (const { task, charges: own } of tasks) {
    const seq = taskNumber(task.taskId);
    rows.add(task, seq);
    for (const [place, charge] of own.entries()) {
      charges.add(charge, 0, seq);
      places.push(place);
    }
    shares.add({ charges: own, parts: [] }, 0, taskNumber);
  }
  return [
    { table: 'tasks', names: TASK_NAMES, columns: rows.columns() },
    {
      table: 'own_charges',
      names: `place, ${CHARGE_NAMES}`,
      columns: [places, ...charges.ownColumns()],
    },
    { table: 'model_shares', names: SHARE_NAMES, columns: shares.columns() },
  ];
}

function adjustmentRows(
  { adjustments, traceNumber, taskNumber }: ChangeNumbers,
  dictionaries: SharedDictionaries,
): TableRows {
  const rows = new AdjustmentRows(dictionaries);
  for (const one of adjustments) {
    const { traceId, taskId } = adjustedLine(one);
    rows.add(one, traceNumber(traceId), taskNumber(taskId));
  }
  const lines = ['before', 'after'].map(
    (which) => `line_${which}, kind_${which}, quantity_${which}, amount_${which}`,
  );
  return {
    table: 'adjustments',
    names: `repricing, by_text, adjusted_ms, trace, span, task, ts, ${lines.join(', ')}`,
    columns: rows.columns(),
  };
}
