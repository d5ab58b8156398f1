import type { Keeper } from './domain/fleet.ts';
import type { Ledger } from './domain/ledger.ts';
import type { Count } from './domain/self-metrics.ts';
import type { Shrunk } from './domain/shrunk.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';

/** Looked for this often, and first a minute after the start, which has more urgent things to do. */
const EVERY_MS = 3_600_000;
const FIRST_MS = 60_000;

/**
 * Lets charge lines go that are older than they are to be kept, a slice between two settle steps; see `Ledger.rollOff`.
 * Then gives free space of the ledger's file back to the disk, where that is much. What fails is logged and tried again an hour later: nothing waits for it. The returned function ends it.
 */
export function openRetention(parts: {
  readonly ledger: Pick<Ledger, 'rollOff'>;
  /** 0 keeps lines for ever. */
  readonly chargesKeepMs: number;
  /** See `Store`. */
  readonly shrink: (() => Promise<Shrunk>) | undefined;
  /** Of several that share a ledger one does it. */
  readonly keeper: Keeper;
  readonly between: <T>(work: () => Promise<T>) => Promise<T>;
  readonly clock: Clock;
  readonly count: Count;
  readonly log: Log;
}): () => Promise<void> {
  const { ledger, keeper, chargesKeepMs, shrink, between, clock, count, log } = parts;
  if (chargesKeepMs === 0 && shrink === undefined) return async () => {};
  let closed = false;
  let running = Promise.resolve();
  let cancel = clock.after(FIRST_MS, look);

  async function rollOff(): Promise<void> {
    if (chargesKeepMs === 0) return;
    const beforeMs = clock.now() - chargesKeepMs;
    while (!closed && (await keeper.keeps())) {
      const lines = await between(() => ledger.rollOff(beforeMs));
      if (lines === 0) return;
      count('charges_rolled_off', lines, {});
      log.info({ lines }, 'charge lines rolled off; tasks and sums stay');
    }
  }

  async function giveBack(): Promise<void> {
    if (closed || shrink === undefined) return;
    const startedMs = clock.now();
    const shrunk = await between(shrink);
    if (shrunk.kind === 'no_room')
      log.warn(shrunk, 'the ledger could give space back, but there is no room for the copy that this takes');
    if (shrunk.kind === 'shrunk')
      log.info({ ...shrunk, ms: clock.now() - startedMs }, 'the ledger gave space back to the disk');
  }

  const told =
    (what: string) =>
    (fault: unknown): void => {
      if (!closed) log.error({ err: fault }, `${what}; it is tried again in an hour`);
    };

  function look(): void {
    running = rollOff()
      .catch(told('charge lines could not roll off'))
      .then(giveBack)
      .catch(told('the ledger could not give space back to the disk'))
      .finally(() => {
        if (!closed) cancel = clock.after(EVERY_MS, look);
      });
  }

  return async () => {
    closed = true;
    cancel();
    await running;
  };
}
