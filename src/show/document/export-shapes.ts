import { Type } from '@sinclair/typebox';
import { COMPONENTS, UNPRICED_REASONS } from '../../domain/charge.ts';
import { OUTCOMES } from '../../domain/task.ts';
import { at, closed, flags, money, oneOfTexts, orNull, whole } from './parts.ts';

const text = Type.String();
const maybe = orNull(Type.String());
const decimal = (places: number) =>
  Type.String({ pattern: `^-?[0-9]+(\\.[0-9]{1,${places}})?$`, description: `${places} decimals at most.` });

/** A row of an export; docs/ledger.md says what each column means. */
export const exportedCharge = Type.Object(
  {
    at,
    trace_id: maybe,
    span_id: maybe,
    line: whole,
    task_id: text,
    agent_type: text,
    task_type: text,
    prompt_version: maybe,
    user_id: maybe,
    dimensions: Type.Record(Type.String(), Type.String(), { description: 'Those that are set.' }),
    task_state: oneOfTexts(['open', 'closed']),
    outcome: orNull(oneOfTexts(OUTCOMES)),
    closed_by: orNull(oneOfTexts(['reported', 'inferred', 'expired'])),
    closed_at: orNull(at),
    component: oneOfTexts(COMPONENTS),
    provider: text,
    model: text,
    resource: text,
    class: text,
    quantity: decimal(6),
    rate_usd: orNull(decimal(15)),
    amount_usd: orNull(money),
    reported_usd: orNull(money),
    computed_usd: orNull(money),
    reason: orNull(oneOfTexts(UNPRICED_REASONS)),
    price_id: maybe,
    table_hash: maybe,
    flags,
    service_tier: maybe,
    region: maybe,
    deployment: maybe,
  },
  closed,
);

export const exportedFile = Type.String({ description: 'The rows; see docs/ledger.md.' });

export const checksums = Type.Object(
  {
    days: Type.Array(
      Type.Object(
        {
          day: Type.String({ format: 'date' }),
          lines: whole,
          unpriced_lines: whole,
          amount_usd: money,
          sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
        },
        closed,
      ),
      { description: 'Days that have charges, oldest first.' },
    ),
  },
  closed,
);
