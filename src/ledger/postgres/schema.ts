import { FLEET_TABLES } from './fleet-tables.ts';
import { CHARGE_COLUMNS } from './line-columns.ts';
import { partLines } from './line-months.ts';
import { READ_TABLES } from './read-tables.ts';
import { UNPRICED_TABLES } from './unpriced-sums.ts';
import type { Writing } from './writing.ts';

/**
 * The tables: those of DuckDB with the same columns, and with keys and indexes, since writers meet here and questions
 * are many. `version` counts the changes of a trace or task; a writer finds by it whether what it read still holds.
 *
 * A text of any length and content is found by its digest (`digest.ts`), which an index can hold. What the order of rows
 * says in DuckDB is a column here: `place`. Every key holds the task or the trace, so that tables can be spread by it.
 * INT8, INT4 and INT2 are called so because INTEGER is not of one width everywhere.
 *
 * Times are Unix nanoseconds, `*_ms` milliseconds; money is picodollars, rates femtodollars, quantities millionths.
 */
const COSTS = `
  inference INT8 NOT NULL, vector INT8 NOT NULL, tooling INT8 NOT NULL, compute INT8 NOT NULL,
  remediation INT8 NOT NULL, input INT8 NOT NULL, cache_read INT8 NOT NULL,
  cache_write_5m INT8 NOT NULL, cache_write_1h INT8 NOT NULL, output INT8 NOT NULL,
  reasoning INT8 NOT NULL`;

/** Where `meta` and its row `schema` are missing, this is what every start does first. */
export const GROUND: readonly string[] = [
  'CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL)',
  "INSERT INTO meta VALUES ('schema', '0') ON CONFLICT DO NOTHING",
];

