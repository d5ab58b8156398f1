import { Type } from '@sinclair/typebox';
import { COMPONENTS, UNPRICED_REASONS } from '../../domain/charge.ts';
import { CALL_KINDS, OUTCOMES } from '../../domain/task.ts';
import { at, closed, costUsd, flags, money, oneOfTexts, orNull, record, tokens, whole } from './parts.ts';

export const taskFields = {
  task_id: Type.String(),
  agent_type: Type.String({ description: 'Empty where nothing names it.' }),
  task_type: Type.String(),
  prompt_version: orNull(Type.String()),
  user_id: orNull(Type.String()),
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

/** Of a task, and of the answer with its charges. */
export const rolledOff = Type.Boolean({
  description:
    'True where charges are older than `charges_keep` and are kept no more: those that are left are not all that the task costs.',
});

export const taskDetail = Type.Object(
  {
    ...taskFields,
    trace_ids: Type.Array(Type.String()),
    charges_rolled_off: rolledOff,
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
    reported_usd: orNull({ ...money, description: 'What the emitter said that the whole call cost.' }),
    computed_usd: orNull({
      ...money,
      description: 'What the price table makes of the whole call beside it.',
    }),
    served: orNull(
      Type.Object(
        {
          tier: Type.Optional(Type.String()),
          region: Type.Optional(Type.String()),
          deployment: Type.Optional(Type.String()),
        },
        { ...closed, description: 'How and where the call was served, as far as its span says.' },
      ),
    ),
  },
  closed,
);
