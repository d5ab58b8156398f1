import type { ChargeKind, LineTask } from '../domain/charge-line.ts';
import type { ExportColumn } from '../domain/export-column.ts';

type Told = Pick<ExportColumn, 'unit' | 'nullable'>;
const TEXT: Told = { unit: '', nullable: false };
const MAYBE: Told = { unit: '', nullable: true };
const USD: Told = { unit: 'USD', nullable: true };

const ofTask = (
  name: string,
  told: Told,
  meaning: string,
  of: (task: LineTask) => string | null,
): ExportColumn => ({ name, ...told, meaning, share: 'task', type: 'text', of: ({ task }) => of(task) });

const ofKind = (
  name: string,
  told: Told,
  meaning: string,
  of: (kind: ChargeKind) => string | null,
): ExportColumn => ({ name, ...told, meaning, share: 'kind', type: 'text', of: ({ kind }) => of(kind) });

/**
 * The columns of an export of charges, in their order. Outside names: a new one comes behind the last, none is renamed
 * or moved, since the checksum of a day is over all of them. `dimensions` are the configured names.
 */
export const exportColumns = (dimensions: readonly string[]): readonly ExportColumn[] => [
  {
    name: 'at',
    unit: 'UTC',
    nullable: false,
    meaning:
      'When the call ended, by whose day and price it counts; for a charge of the task itself when it closed or was reported.',
    share: 'line',
    type: 'time',
    of: ({ at }) => at,
  },
  {
    name: 'trace_id',
    ...MAYBE,
    meaning:
      'Trace, 32 hex digits; empty for a charge of the task itself, such as remediation that no span carries.',
    share: 'line',
    type: 'text',
    of: ({ traceId }) => traceId || null,
  },
  {
    name: 'span_id',
    ...MAYBE,
    meaning: 'Span, 16 hex digits; empty where `trace_id` is.',
    share: 'line',
    type: 'text',
    of: ({ spanId }) => spanId || null,
  },
  {
    name: 'line',
    ...TEXT,
    meaning:
      'Number of the line within its span, or within the charges of the task itself, from 0. With the two before it and the task the key of the row.',
    share: 'line',
    type: 'integer',
    of: ({ line }) => line,
  },
  ofTask('task_id', TEXT, 'The task that is charged.', ({ taskId }) => taskId),
  ofTask('agent_type', TEXT, 'Of the task; empty where nothing names it.', ({ agentType }) => agentType),
  ofTask('task_type', TEXT, 'Of the task; `default` where nothing names it.', ({ taskType }) => taskType),
  ofTask('prompt_version', MAYBE, 'Of the task.', ({ promptVersion }) => promptVersion ?? null),
  ofTask('user_id', MAYBE, 'For whom the agent worked.', ({ user }) => user ?? null),
  {
    name: 'dimensions',
    ...TEXT,
    meaning: "The task's own dimensions that are set, as a JSON object of name and value; `{}` for none.",
    share: 'task',
    type: 'map',
    of: ({ task }) => named(dimensions, task.dimensions),
  },
  ofTask('task_state', TEXT, '`open` or `closed`.', ({ state }) => state),
  ofTask(
    'outcome',
    MAYBE,
    '`solved`, `remediated`, `failed` or `abandoned`, as of the export; empty while the task is open.',
    ({ outcome }) => outcome ?? null,
  ),
  ofTask(
    'closed_by',
    MAYBE,
    'How the outcome is known: `reported`, `inferred` or `expired`.',
    ({ closedBy }) => closedBy ?? null,
  ),
  {
    name: 'closed_at',
    unit: 'UTC',
    nullable: true,
    meaning: 'When the task closed: the cohort that its cost counts in.',
    share: 'task',
    type: 'time',
    of: ({ task }) => task.closedAt ?? null,
  },
  ofKind(
    'component',
    TEXT,
    '`inference`, `vector`, `tooling`, `compute` or `remediation`.',
    ({ component }) => component,
  ),
  ofKind('provider', TEXT, 'Empty where there is none.', ({ provider }) => provider),
  ofKind('model', TEXT, 'Empty where there is none.', ({ model }) => model),
  ofKind(
    'resource',
    TEXT,
    'Tool, database system, or `human`; empty for inference.',
    ({ resource }) => resource,
  ),
  ofKind(
    'class',
    TEXT,
    'What is counted: a class of tokens (`input` is the uncached part), or a unit such as `call`, `query`, `minute` or `usd`.',
    (kind) => kind.class,
  ),
  {
    name: 'quantity',
    unit: 'units of `class`',
    nullable: false,
    meaning: 'How many of them; six decimals at most.',
    share: 'line',
    type: 'decimal',
    scale: 6,
    of: ({ quantity }) => quantity,
  },
  {
    name: 'rate_usd',
    unit: 'USD for one unit',
    nullable: true,
    meaning:
      'The price that was applied; 15 decimals at most. Empty for an amount that somebody told, and for an unpriced line.',
    share: 'kind',
    type: 'decimal',
    scale: 15,
    of: ({ kind }) => kind.rate,
  },
  {
    name: 'amount_usd',
    ...USD,
    meaning:
      'What the line costs, exact to 12 decimals; below zero for a credit, empty exactly where `reason` says why there is none.',
    share: 'line',
    type: 'decimal',
    scale: 12,
    of: ({ amount }) => amount,
  },
  {
    name: 'reported_usd',
    ...USD,
    meaning: 'On the first line of a call whose emitter said what the whole call cost: that.',
    share: 'line',
    type: 'decimal',
    scale: 12,
    of: ({ beside }) => beside?.reported ?? null,
  },
  {
    name: 'computed_usd',
    ...USD,
    meaning: 'Beside `reported_usd`: what the price table makes of the whole call.',
    share: 'line',
    type: 'decimal',
    scale: 12,
    of: ({ beside }) => beside?.computed ?? null,
  },
  ofKind('reason', MAYBE, 'Why the line has no amount, such as `model_unknown`.', ({ reason }) => reason),
  ofKind('price_id', MAYBE, 'The price row that was applied.', ({ priceId }) => priceId),
  ofKind('table_hash', MAYBE, 'The price table that it was taken from.', ({ tableHash }) => tableHash),
  {
    name: 'flags',
    ...TEXT,
    meaning:
      'What is to be known about the line, such as `assumed_inclusive` or `imputed`; several with a space between.',
    share: 'kind',
    type: 'list',
    of: ({ kind }) => kind.flags,
  },
  ofKind(
    'service_tier',
    MAYBE,
    'How the call was served, where its span says.',
    ({ served }) => served?.tier ?? null,
  ),
  ofKind(
    'region',
    MAYBE,
    'Where it was served, where its span says.',
    ({ served }) => served?.region ?? null,
  ),
  ofKind(
    'deployment',
    MAYBE,
    'The deployment that served it, where its span says.',
    ({ served }) => served?.deployment ?? null,
  ),
];

/** A dimension that nobody names any more is called by its place. */
function named(names: readonly string[], values: readonly string[]): Readonly<Record<string, string>> {
  const set: Record<string, string> = {};
  for (const [place, value] of values.entries())
    if (value !== '') set[names[place] ?? `dimension:${place}`] = value;
  return set;
}
