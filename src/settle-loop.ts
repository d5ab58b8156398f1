import { Conflicts } from './conflicts.ts';
import { LedgerConflict } from './domain/ledger.ts';
import type { Count } from './domain/self-metrics.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';

/** Runs settle steps, one at a time: on a tick while nothing is ripe, back to back while something is. */
export interface SettleLoop {
  /** Resolves once everything that waits now, and is ripe, went through a step. Rejects where a step fails. */
  settleNow(): Promise<void>;
  /** Runs `work` while no step runs: before the next one at the latest. Rejects where it does, or after `close`. */
  between<T>(work: () => Promise<T>): Promise<T>;
  /** Lets the running step end; starts no other. */
  close(): Promise<void>;
}

export function openSettleLoop(parts: {
  readonly settle: () => Promise<boolean>;
  readonly intervalMs: number;
  readonly clock: Clock;
  readonly count: Count;
  readonly log: Log;
}): SettleLoop {
  const { settle, intervalMs, clock, count, log } = parts;
  let running: Promise<void> = Promise.resolve();
  const conflicts = new Conflicts();
  let closed = false;
  let cancel = clock.after(intervalMs, tick);

  async function step(): Promise<boolean> {
    const startedMs = clock.now();
    try {
      const worked = await settle();
      if (worked) count('settle_runs', 1, { result: 'done' });
      conflicts.over();
      return worked;
    } catch (fault) {
      count('settle_runs', 1, { result: fault instanceof LedgerConflict ? 'conflict' : 'failed' });
      conflicts.met(fault);
      // What is ripe still is: at once again.
      return true;
    } finally {
      // The clock may have been set back, but a counter does not fall.
      count('settle_seconds', Math.max(0, clock.now() - startedMs) / 1000, {});
    }
  }

  async function untilIdle(): Promise<void> {
    await runWaiting();
    while (!closed && (await step())) await runWaiting();
  }

  /** What waits to run between two steps. */
  let waiting: (() => Promise<void>)[] = [];

  /** Only what waits now: work that asks for more gives way to a step first. */
  async function runWaiting(): Promise<void> {
    const works = waiting;
    waiting = [];
    for (const work of works) await work();
  }

  function between<T>(work: () => Promise<T>): Promise<T> {
    if (closed) return Promise.reject(new Error('the service is closing'));
    const done = new Promise<T>((resolve, reject) => {
      waiting.push(() => work().then(resolve, reject));
    });
    running = running.then(runWaiting).catch(() => {});
    return done;
  }

  /** Steps never overlap: each caller waits for the ones before it. */
  function queue(): Promise<void> {
    const mine = running.then(untilIdle);
    running = mine.catch(() => {});
    return mine;
  }

  function tick(): void {
    queue()
      .catch((fault: unknown) => {
        log.error({ err: fault }, 'a settle step failed; nothing is lost, it is tried again');
      })
      .finally(() => {
        if (!closed) cancel = clock.after(intervalMs, tick);
      });
  }

  return {
    settleNow: queue,
    between,
    async close() {
      closed = true;
      cancel();
      await running;
      // What was asked for last still runs, so that nobody waits for ever.
      await runWaiting();
    },
  };
}
