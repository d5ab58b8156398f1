import { CHARGE_COLUMNS, NO_MONTHS } from './charge-months.ts';
import { CLOSED_DELTAS, CLOSED_SUMS } from './closed-sums.ts';
import { NO_SUMS } from './sums.ts';
import { UNPRICED_DELTAS, UNPRICED_SUMS } from './unpriced-sums.ts';

/** Raised by one with every change of the tables below; migrations.ts says how older ones get there, and newer ones are refused. */
export const SCHEMA_VERSION = 6;

/** What version 5 has and version 4 had not: a step of migrations.ts makes the same. */
export const NEW_IN_5: readonly string[] = [
  // One row for each change of a task that is told of; see domain/history.ts. Never changed, never deleted.
  'CREATE TABLE history (task BIGINT NOT NULL, seq BIGINT NOT NULL, at_ms BIGINT NOT NULL, entry VARCHAR NOT NULL)',
  // Traces that were settled again after their lines had rolled off, and what those lines summed up to.
  'CREATE TABLE rolled_off (trace BIGINT NOT NULL)',
  `CREATE TABLE bygone_shares (
    trace BIGINT NOT NULL, task BIGINT NOT NULL, model INTEGER NOT NULL,
    inference BIGINT NOT NULL, vector BIGINT NOT NULL, tooling BIGINT NOT NULL, compute BIGINT NOT NULL,
    remediation BIGINT NOT NULL, model_calls BIGINT NOT NULL, unpriced_calls BIGINT NOT NULL)`,
  "INSERT INTO meta VALUES ('rolled_off_ms', '0')",
];

/** What version 6 has and version 5 had not; likewise. */
export const NEW_IN_6: readonly string[] = [CLOSED_SUMS, UNPRICED_SUMS, NO_SUMS];

/** As version 6 has it: counters have numbers, so that who knows the labels of a number reads nothing but totals. */
export const COUNTERS =
  'CREATE TABLE counters (id INTEGER NOT NULL, labels VARCHAR NOT NULL, value HUGEINT NOT NULL)';

export const TASK_IDS =
  'CREATE TABLE task_ids (seq BIGINT NOT NULL, task_id VARCHAR NOT NULL, hash BIGINT NOT NULL)';

/**
 * The tables. Traces and tasks have sequential numbers, so that what is settled together lies together and a
 * range of numbers finds it; texts are numbers of `texts`, and what charges have in common numbers of `kinds`. No primary keys: their indexes cost more than all
 * else (docs/decisions), and the one settle writer looks every key up before it writes.
 *
 * Lines are in tables by month; see charge-months.ts.
 *
 * Times are Unix nanoseconds, `*_ms` milliseconds; money is picodollars, rates femtodollars, quantities millionths.
 */
