import { describe, expect, test } from '@jest/globals';
import { type Ledger, LedgerConflict } from '../../src/domain/ledger.ts';
import {
  HouseMoved,
  NobodyKeepsHouse,
  type RepriceAsked,
  type RepriceRun,
} from '../../src/domain/repricing.ts';
import { openMemoryLedger } from '../../src/ledger/memory.ts';
import { silentLog } from '../../src/lib/log.ts';
import { openPriceBook } from '../../src/price/book.ts';
import { readUserFile } from '../../src/price/user-file.ts';
import { type OpenRepricer, openRepricer, type RepricerParts } from '../../src/repricer.ts';
import { snapshot } from '../price/uses.ts';
import { smallTask } from '../support/spans.ts';
import { until } from '../support/until.ts';
import { openTestWalk, type TestWalk } from '../support/walk.ts';

/** One run at a time, that can be paused, dies with its process, and is gone on with by the next. */

const ASKED: RepriceAsked = {
  scope: { from: undefined, to: undefined, model: undefined, only: 'all' },
  table: undefined,
  asOfMs: undefined,
  today: false,
  dryRun: false,
  by: 'test',
};

/** Five traces that wait for the price of `mini`, over a ledger that outlives who works on it. */
async function waiting(ledger: Ledger = openMemoryLedger()): Promise<TestWalk> {
  const walk = await openTestWalk({ ledger });
  for (let index = 0; index < 5; index += 1)
    await walk.take(smallTask(`c${index}`, { 'agent.session.id': `s${index}` }));
  await walk.settleAfter(10_000);
  return walk;
}

function bookAt(input: string, { rooms }: TestWalk) {
  const text = `version: 1\nprices: [{match: {exact: [mini]}, usd: {input: "${input}", output: "10"}}]`;
  const file = readUserFile('prices.yaml', text, input);
  if (file.kind === 'refused') throw new Error(file.complaints.join());
  return openPriceBook({ snapshot, overlay: undefined, userTable: file.table, policy: rooms.policy });
}

/** A repricer in portions of one trace, each of which waits for `let`. */
async function opened(walk: TestWalk, given: Partial<RepricerParts> & { readonly input?: string } = {}) {
  const { ledger, policy, clock, count } = walk.rooms;
  const gate: { held: boolean; waiting: (() => void)[] } = { held: false, waiting: [] };
  const book = bookAt(given.input ?? '1', walk);
  const repricer = await openRepricer({
    ledger,
    policy,
    inForce: () => book,
    bookOf: async () => undefined,
    tableAt: async () => undefined,
    between: async (work) => {
      if (gate.held) await new Promise<void>((resolve) => gate.waiting.push(resolve));
      return work();
    },
    limit: 1,
    clock,
    count,
    log: silentLog,
    ...given,
  });
  const last = () => repricer.runs().at(-1);
  /** The last of so many runs, once it is over. */
  const ended = (runs = 1) =>
    until('the run is over', () => {
      const run = last();
      return repricer.runs().length >= runs && run?.state !== 'running' && run;
    });
  /** Lets one portion, or one word to the ledger, through. */
  const step = async () => {
    await until('something waits', () => gate.waiting.length > 0);
    gate.waiting.shift()!();
  };
  return { repricer, gate, step, ended, last };
}

const costs = async ({ rooms: { ledger } }: TestWalk) =>
  (await ledger.tasks({ sort: 'cost', limit: 9 })).tasks.map(({ cost }) => Number(cost.inference) / 1e9);

const startedOf = async (repricer: OpenRepricer, asked: Partial<RepriceAsked> = {}): Promise<RepriceRun> => {
  const started = await repricer.start({ ...ASKED, ...asked });
  if (started.kind !== 'started') throw new Error(started.kind);
  return started.run;
};

