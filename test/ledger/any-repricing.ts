import fc from 'fast-check';
import {
  type Adjustment,
  adjustedLine,
  REPRICING_STATES,
  type Repricing,
} from '../../src/domain/repricing.ts';
import { anyEvent } from './any-history.ts';
import { charges, count, maybe, model, name, settleChange, TRACES, time, traceChange } from './changes.ts';

/** A line, changed, gone or new. */
const adjustment = fc
  .record({
    repricing: fc.integer({ min: 1, max: 2 }),
    by: name,
    adjustedAt: fc.integer({ min: 0, max: 2 ** 42 }),
    traceId: fc.constantFrom(...TRACES),
    lines: fc
      .tuple(charges, charges, fc.integer({ min: 0, max: 2 }))
      .filter(([before, after]) => before.length > 0 && after.length > 0),
  })
  .map(({ lines: [before, after, which], traceId, ...rest }): Adjustment => {
    const [{ beside, ...one }, { beside: _, ...other }] = [before[0]!, after[0]!];
    const { spanId, taskId: id, at } = one;
    const place = { traceId, spanId, taskId: id, at };
    return {
      ...rest,
      before: which === 1 ? undefined : { ...one, ...place },
      after: which === 2 ? undefined : { ...other, ...place, line: one.line },
    };
  });

const repricing: fc.Arbitrary<Repricing> = fc.record({
  id: fc.integer({ min: 1, max: 3 }),
  by: name,
  startedAt: fc.integer({ min: 0, max: 2 ** 42 }),
  scope: fc.record({
    from: maybe(time),
    to: maybe(time),
    model: maybe(model),
    only: fc.constantFrom('all' as const, 'unpriced' as const, 'waiting' as const),
  }),
  tableHash: name,
  state: fc.constantFrom(...REPRICING_STATES),
  why: name,
  done: count,
  until: count,
  rows: fc.array(
    fc.record({
      component: name,
      model,
      month: fc.constant('2026-11'),
      spans: count,
      changed: count,
      before: fc.bigInt({ min: 0n, max: 2n ** 70n }),
      after: fc.bigInt({ min: 0n, max: 2n ** 70n }),
      unpricedBefore: count,
      unpricedAfter: count,
    }),
    { maxLength: 2 },
  ),
});

/** Any change, with any restatement of prices and any history in it; `withFreshness` leaves what a ledger can be told. */
export const pricedChange = fc
  .record({
    change: settleChange,
    priced: fc.record({
      repriced: fc.uniqueArray(traceChange, { maxLength: 2, selector: ({ traceId }) => traceId }),
      adjustments: fc.uniqueArray(adjustment, {
        maxLength: 3,
        selector: (one) => `${one.repricing} ${adjustedLine(one).traceId} ${adjustedLine(one).spanId}`,
      }),
      repricing,
    }),
    history: fc.array(anyEvent, { maxLength: 3 }),
  })
  .map(({ change, priced, history }) => ({ ...change, ...priced, history }));
