import fc from 'fast-check';
import {
  type CallKey,
  CLOCK_REACH_MS,
  SESSION_REACH_MS,
  TOTAL_TELLER,
  type TraceMark,
  type Verdict,
} from '../../src/domain/twins.ts';

/** Few numbers and times just apart, so that keys meet, and just do not. */
export const anyKey: fc.Arbitrary<CallKey> = fc
  .record({
    same: fc.constantFrom(0, 7, 2 ** 53 - 1),
    alike: fc.constantFrom(0, 8, 9),
    teller: fc.constantFrom(TOTAL_TELLER, 2, 3, 4, 2 ** 31 - 1),
    session: fc.constantFrom(0, 5, 2 ** 53 - 2),
    fromMs: fc
      .record({
        base: fc.constantFrom(0, CLOCK_REACH_MS, SESSION_REACH_MS, 2 * SESSION_REACH_MS),
        more: fc.integer({ min: 0, max: 3 }),
      })
      .map(({ base, more }) => 1_700_000_000_000 + base + more),
    tookMs: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ tookMs, ...key }) => ({ ...key, toMs: key.fromMs + tookMs }));

const anyMark = (traces: readonly string[], tasks: readonly string[]): fc.Arbitrary<TraceMark> =>
  fc.record({
    traceId: fc.constantFrom(...traces),
    taskId: fc.constantFrom(...tasks),
    tagged: fc.boolean(),
    working: fc.boolean(),
    startedAt: fc.constant('5'),
  });
/** Verdicts over few traces and tasks. */
export const anyVerdict = (traces: readonly string[], tasks: readonly string[]): fc.Arbitrary<Verdict> =>
  fc.array(
    anyMark(traces, tasks).map((keeper) => ({
      spanId: '00000000000000a1',
      kind: 'inference' as const,
      others: [keeper.traceId],
      as: 'dropped' as const,
      rule: 'suspected_twin' as const,
      keeper,
    })),
    { maxLength: 2 },
  );
