import { type Static, Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';

/** What of the API's answers the report reads. Fields may be added there; these stay. */
const Money = Type.String({ pattern: '^-?\\d+(\\.\\d+)?$' });
const OrNull = <T extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Number>>(type: T) =>
  Type.Union([type, Type.Null()]);
const BothBases = <T extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Number>>(type: T) =>
  Type.Object({ resolved: OrNull(type), autonomous: OrNull(type) });

const CpstRow = Type.Object({
  tasks: Type.Object({
    solved: Type.Number(),
    remediated: Type.Number(),
    failed: Type.Number(),
    abandoned: Type.Number(),
  }),
  cost_usd: Type.Object({
    total: Money,
    inference: Money,
    vector: Money,
    tooling: Money,
    compute: Money,
    remediation: Money,
  }),
  cpst_usd: BothBases(Money),
  success_ratio: BothBases(Type.Number()),
  reasoning_action_ratio: Type.Object({
    reasoning: OrNull(Type.Number()),
    output: OrNull(Type.Number()),
  }),
  lower_bound: Type.Boolean(),
});

const Cpst = Type.Object({
  from: Type.String(),
  to: Type.String(),
  group_by: Type.Array(Type.String()),
  rows: Type.Array(CpstRow),
});

/** A row of `GET /api/v1/cpst`; its group fields are read by their names. */
export type CpstRow = Static<typeof CpstRow> & Readonly<Record<string, unknown>>;
export type CpstAnswer = Omit<Static<typeof Cpst>, 'rows'> & { readonly rows: readonly CpstRow[] };

/** True for what `GET /api/v1/cpst` answers. */
export const isCpstAnswer = (json: unknown): json is CpstAnswer => Value.Check(Cpst, json);

/** The value of a group field; unset dimensions and agent types are empty. */
export const groupValue = (row: CpstRow, field: string): string => String(row[field] ?? '');
