/**
 * A facts record: how spans lie in the journal, in memory while they are not settled, and in the ledger as
 * a trace's skeleton. One layout for the three, so that restart and late spans are no paths of their own.
 *
 *     record   version u8 | type u8 | received at, ms f64 | facts u32 | offset of the tables u32 | facts | tables
 *     fact     size u16 | trace id 16 | span id 8 | parent id 8 | start, ns u64 | bits u8 | kind u8
 *              | duration, ns | received after, ms | context | mask | the fields that the mask names
 *     tables   count, texts | count, contexts as JSON
 *
 * Everything without a width is a varint; a text is its number in the tables. No text of a prompt gets here:
 * only what `Meaning` names.
 */
export const RECORD_VERSION = 1;
export const RECORD_TYPE = { facts: 1, outcomes: 2 } as const;

export const RECORD_HEADER_BYTES = 18;
export const RECORD_AT = { version: 0, type: 1, receivedAt: 2, count: 10, tables: 14 } as const;
export const FACT_AT = {
  size: 0,
  trace: 2,
  span: 18,
  parent: 26,
  start: 34,
  bits: 42,
  kind: 43,
  rest: 44,
} as const;

export const FACT_BIT = { error: 1, remoteParent: 2, root: 4, coversRun: 8, coversLife: 16 } as const;

export const HAS = {
  usage: 1,
  provider: 2,
  model: 4,
  responseId: 8,
  tool: 16,
  callId: 32,
  units: 64,
  stated: 128,
  reportedUsd: 256,
  outcome: 512,
  valueUsd: 1024,
  remediation: 2048,
  flags: 4096,
  identity: 8192,
  dialect: 16384,
  served: 32768,
} as const;

export const HAS_USAGE = {
  input: 1,
  cacheRead: 2,
  cacheWrite5m: 4,
  cacheWrite1h: 8,
  output: 16,
  reasoning: 32,
} as const;

/** The text fields of Identity, in the order in which they are written; dimensions come behind them. */
export const IDENTITY_TEXTS = [
  'session',
  'dialectSession',
  'task',
  'agentType',
  'agentName',
  'taskType',
  'promptVersion',
  'user',
] as const;
/** By text its bit. The first version had seven, and its dimensions have the eighth. */
export const HAS_TEXT = [1, 2, 4, 8, 16, 32, 64, 256] as const;
export const HAS_DIMENSIONS = 128;

/** A fact's texts are numbers, so only lists make it long; this many items of one are kept. */
export const LIST_ITEMS_MAX = 256;
