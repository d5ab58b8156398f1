import { type TSchema, Type } from '@sinclair/typebox';
import { COMPONENTS, UNPRICED_REASONS } from '../domain/charge.ts';
import { CALL_KINDS, OUTCOMES } from '../domain/task.ts';
import { TOKEN_CLASSES } from '../domain/usage.ts';

/**
 * The shapes of the API, as the OpenAPI document shows them and the tests check every answer against them.
 * Objects are closed: a field that is served and not described here fails a test.
 */
export const closed = { additionalProperties: false } as const;

export const money = Type.String({
  pattern: '^-?[0-9]+(\\.[0-9]{1,12})?$',
  description: 'US dollars, exact: no exponent, at most 12 decimals, no trailing zeros.',
});
export const at = Type.String({ format: 'date-time', description: 'RFC 3339, UTC, to the nanosecond.' });
export const whole = Type.Integer({ minimum: 0 });
export const flags = Type.Array(Type.String());

/** OpenAPI 3.1 says `null` in the type, or as one more member. */
export const orNull = (schema: TSchema): TSchema => Type.Union([schema, Type.Null()]);

export const oneOfTexts = (texts: readonly string[]): TSchema =>
  Type.Unsafe<string>({ type: 'string', enum: [...texts] });

const record = (names: readonly string[], schema: TSchema) =>
  Type.Object(Object.fromEntries(names.map((name) => [name, schema])), closed);

export const costUsd = record(['total', ...COMPONENTS], money);
export const tokens = record(TOKEN_CLASSES, whole);
export const outcomeCounts = record(OUTCOMES, whole);
export const countsByName = Type.Record(Type.String(), whole);
export const bothBases = (schema: TSchema) => record(['resolved', 'autonomous'], orNull(schema));

const taskFields = {
  task_id: Type.String(),
  agent_type: Type.String({ description: 'Empty where nothing names it.' }),
  task_type: Type.String(),
  prompt_version: orNull(Type.String()),
  dimensions: Type.Record(Type.String(), Type.String(), { description: 'Empty text where unset.' }),
  state: oneOfTexts(['open', 'closed']),
  outcome: orNull(oneOfTexts(OUTCOMES)),
  closed_by: orNull(oneOfTexts(['reported', 'inferred', 'expired'])),
  started_at: at,
  closed_at: orNull(at),
  value_usd: orNull(money),
  cost_usd: costUsd,
  tokens,
  calls: record(CALL_KINDS, whole),
  actions: whole,
  unpriced_calls: whole,
  flags,
};

export const task = Type.Object(taskFields, closed);

export const taskDetail = Type.Object(
  {
    ...taskFields,
    trace_ids: Type.Array(Type.String()),
    suppressed: Type.Array(Type.Object({ span_id: Type.String(), rule: Type.String() }, closed), {
      description: 'Spans whose usage or action was not counted, and the rule.',
    }),
  },
  closed,
);

export const charge = Type.Object(
  {
    trace_id: Type.String({ description: 'Empty for a charge of the task itself.' }),
    span_id: Type.String(),
    line: whole,
    at,
    component: oneOfTexts(COMPONENTS),
    provider: Type.String(),
    model: Type.String(),
    resource: Type.String({ description: 'Tool, database system, or `human`.' }),
    class: Type.String({ description: 'Token class (`input` is the uncached part) or unit.' }),
    quantity: Type.Number(),
    rate_usd: orNull(
      Type.String({ description: 'Dollars for one unit; up to 15 decimals, so that it is exact.' }),
    ),
    amount_usd: orNull(money),
    price_id: orNull(Type.String()),
    table_hash: orNull(Type.String()),
    flags,
    reason: orNull(oneOfTexts(UNPRICED_REASONS)),
  },
  closed,
);
