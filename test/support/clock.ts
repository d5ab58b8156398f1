import type { Clock } from '../../src/lib/clock.ts';

/** A clock that a test turns by hand; timers run when it passes them, in order of their time. */
export interface HandClock extends Clock {
  advance(byMs: number): void;
}

export function handClock(startMs = Date.UTC(2026, 10, 23, 12)): HandClock {
  let now = startMs;
  const timers = new Set<{ at: number; task: () => void }>();
  return {
    now: () => now,
    after(delayMs, task) {
      const timer = { at: now + delayMs, task };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(byMs) {
      const end = now + byMs;
      for (;;) {
        const due = [...timers].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        timers.delete(due);
        now = Math.max(now, due.at);
        due.task();
      }
      now = end;
    },
  };
}
