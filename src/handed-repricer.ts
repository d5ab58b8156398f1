import type { Keeper } from './domain/fleet.ts';
import {
  NobodyKeepsHouse,
  type RepriceAsked,
  type RepriceRun,
  type Repricer,
  type RepriceStarted,
} from './domain/repricing.ts';
import type { Wishes } from './ledger/postgres/wishes.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { OpenRepricer } from './repricer.ts';

export interface HandedParts {
  readonly keeper: Keeper;
  readonly wishes: Wishes;
  /** Goes on with what the keeper before left under way. */
  readonly open: () => Promise<OpenRepricer>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What is asked of a repricer from afar. */
type Call =
  | { readonly call: 'start'; readonly asked: RepriceAsked }
  | { readonly call: 'runs' | 'waiting' }
  | { readonly call: 'pause' | 'resume'; readonly id: number };

const LOOK_EVERY_MS = 250;
/** Time for which somebody waits for an answer. */
const ANSWER_MS = 15_000;
/** Prices that came into force are no question: whoever keeps house next hears of it. */
const NEWS_MS = 86_400_000;
const SWEEP_EVERY_MS = 60_000;

/**
 * Re-pricing in a fleet: the replica that keeps house does it, and any may be asked. A question lies in the database
 * until it is answered there, so that replicas need no way to each other.
 */
export function openHandedRepricer(
  parts: HandedParts,
): Omit<OpenRepricer, 'runs' | 'isStale'> & Pick<Repricer, 'runs'> {
  const { keeper, wishes, clock, log } = parts;
  let own: OpenRepricer | undefined;
  let sweptMs = 0;
  let closed = false;
  let turns: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = turns.then(work);
    turns = mine.catch(() => {});
    return mine;
  }

  /** The repricer of this replica, where it keeps house; opened with the house, and closed with it. */
  const mine = (): Promise<OpenRepricer | undefined> =>
    inTurn(async () => {
      const keeps = !closed && (await keeper.keeps());
      if (own !== undefined && (!keeps || own.isStale())) {
        const left = own;
        own = undefined;
        await left.close();
      }
      if (keeps) own ??= await parts.open();
      return own;
    });

  async function call(wish: Call): Promise<unknown> {
    const here = await mine();
    return here === undefined ? askKeeper(wish) : grant(here, wish);
  }

  async function askKeeper(wish: Call): Promise<unknown> {
    const id = await wishes.leave(textOf(wish), ANSWER_MS);
    for (let waited = 0; waited < ANSWER_MS && !closed; waited += LOOK_EVERY_MS) {
      await new Promise<void>((resolve) => {
        clock.after(LOOK_EVERY_MS, resolve);
      });
      const answer = await wishes.answer(id);
      if (answer === undefined) continue;
      const { value, fault } = readText(answer) as { value?: unknown; fault?: string };
      if (fault !== undefined) throw new Error(`the replica that keeps house could not: ${fault}`);
      return value;
    }
    await wishes.forget(id);
    throw new NobodyKeepsHouse(
      'no replica keeps house just now, which is what prices anew; another one will within seconds: ask again',
    );
  }

  /** Answers what others asked, oldest first. */
  async function answerOthers(): Promise<void> {
    const here = await mine();
    if (here === undefined) return;
    if (clock.now() - sweptMs >= SWEEP_EVERY_MS) {
      sweptMs = clock.now();
      await wishes.sweep();
    }
    for (const { id, wish } of await wishes.waiting()) {
      const asked = readText(wish) as Call;
      const answer = await grant(here, asked).then(
        (value) => ({ value }),
        (fault: unknown) => ({ fault: fault instanceof Error ? fault.message : String(fault) }),
      );
      await wishes.fulfil(id, asked.call === 'waiting' ? undefined : textOf(answer));
    }
  }

  let failing = false;
  let cancel = clock.after(LOOK_EVERY_MS, look);
  let looking: Promise<void> = Promise.resolve();
  function look(): void {
    looking = answerOthers()
      .then(
        () => {
          failing = false;
        },
        (fault: unknown) => {
          if (!failing && !closed) log.warn({ err: fault }, 'what other replicas ask could not be looked up');
          failing = true;
        },
      )
      .then(() => {
        if (!closed) cancel = clock.after(LOOK_EVERY_MS, look);
      });
  }

  return {
    start: async (asked) => (await call({ call: 'start', asked })) as RepriceStarted,
    runs: async () => (await call({ call: 'runs' })) as readonly RepriceRun[],
    pause: async (id) => (await call({ call: 'pause', id })) as RepriceRun | undefined,
    resume: async (id) => (await call({ call: 'resume', id })) as RepriceStarted | undefined,
    priceWaiting() {
      // Told to the keeper even where that is this replica: what others settle by the prices before comes after.
      wishes.leave(textOf({ call: 'waiting' }), NEWS_MS).catch((fault: unknown) => {
        log.error({ err: fault }, 'charges that wait for a price could not be asked for');
      });
    },
    async close() {
      closed = true;
      cancel();
      await looking;
      await mine();
    },
  };
}

async function grant(here: OpenRepricer, wish: Call): Promise<unknown> {
  switch (wish.call) {
    case 'start':
      return here.start(wish.asked);
    case 'runs':
      return here.runs();
    case 'pause':
      return here.pause(wish.id);
    case 'resume':
      return here.resume(wish.id);
    case 'waiting':
      return here.priceWaiting();
  }
}

/** JSON with whole numbers of any size; what is undefined is left out, and is undefined again. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? { $whole: one.toString() } : one));

const readText = (text: string): unknown =>
  JSON.parse(text, (_, one) => {
    const { $whole: whole } = (one ?? {}) as { $whole?: unknown };
    return typeof whole === 'string' ? BigInt(whole) : one;
  });
