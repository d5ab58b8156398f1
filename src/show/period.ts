import type { Window } from '../domain/window.ts';
import { nanosOfMs } from '../lib/rfc3339.ts';
import { type Problem, problem } from './problem.ts';

/** The stretch of close times a question is about: at or after `from`, before `to`. Unix nanoseconds. */
export interface Period {
  readonly from: bigint;
  readonly to: bigint;
}

/**
 * `window` up to now, or `from` to `to`, or all time where none is told. `now` in ms.
 * All time ends a millisecond from now, so that what closes in this one is in it.
 */
export function periodOf(
  asked: {
    readonly window: Window | undefined;
    readonly from: bigint | undefined;
    readonly to: bigint | undefined;
  },
  now: number,
): Period | Problem {
  const end = nanosOfMs(now + 1);
  if (asked.window !== undefined) {
    if (asked.from !== undefined || asked.to !== undefined)
      return problem(400, 'window goes without from and to: give one or the other', { parameter: 'window' });
    return { from: nanosOfMs(now - asked.window.ms), to: end };
  }
  const { to = end } = asked;
  // Before 1970 there is no time that a task closed at: such a question is about nothing, and not wrong.
  const { from = to < 0n ? to : 0n } = asked;
  return from > to ? problem(400, 'from should not be after to', { parameter: 'from' }) : { from, to };
}
