import { Type } from '@sinclair/typebox';
import { at, closed, oneOfTexts, orNull } from './parts.ts';
import { taskFields } from './task-shapes.ts';

const cause = Type.Object(
  {
    kind: oneOfTexts(['spans', 'report', 'policy', 'repricing']),
    trace_ids: Type.Optional(
      Type.Array(Type.String(), { description: 'Of spans: at most ten of their traces.' }),
    ),
    source: Type.Optional(Type.String({ description: 'Of a report: who said so.' })),
    idempotency_key: Type.Optional(Type.String({ description: 'Of a report.' })),
    repricing: Type.Optional(Type.Integer({ description: 'The number of the re-pricing.' })),
    by: Type.Optional(Type.String({ description: 'Who asked for the re-pricing.' })),
  },
  closed,
);

/** The fields of a task whose changes are told of. */
const told = {
  state: taskFields.state,
  outcome: taskFields.outcome,
  closed_by: taskFields.closed_by,
  closed_at: taskFields.closed_at,
  value_usd: taskFields.value_usd,
  agent_type: taskFields.agent_type,
  task_type: taskFields.task_type,
  prompt_version: taskFields.prompt_version,
  user_id: taskFields.user_id,
  dimensions: taskFields.dimensions,
  cost_usd: taskFields.cost_usd,
  unpriced_calls: taskFields.unpriced_calls,
};

const sight = (description: string) => orNull(Type.Partial(Type.Object(told), { ...closed, description }));

const moves = (description: string) =>
  Type.Array(Type.Object({ trace_id: Type.String(), task_ids: Type.Array(Type.String()) }, closed), {
    description,
  });

export const event = Type.Object(
  {
    at: { ...at, description: 'When the ledger took it. RFC 3339, UTC.' },
    by: Type.Array(cause, { description: '`policy` is time: nothing more was heard.' }),
    before: sight(
      'The fields that changed, and the cost where state or outcome did; null where no such task was.',
    ),
    after: sight('The same fields as they were from then on; null where the task is gone.'),
    moved_from: moves('Traces that were of these tasks until then.'),
    moved_to: moves('Traces that are of these tasks from then on.'),
  },
  closed,
);
