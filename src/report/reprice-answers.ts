import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

const Money = Type.String({ pattern: '^-?\\d+(\\.\\d+)?$' });

const sums = {
  spans: Type.Number(),
  changed: Type.Number(),
  before_usd: Money,
  after_usd: Money,
  difference_usd: Money,
  unpriced_before: Type.Number(),
  unpriced_after: Type.Number(),
};

const Row = Type.Object({
  month: Type.String(),
  component: Type.String(),
  model: Type.String(),
  ...sums,
});

/** What of a re-pricing's answer the command reads. Fields may be added there; these stay. */
const Run = Type.Object({
  id: Type.Number(),
  state: Type.String(),
  why: Type.Union([Type.String(), Type.Null()]),
  dry_run: Type.Boolean(),
  table_hash: Type.String(),
  progress: Type.Number(),
  traces_rolled_off: Type.Number(),
  total: Type.Object(sums),
  rows: Type.Array(Row),
});

export type RepriceSumsJson = Static<typeof Run>['total'];
export type RepriceRowJson = Static<typeof Row>;
export type RepriceRunJson = Static<typeof Run>;

export const isRepriceRun = (json: unknown): json is RepriceRunJson => Value.Check(Run, json);
