import { type TSchema, Type } from '@sinclair/typebox';
import { COMPONENTS, UNPRICED_REASONS } from '../../domain/charge.ts';
import {
  at,
  bothBases,
  closed,
  costUsd,
  countsByName,
  flags,
  money,
  oneOfTexts,
  orNull,
  outcomeCounts,
  tokens,
  whole,
} from './parts.ts';

/** `groups` are the names that `group_by` takes. */
export function cpstSchema(groups: readonly string[]): TSchema {
  const ratio = Type.Number({ minimum: 0 });
  const row = Type.Object(
    {
      ...Object.fromEntries(groups.map((name) => [name, Type.Optional(Type.String())])),
      tasks: outcomeCounts,
      cost_usd: costUsd,
      cpst_usd: bothBases(money),
      success_ratio: bothBases(ratio),
      reasoning_action_ratio: Type.Object({ reasoning: orNull(ratio), output: orNull(ratio) }, closed),
      lower_bound: Type.Boolean({ description: 'Something in it has no price: it costs at least this.' }),
      details: Type.Object(
        {
          mean_cost_usd: orNull(money),
          closed_by: Type.Object({ reported: whole, inferred: whole, expired: whole }, closed),
          inferred_ratio: orNull(ratio),
          untagged_cost_ratio: orNull(ratio),
          tokens,
          actions: whole,
          model_calls: whole,
          unpriced_calls: whole,
        },
        { ...closed, description: 'What the figures above are made of.' },
      ),
    },
    closed,
  );
  return Type.Object(
    { from: at, to: at, group_by: Type.Array(Type.String()), rows: Type.Array(row) },
    closed,
  );
}

export const unpriced = Type.Object(
  {
    component: oneOfTexts(COMPONENTS),
    provider: Type.String(),
    model: Type.String(),
    resource: Type.String(),
    unit: Type.String({ description: 'Token class or unit.' }),
    reason: oneOfTexts(UNPRICED_REASONS),
    calls: whole,
    quantity: Type.Number({ description: 'Tokens or units.' }),
    first_seen: at,
    last_seen: at,
  },
  closed,
);

/** Only where several replicas share the ledger. */
const fleet = Type.Object(
  {
    price_tables_differ: Type.Boolean({ description: 'Live replicas price by different tables.' }),
    spans_out_of_reach: Type.Integer({
      description:
        'Acked spans on the disks of replicas that are gone, as these last said; they count once those are started again.',
    }),
    replicas: Type.Array(
      Type.Object(
        {
          name: Type.String(),
          lives: Type.Boolean({ description: 'Its lease runs.' }),
          keeps_house: Type.Boolean({ description: 'It does what one does for all.' }),
          journal: oneOfTexts(['disk', 'database']),
          table_hash: Type.String({ description: 'The price table in force there.' }),
          spans_open: Type.Integer({ description: 'Spans that it acked and that are not settled yet.' }),
        },
        closed,
      ),
    ),
  },
  closed,
);

export const dataHealth = Type.Object(
  {
    tasks: whole,
    tasks_closed: whole,
    untagged_tasks: whole,
    untagged_cost_usd: money,
    total_cost_usd: money,
    lower_bound: Type.Boolean({ description: 'Something in it has no price: it is at least this.' }),
    inferred_tasks: whole,
    expired_tasks: whole,
    lower_bound_tasks: whole,
    unpriced_calls: whole,
    model_calls: whole,
    late_tasks: whole,
    clock_skewed_tasks: whole,
    suppressed: Type.Record(Type.String(), whole, {
      description: 'Spans whose usage or action was not counted, by rule.',
    }),
    flags: { ...countsByName, description: 'Tasks by flag.' },
    reported_costs: Type.Array(
      Type.Object(
        {
          provider: Type.String(),
          model: Type.String(),
          calls: whole,
          reported_usd: money,
          computed_usd: money,
          difference_usd: money,
          uncomputed_calls: whole,
        },
        closed,
      ),
      {
        description:
          'Calls whose emitter says what they cost, beside what the price table makes of the same calls.',
      },
    ),
    prices: Type.Object(
      {
        table_hash: Type.String(),
        list: Type.String({ description: 'The list prices and their version.' }),
        list_published: Type.String({ description: 'The day on which they came out.' }),
        list_read: Type.String({ description: 'The day on which they were read.' }),
        list_age_days: whole,
        stale: Type.Boolean({ description: 'They came out more than 45 days ago.' }),
        set_aside: Type.Array(Type.String(), {
          description: 'Rows of the overlay that no longer fit the list prices, and are not used.',
        }),
      },
      closed,
    ),
    fleet: Type.Optional(fleet),
  },
  closed,
);

const rate = Type.Object(
  { class: Type.String(), usd: Type.String({ description: 'Dollars for `per` units.' }), per: Type.Number() },
  closed,
);

const rateRow = {
  price_id: Type.String(),
  source: oneOfTexts(['user', 'overlay', 'snapshot']),
  note: Type.String({
    description: 'Where the rates are from, and why they differ from the source below it.',
  }),
  when: Type.String({ description: 'The calls that the row is for; empty for all standard ones.' }),
  valid_from: orNull(at),
  valid_to: orNull(at),
  rates: Type.Array(rate),
  basis: Type.String({ description: 'What the thresholds of `tiers` count.' }),
  tiers: Type.Array(Type.Object({ above: whole, rates: Type.Array(rate) }, closed), {
    description:
      'Rates once the basis is above so many tokens: of the whole request, or for the basis `each` of what is above.',
  }),
};

export const rateCard = Type.Object(
  {
    provider: Type.String({ description: 'Of the price row, which may be wider than what was asked for.' }),
    model: Type.String(),
    at,
    table_hash: Type.String(),
    flags,
    ...rateRow,
    others: Type.Array(Type.Object(rateRow, closed), {
      description: 'The other rows of the same source at that time, for calls that are served otherwise.',
    }),
  },
  closed,
);
