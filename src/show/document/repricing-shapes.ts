import { Type } from '@sinclair/typebox';
import { COMPONENTS, UNPRICED_REASONS } from '../../domain/charge.ts';
import { REPRICING_STATES } from '../../domain/repricing.ts';
import { at, closed, money, oneOfTexts, orNull, whole } from './parts.ts';

const time = (description: string) => Type.Optional(orNull(Type.String({ description })));
const flag = (description: string) => Type.Optional(orNull(Type.Boolean({ description })));

export const repriceBody = Type.Object(
  {
    dry_run: Type.Boolean({ description: 'True prints what it would change, and changes nothing.' }),
    from: time('Calls that ended at this date or time or later.'),
    to: time('Calls that ended before this date or time.'),
    model: Type.Optional(orNull(Type.String({ minLength: 1 }))),
    only_unpriced: flag('Only calls with a line that has no amount.'),
    table: Type.Optional(
      orNull(Type.String({ description: 'How the hash of a table begins that was in force here.' })),
    ),
    as_of: time('By the table that was in force here at that time, each call at the rates of its own time.'),
    today: flag('Each call at the rates in force now; a dry run only, and with neither table nor as_of.'),
    by: Type.Optional(orNull(Type.String({ minLength: 1, description: 'Who restates; `api` unless told.' }))),
  },
  closed,
);

const sums = {
  spans: whole,
  changed: whole,
  before_usd: money,
  after_usd: money,
  difference_usd: money,
  unpriced_before: whole,
  unpriced_after: whole,
  lower_bound: Type.Boolean({ description: 'Something in it has no price even now.' }),
};

export const repricing = Type.Object(
  {
    id: whole,
    state: oneOfTexts(REPRICING_STATES),
    why: orNull(Type.String()),
    dry_run: Type.Boolean(),
    today: Type.Boolean(),
    by: Type.String(),
    started_at: at,
    table_hash: Type.String(),
    scope: Type.Object(
      {
        from: orNull(at),
        to: orNull(at),
        model: orNull(Type.String()),
        only: oneOfTexts(['all', 'unpriced', 'waiting']),
      },
      closed,
    ),
    progress: Type.Number({ minimum: 0, maximum: 1 }),
    traces_rolled_off: {
      ...whole,
      description: 'Traces whose charges had rolled off when it began: nothing of them is priced anew.',
    },
    total: Type.Object(sums, closed),
    rows: Type.Array(
      Type.Object(
        { month: Type.String(), component: oneOfTexts(COMPONENTS), model: Type.String(), ...sums },
        closed,
      ),
    ),
  },
  closed,
);

const stand = orNull(
  Type.Object(
    {
      line: whole,
      quantity: Type.Number(),
      rate_usd: orNull(Type.String()),
      amount_usd: orNull(money),
      price_id: orNull(Type.String()),
      table_hash: orNull(Type.String()),
      reason: orNull(oneOfTexts(UNPRICED_REASONS)),
    },
    closed,
  ),
);

export const adjustment = Type.Object(
  {
    repricing: whole,
    by: Type.String({ description: 'Who restated; `solvent` where a price came later.' }),
    adjusted_at: at,
    trace_id: Type.String(),
    span_id: Type.String(),
    at,
    component: oneOfTexts(COMPONENTS),
    provider: Type.String(),
    model: Type.String(),
    resource: Type.String(),
    class: Type.String(),
    difference_usd: money,
    before: stand,
    after: stand,
  },
  closed,
);