const FIRST: readonly string[] = [
  // Rows by which writers take turns: `tail` counts their changes. See tail.ts and dictionaries.ts.
  "INSERT INTO meta VALUES ('tail', '0'), ('dictionaries', '')",
  // How far each replica's own journal is in here.
  'CREATE TABLE positions (replica TEXT PRIMARY KEY, position TEXT NOT NULL)',
  'CREATE TABLE texts (id INT4 PRIMARY KEY, text TEXT NOT NULL)',
  "INSERT INTO texts VALUES (0, '')",
  'CREATE TABLE kinds (id INT4 PRIMARY KEY, kind TEXT NOT NULL)',
  'CREATE SEQUENCE trace_numbers',
  'CREATE SEQUENCE task_numbers',
  'CREATE SEQUENCE report_numbers',
  'CREATE SEQUENCE event_numbers',
  `CREATE TABLE traces (
    seq INT8 PRIMARY KEY, trace UUID NOT NULL UNIQUE, settled_ms INT8 NOT NULL, version INT8 NOT NULL)`,
  'CREATE INDEX traces_settled ON traces (settled_ms)',
  'CREATE TABLE skeletons (trace INT8 PRIMARY KEY, settled_ms INT8 NOT NULL, skeleton BYTEA NOT NULL)',
  'CREATE INDEX skeletons_settled ON skeletons (settled_ms)',
  `CREATE TABLE calls (
    trace INT8 NOT NULL, same INT8 NOT NULL, alike INT8 NOT NULL, teller INT4 NOT NULL,
    session INT8 NOT NULL, from_ms INT8 NOT NULL, to_ms INT8 NOT NULL)`,
  'CREATE INDEX calls_trace ON calls (trace)',
  'CREATE INDEX calls_same ON calls (same, from_ms) WHERE same <> 0',
  'CREATE INDEX calls_alike ON calls (alike, from_ms) WHERE alike <> 0',
  'CREATE TABLE verdicts (trace INT8 PRIMARY KEY, verdict TEXT NOT NULL)',
  `CREATE TABLE task_ids (
    seq INT8 PRIMARY KEY, task_id TEXT NOT NULL, digest UUID NOT NULL UNIQUE, version INT8 NOT NULL)`,
  `CREATE TABLE parts (
    trace INT8 NOT NULL, place INT4 NOT NULL, task INT8 NOT NULL, part TEXT NOT NULL,
    PRIMARY KEY (trace, place, task))`,
  'CREATE INDEX parts_task ON parts (task)',
  'CREATE TABLE suppressed (trace INT8 NOT NULL, rule INT4 NOT NULL)',
  'CREATE INDEX suppressed_trace ON suppressed (trace)',
  `CREATE TABLE charges (trace INT8 NOT NULL, ${CHARGE_COLUMNS}, PRIMARY KEY (trace, span, line, task))`,
  'CREATE INDEX charges_task ON charges (task)',
  `CREATE TABLE own_charges (place INT4 NOT NULL, ${CHARGE_COLUMNS}, PRIMARY KEY (task, place))`,
  `CREATE TABLE model_shares (
    trace INT8 NOT NULL, task INT8 NOT NULL, model INT4 NOT NULL, ${COSTS},
    model_calls INT8 NOT NULL, unpriced_calls INT8 NOT NULL, PRIMARY KEY (task, trace, model))`,
  'CREATE INDEX model_shares_trace ON model_shares (trace)',
  `CREATE TABLE closed_models (
    task INT8 NOT NULL, model INT4 NOT NULL, agent_type INT4 NOT NULL, task_type INT4 NOT NULL,
    dimensions INT4 NOT NULL, tagged BOOLEAN NOT NULL, outcome INT2, closed_by INT2, closed_at INT8 NOT NULL, ${COSTS},
    actions INT8 NOT NULL, model_calls INT8 NOT NULL, unpriced_calls INT8 NOT NULL, PRIMARY KEY (task, model))`,
  'CREATE INDEX closed_models_closed ON closed_models (closed_at)',
  `CREATE TABLE tasks (
    seq INT8 PRIMARY KEY, task_id TEXT NOT NULL, agent_type INT4 NOT NULL, task_type INT4 NOT NULL,
    prompt_version INT4, user_id TEXT NOT NULL, dimensions INT4 NOT NULL, tagged BOOLEAN NOT NULL,
    closed BOOLEAN NOT NULL, outcome INT2, closed_by INT2, started_at INT8 NOT NULL, closed_at INT8, due_ms INT8,
    value INT8, cost INT8 NOT NULL, ${COSTS}, inference_calls INT8 NOT NULL, embedding_calls INT8 NOT NULL,
    rerank_calls INT8 NOT NULL, vector_calls INT8 NOT NULL, tool_calls INT8 NOT NULL, actions INT8 NOT NULL,
    unpriced_calls INT8 NOT NULL, flags INT4 NOT NULL)`,
  'CREATE INDEX tasks_closed ON tasks (closed_at)',
  'CREATE INDEX tasks_due ON tasks (due_ms) WHERE NOT closed',
  'CREATE TABLE reports (task INT8 NOT NULL, seq INT8 NOT NULL, key TEXT NOT NULL, report TEXT NOT NULL, PRIMARY KEY (task, seq))',
  // What emitters say that a call cost, beside the line that it came with; `computed` is what the price book made of it.
  `CREATE TABLE reported_costs (
    trace INT8 NOT NULL, span INT8 NOT NULL, line INT4 NOT NULL, ts INT8 NOT NULL, kind INT4 NOT NULL,
    reported INT8 NOT NULL, computed INT8, PRIMARY KEY (trace, span, line))`,
  `CREATE TABLE adjustments (
    repricing INT8 NOT NULL, by_text INT4 NOT NULL, adjusted_ms INT8 NOT NULL, trace INT8 NOT NULL,
    span INT8 NOT NULL, task INT8 NOT NULL, ts INT8 NOT NULL,
    line_before INT4, kind_before INT4, quantity_before INT8, amount_before INT8,
    line_after INT4, kind_after INT4, quantity_after INT8, amount_after INT8)`,
  'CREATE INDEX adjustments_task ON adjustments (task)',
  'CREATE INDEX adjustments_trace ON adjustments (trace, repricing)',
  'CREATE TABLE repricings (id INT8 PRIMARY KEY, state TEXT NOT NULL)',
  'CREATE TABLE counters (digest UUID PRIMARY KEY, labels TEXT NOT NULL, value NUMERIC NOT NULL)',
  // Traces that were settled again after their lines had rolled off, and what those lines summed up to.
  'CREATE TABLE rolled_off (trace INT8 PRIMARY KEY)',
  `CREATE TABLE bygone_shares (
    trace INT8 NOT NULL, task INT8 NOT NULL, model INT4 NOT NULL,
    inference INT8 NOT NULL, vector INT8 NOT NULL, tooling INT8 NOT NULL, compute INT8 NOT NULL,
    remediation INT8 NOT NULL, model_calls INT8 NOT NULL, unpriced_calls INT8 NOT NULL,
    PRIMARY KEY (trace, task, model))`,
  "INSERT INTO meta VALUES ('rolled_off_ms', '0')",
  // One row for each change of a task that is told of; see domain/history.ts. Never changed, never deleted.
  'CREATE TABLE history (task INT8 NOT NULL, seq INT8 NOT NULL, at_ms INT8 NOT NULL, entry TEXT NOT NULL, PRIMARY KEY (task, seq))',
];

/** A statement, or what depends on what is there. */
export type Step = string | ((writing: Writing, hasPartitions: boolean) => Promise<void>);

/** Each is run once, whole, in one transaction; a released one is never changed, a change of the tables is one more. */
export const MIGRATIONS: readonly (readonly Step[])[] = [
  [...FIRST, ...READ_TABLES, ...FLEET_TABLES],
  // Counters have numbers, so that who knows the labels of a number reads nothing but totals.
  [
    'ALTER TABLE counters ADD COLUMN id INT4',
    `UPDATE counters SET id = n.id FROM (SELECT digest, row_number() OVER (ORDER BY digest) AS id FROM counters) AS n
      WHERE counters.digest = n.digest`,
    'ALTER TABLE counters ALTER COLUMN id SET NOT NULL',
    'CREATE UNIQUE INDEX counters_id ON counters (id)',
  ],
  // Lines in partitions by month, where there can be such.
  [partLines],
  UNPRICED_TABLES,
];
