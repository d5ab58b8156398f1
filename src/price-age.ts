import { STALE_AFTER_DAYS } from './domain/policy.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { PriceBook } from './price/book.ts';

const DAY_MS = 86_400_000;

/** Tells of list prices that are too old to be trusted: once at the start, then once a day. Closes by the returned call. */
export function watchPriceAge(parts: {
  readonly prices: Pick<PriceBook, 'ageMs'>;
  readonly clock: Clock;
  readonly log: Log;
}): () => void {
  const { prices, clock, log } = parts;
  let cancel = () => {};
  const look = (): void => {
    const days = Math.floor(prices.ageMs(clock.now()) / DAY_MS);
    if (days > STALE_AFTER_DAYS)
      log.warn(
        { days },
        `the list prices came out ${days} days ago: prices that changed since are charged as they were; solvent prices import takes newer ones`,
      );
    cancel = clock.after(DAY_MS, look);
  };
  look();
  return () => cancel();
}
