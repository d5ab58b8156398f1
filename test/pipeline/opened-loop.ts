import type { Clock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { openSettleLoop } from '../../src/settle-loop.ts';
import { openSelfMetrics } from '../../src/telemetry/registry.ts';
import { handClock } from '../support/clock.ts';

export const INTERVAL_MS = 1000;

/** Lets everything run that waits for nothing but its turn. */
export const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A loop whose steps end when and how a test says. */
export function opened() {
  const clock = handClock();
  const timers = { left: 0 };
  const counted: Clock = {
    now: clock.now,
    after(delayMs, task) {
      timers.left += 1;
      const cancel = clock.after(delayMs, () => {
        timers.left -= 1;
        task();
      });
      return () => {
        timers.left -= 1;
        cancel();
      };
    },
  };
  const self = openSelfMetrics();
  const said: unknown[] = [];
  const running: { end: (worked: boolean) => void; fail: (fault: unknown) => void }[] = [];
  const seen = { started: 0, mostAtOnce: 0 };
  const loop = openSettleLoop({
    settle: () =>
      new Promise<boolean>((resolve, reject) => {
        const ends = (settle: () => void) => {
          running.splice(running.indexOf(step), 1);
          settle();
        };
        const step = {
          end: (worked: boolean) => ends(() => resolve(worked)),
          fail: (fault: unknown) => ends(() => reject(fault)),
        };
        running.push(step);
        seen.started += 1;
        seen.mostAtOnce = Math.max(seen.mostAtOnce, running.length);
      }),
    intervalMs: INTERVAL_MS,
    clock: counted,
    count: self.count,
    log: { ...silentLog, error: (fields, message) => said.push({ ...fields, message }) },
  });
  const counter = (name: string, result?: string) =>
    self
      .read()
      .filter((one) => one.name === name && (result === undefined || one.labels.result === result))
      .reduce((sum, { value }) => sum + value, 0);
  /** Ends the running step, and lets what follows begin. */
  const end = async (worked: boolean) => {
    running[0]!.end(worked);
    await turn();
  };
  return { loop, clock, timers, said, running, seen, counter, end };
}