describe('a re-pricing', () => {
  test('is begun by itself for what waits, and not again by the same prices', async () => {
    const walk = await waiting();
    const first = await opened(walk);
    expect(await first.ended()).toMatchObject({ by: 'solvent', state: 'done' });
    expect(await costs(walk)).toEqual([2, 2, 2, 2, 2]);
    await first.repricer.close();
    const second = await opened(walk);
    await second.repricer.close();
    expect(second.repricer.runs()).toHaveLength(1);
  });

  test('does a portion again that another writer was before', async () => {
    const memory = openMemoryLedger();
    let applied = 0;
    const ledger: Ledger = {
      ...memory,
      apply: async (change) => {
        if ((change.repriced ?? []).length > 0) {
          applied += 1;
          if (applied % 3 !== 0) throw new LedgerConflict('first come');
        }
        return memory.apply(change);
      },
    };
    const walk = await waiting(ledger);
    const { repricer, ended } = await opened(walk);
    expect(await ended()).toMatchObject({ state: 'done', done: 5 });
    expect(applied).toBe(15);
    expect(await costs(walk)).toEqual([2, 2, 2, 2, 2]);
    await repricer.close();
  });

  test('stops behind the portion under way when it is paused, and goes on from there', async () => {
    const walk = await waiting();
    const { repricer, gate, step, ended } = await opened(walk);
    await ended();
    const dear = await opened(walk, { input: '3' });
    await dear.ended(2);
    await dear.repricer.close();
    gate.held = true;
    const table = bookAt('1', walk).tableHash;
    expect(table).toBe(repricer.runs()[0]!.tableHash);
    const starting = startedOf(repricer, { dryRun: true });
    const run = await starting;
    await step();
    await until('the second portion waits', () => gate.waiting.length > 0);
    expect(await repricer.start(ASKED)).toMatchObject({ kind: 'busy', run: { id: run.id } });
    const pausing = repricer.pause(run.id);
    await step();
    expect(await pausing).toMatchObject({ state: 'paused', done: 1, until: 5 });
    expect(await repricer.pause(run.id)).toBeUndefined();
    gate.held = false;
    expect(await repricer.resume(run.id)).toMatchObject({ kind: 'started' });
    expect(await ended()).toMatchObject({ state: 'done', done: 5 });
    expect(await repricer.resume(run.id)).toBeUndefined();
    await repricer.close();
  });

  test('that its process did not finish is gone on with by the next, from where it was', async () => {
    const walk = await waiting();
    const killed = await opened(walk, {});
    await killed.ended();
    await killed.repricer.close();
    const dying = await opened(walk, { input: '3' });
    await dying.ended(2);
    dying.gate.held = true;
    const starting = startedOf(dying.repricer);
    await dying.step();
    await starting;
    await dying.step();
    await dying.step();
    await until('the third portion waits', () => dying.gate.waiting.length > 0);
    const closing = dying.repricer.close();
    await dying.step();
    await closing;
    expect(await costs(walk)).toEqual([4, 4, 2, 2, 2]);
    const next = await opened(walk, { input: '3' });
    expect(await next.ended()).toMatchObject({
      by: 'test',
      state: 'done',
      done: 5,
      rows: [{ spans: 5, changed: 5 }],
    });
    expect(await costs(walk)).toEqual([4, 4, 4, 4, 4]);
    await next.repricer.close();
  });

  test('for what waits is begun anew where other prices are in force by then', async () => {
    const walk = await waiting();
    const dying = await opened(walk, {});
    await dying.ended();
    const { ledger } = walk.rooms;
    const [run] = await ledger.repricings();
    await ledger.apply({
      traces: [],
      tasks: [],
      removed: [],
      reports: [],
      counters: [],
      position: undefined,
      forgetBefore: undefined,
      repricing: { ...run!, state: 'running', done: 2 },
    });
    const next = await opened(walk, { input: '3' });
    await next.ended(2);
    expect(next.repricer.runs().map(({ state }) => state)).toEqual(['superseded', 'done']);
    await next.repricer.close();
  });

  test('is paused where nothing goes on by itself, and nothing that waits is priced', async () => {
    const walk = await waiting();
    const quiet = await opened(walk, { byItself: false });
    expect(quiet.repricer.runs()).toEqual([]);
    expect(await costs(walk)).toEqual([0, 0, 0, 0, 0]);
    const run = await startedOf(quiet.repricer);
    await quiet.ended();
    await quiet.repricer.close();
    const { ledger } = walk.rooms;
    const [done] = await ledger.repricings();
    expect(done).toMatchObject({ id: run.id, state: 'done', done: 5 });
    await ledger.apply({
      traces: [],
      tasks: [],
      removed: [],
      reports: [],
      counters: [],
      position: undefined,
      forgetBefore: undefined,
      repricing: { ...done!, state: 'running', done: 2 },
    });
    const next = await opened(walk, { byItself: false });
    expect(next.repricer.runs()).toMatchObject([{ id: run.id, state: 'paused', done: 2 }]);
    expect((await next.repricer.resume(run.id))?.kind).toBe('started');
    expect(await next.ended()).toMatchObject({ state: 'done', done: 5 });
    await next.repricer.close();
  });

  test('that fails says why, and what it restated stands', async () => {
    const walk = await waiting();
    const { ledger } = walk.rooms;
    let applied = 0;
    const failing: Ledger = {
      ...ledger,
      apply: async (change) => {
        if ((change.repriced?.length ?? 0) > 0 && ++applied > 2) throw new Error('the disk is full');
        return ledger.apply(change);
      },
    };
    const { ended, repricer } = await opened(walk, { ledger: failing });
    expect(await ended()).toMatchObject({ state: 'failed', why: 'the disk is full', done: 2 });
    expect(await costs(walk)).toEqual([2, 2, 0, 0, 0]);
    await repricer.close();
  });

  test('whose house moved keeps nothing more, fails nothing, and says that it is stale', async () => {
    const walk = await waiting();
    const { ledger } = walk.rooms;
    let applied = 0;
    const moving: Ledger = {
      ...ledger,
      apply: async (change) => {
        if (change.repricing !== undefined && ++applied > 3) throw new HouseMoved();
        return ledger.apply(change);
      },
    };
    const { repricer } = await opened(walk, { ledger: moving });
    await until('it finds out', () => repricer.isStale());
    await repricer.close();
    // Its beginning and two portions; whoever keeps house goes on from there.
    expect(await ledger.repricings()).toMatchObject([{ state: 'running', done: 2 }]);
    expect(await costs(walk)).toEqual([2, 2, 0, 0, 0]);
    const next = await opened(walk);
    expect(await next.ended()).toMatchObject({ state: 'done', done: 5 });
    expect(next.repricer.isStale()).toBe(false);
    await next.repricer.close();
  });

  test('that cannot begin since the house moved says so to who asks', async () => {
    const walk = await waiting();
    const { ledger } = walk.rooms;
    const moved: Ledger = { ...ledger, apply: () => Promise.reject(new HouseMoved()) };
    const { repricer } = await opened(walk, { ledger: moved });
    await expect(repricer.start(ASKED)).rejects.toThrow(NobodyKeepsHouse);
    expect(repricer.isStale()).toBe(true);
    await repricer.close();
  });
});