export const TABLES: readonly string[] = [
  'CREATE TABLE meta (name VARCHAR NOT NULL, value VARCHAR NOT NULL)',
  'CREATE TABLE texts (id INTEGER NOT NULL, text VARCHAR NOT NULL)',
  'CREATE TABLE kinds (id INTEGER NOT NULL, kind VARCHAR NOT NULL)',
  'CREATE TABLE traces (seq BIGINT NOT NULL, trace UUID NOT NULL, settled_ms BIGINT NOT NULL)',
  'CREATE TABLE skeletons (trace BIGINT NOT NULL, settled_ms BIGINT NOT NULL, skeleton BLOB NOT NULL)',
  `CREATE TABLE calls (
    trace BIGINT NOT NULL, same BIGINT NOT NULL, alike BIGINT NOT NULL, teller INTEGER NOT NULL,
    session BIGINT NOT NULL, from_ms BIGINT NOT NULL, to_ms BIGINT NOT NULL)`,
  'CREATE TABLE verdicts (trace BIGINT NOT NULL, verdict VARCHAR NOT NULL)',
  // `hash` is hash53 of the id: looking a million of texts through takes ten times as long as numbers.
  TASK_IDS,
  'CREATE TABLE parts (trace BIGINT NOT NULL, task BIGINT NOT NULL, part VARCHAR NOT NULL)',
  'CREATE TABLE suppressed (trace BIGINT NOT NULL, rule INTEGER NOT NULL)',
  `CREATE TABLE own_charges (${CHARGE_COLUMNS})`,
  `CREATE TABLE model_shares (
    trace BIGINT NOT NULL, task BIGINT NOT NULL, model INTEGER NOT NULL,
    inference BIGINT NOT NULL, vector BIGINT NOT NULL, tooling BIGINT NOT NULL, compute BIGINT NOT NULL,
    remediation BIGINT NOT NULL, input BIGINT NOT NULL, cache_read BIGINT NOT NULL,
    cache_write_5m BIGINT NOT NULL, cache_write_1h BIGINT NOT NULL, output BIGINT NOT NULL,
    reasoning BIGINT NOT NULL, model_calls BIGINT NOT NULL, unpriced_calls BIGINT NOT NULL)`,
  `CREATE TABLE closed_models (
    task BIGINT NOT NULL, model INTEGER NOT NULL, agent_type INTEGER NOT NULL, task_type INTEGER NOT NULL,
    dimensions INTEGER NOT NULL, tagged BOOLEAN NOT NULL, outcome TINYINT, closed_by TINYINT, closed_at BIGINT NOT NULL,
    inference BIGINT NOT NULL, vector BIGINT NOT NULL, tooling BIGINT NOT NULL, compute BIGINT NOT NULL,
    remediation BIGINT NOT NULL, input BIGINT NOT NULL, cache_read BIGINT NOT NULL,
    cache_write_5m BIGINT NOT NULL, cache_write_1h BIGINT NOT NULL, output BIGINT NOT NULL,
    reasoning BIGINT NOT NULL, actions BIGINT NOT NULL, model_calls BIGINT NOT NULL, unpriced_calls BIGINT NOT NULL)`,
  `CREATE TABLE tasks (
    seq BIGINT NOT NULL, task_id VARCHAR NOT NULL, agent_type INTEGER NOT NULL, task_type INTEGER NOT NULL, prompt_version INTEGER,
    user_id VARCHAR NOT NULL, dimensions INTEGER NOT NULL, tagged BOOLEAN NOT NULL, closed BOOLEAN NOT NULL, outcome TINYINT,
    closed_by TINYINT, started_at BIGINT NOT NULL, closed_at BIGINT, due_ms BIGINT, value BIGINT,
    cost BIGINT NOT NULL, inference BIGINT NOT NULL, vector BIGINT NOT NULL, tooling BIGINT NOT NULL,
    compute BIGINT NOT NULL, remediation BIGINT NOT NULL, input BIGINT NOT NULL, cache_read BIGINT NOT NULL,
    cache_write_5m BIGINT NOT NULL, cache_write_1h BIGINT NOT NULL, output BIGINT NOT NULL,
    reasoning BIGINT NOT NULL, inference_calls BIGINT NOT NULL, embedding_calls BIGINT NOT NULL,
    rerank_calls BIGINT NOT NULL, vector_calls BIGINT NOT NULL, tool_calls BIGINT NOT NULL,
    actions BIGINT NOT NULL, unpriced_calls BIGINT NOT NULL, flags INTEGER NOT NULL)`,
  'CREATE TABLE reports (task BIGINT NOT NULL, seq BIGINT NOT NULL, key VARCHAR NOT NULL, report VARCHAR NOT NULL)',
  `CREATE TABLE adjustments (
    repricing BIGINT NOT NULL, by_text INTEGER NOT NULL, adjusted_ms BIGINT NOT NULL, trace BIGINT NOT NULL,
    span BIGINT NOT NULL, task BIGINT NOT NULL, ts BIGINT NOT NULL,
    line_before INTEGER, kind_before INTEGER, quantity_before BIGINT, amount_before BIGINT,
    line_after INTEGER, kind_after INTEGER, quantity_after BIGINT, amount_after BIGINT)`,
  'CREATE TABLE repricings (id BIGINT NOT NULL, state VARCHAR NOT NULL)',
  COUNTERS,
  ...NO_MONTHS,
  ...NEW_IN_5,
  ...NEW_IN_6,
  `INSERT INTO meta VALUES ('schema', '${SCHEMA_VERSION}'), ('position', '')`,
];

/** What one settle looks up, of the writer's connection alone. */
export const STAGES: readonly string[] = [
  'CREATE TEMP TABLE wanted_traces (n INTEGER, trace UUID)',
  'CREATE TEMP TABLE wanted_tasks (n INTEGER, hash BIGINT)',
  `CREATE TEMP TABLE wanted_calls (
    same BIGINT, alike BIGINT, teller INTEGER, session BIGINT, from_ms BIGINT, to_ms BIGINT)`,
  'CREATE TEMP TABLE chosen (seq BIGINT)',
  'CREATE TEMP TABLE new_reports (task BIGINT, seq BIGINT, key VARCHAR, report VARCHAR)',
  'CREATE TEMP TABLE new_events (task BIGINT, seq BIGINT, at_ms BIGINT, entry VARCHAR)',
  CLOSED_DELTAS,
  UNPRICED_DELTAS,
  'CREATE TEMP TABLE new_counters (labels VARCHAR, delta VARCHAR)',
];
