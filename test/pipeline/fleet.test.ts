import { describe, expect, test } from '@jest/globals';
import type { Replica } from '../../src/domain/fleet.ts';
import { beginLife, openFleet } from '../../src/fleet.ts';
import { type Leased, LeaseLost, type Life, ReplicaBusy } from '../../src/ledger/postgres/replicas.ts';
import { openSelfMetrics } from '../../src/telemetry/registry.ts';
import { handClock } from '../support/clock.ts';

/**
 * Goal: leases are renewed in time, an answer that is too old counts for nothing, and a life that is over does nothing
 * more. Method: a database that a test answers for, and a clock turned by hand.
 */

const LEASE_MS = 15_000;
const LIFE: Life = { name: 'one', epoch: 3 };
const NEWS = { tableHash: 't', spansOpen: 0 };

/** What the database would answer; fields are set by the test. */
function fakeDatabase() {
  const said: string[] = [];
  const database = {
    said,
    lives: true,
    house: true,
    down: false,
    left: [] as string[],
    all: [] as Replica[],
    replicas: {
      begin: async (): Promise<Life | Leased> => LIFE,
      renew: async () => say('renew', database.lives),
      end: async () => void (await say('end', undefined)),
      list: async () => database.all,
      leftBehind: async () => database.left.splice(0),
      forget: async () => {},
    },
    lease: { take: async () => say('house', database.house) },
  };
  async function say<T>(word: string, answer: T): Promise<T> {
    said.push(word);
    if (database.down) throw new Error('Connection terminated unexpectedly');
    return answer;
  }
  return database;
}

function opened() {
  const database = fakeDatabase();
  const clock = handClock();
  const self = openSelfMetrics();
  const lines: string[] = [];
  const line = (_fields: object, message: string) => void lines.push(message);
  const log = { debug: line, info: line, warn: line, error: line };
  const fleet = openFleet({
    life: LIFE,
    replicas: database.replicas,
    house: database.lease,
    leaseMs: LEASE_MS,
    news: NEWS,
    clock,
    count: self.count,
    measure: self.measure,
    log,
  });
  const said = (word: string) => database.said.filter((one) => one === word).length;
  /** Turns the clock, and lets what hangs on it run. */
  const pass = async (ms: number) => {
    clock.advance(ms);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  const counted = (name: string) =>
    self
      .read()
      .filter((series) => series.name === name)
      .map(({ labels, value }) => ({ ...labels, value }));
  return { database, clock, fleet, said, pass, lines, counted };
}

describe('leases', () => {
  test('are renewed at once, and every third of their time', async () => {
    const { fleet, said, pass } = opened();
    await pass(0);
    expect([said('renew'), said('house')]).toEqual([1, 1]);
    for (let third = 0; third < 6; third += 1) await pass(LEASE_MS / 3);
    expect([said('renew'), said('house')]).toEqual([7, 7]);
    await fleet.close();
    await pass(LEASE_MS);
    // The last word is that it goes.
    expect([said('renew'), said('house'), said('end')]).toEqual([8, 7, 1]);
  });

  test('are tried again where the database does not answer, and that is told once', async () => {
    const { database, fleet, lines, pass, said, counted } = opened();
    await pass(0);
    database.down = true;
    for (let third = 0; third < 5; third += 1) await pass(LEASE_MS / 3);
    expect(said('renew')).toBe(6);
    expect(lines.filter((one) => one.includes('could not be renewed'))).toHaveLength(1);
    database.down = false;
    await pass(LEASE_MS / 3);
    expect(lines).toContain('the lease is renewed again');
    expect(counted('lease_renewals')).toEqual([
      { result: 'done', value: 2 },
      { result: 'failed', value: 5 },
    ]);
    await fleet.close();
  });

  test('that went to another process end this one, which asks for nothing more', async () => {
    const { database, fleet, pass, said, lines } = opened();
    await pass(0);
    database.lives = false;
    await pass(LEASE_MS / 3);
    expect(await fleet.lost).toBeInstanceOf(LeaseLost);
    expect(
      lines.filter((one) => one.includes('another process has the name of this replica, one')),
    ).toHaveLength(1);
    const before = database.said.length;
    await pass(LEASE_MS);
    expect(await fleet.keeps()).toBe(false);
    await fleet.close();
    expect(database.said).toHaveLength(before);
    expect(said('end')).toBe(0);
  });
});

describe('the house', () => {
  test('is kept by what was last said, for as long as that counts', async () => {
    const { database, fleet, pass, said } = opened();
    await pass(0);
    expect(await fleet.keeps()).toBe(true);
    expect(said('house')).toBe(1);
    database.house = false;
    expect(await fleet.keeps()).toBe(true);
    await pass(LEASE_MS / 3);
    expect(await fleet.keeps()).toBe(false);
    await fleet.close();
  });

  test('is asked for anew by a process that was stopped for longer than that', async () => {
    const { database, clock, fleet, pass, said } = opened();
    await pass(0);
    database.house = false;
    const asked = said('house');
    // As after SIGSTOP: time has gone by, and no renewal was answered yet.
    clock.advance(LEASE_MS);
    expect(await fleet.keeps()).toBe(false);
    expect(said('house')).toBeGreaterThan(asked);
    await fleet.close();
  });

  test('is not kept where nobody can say so', async () => {
    const { database, clock, fleet, pass } = opened();
    await pass(0);
    database.down = true;
    clock.advance(LEASE_MS);
    expect(await fleet.keeps()).toBe(false);
    await fleet.close();
  });

  test('may change hands in the middle of a question: both who ask hear the same', async () => {
    const { clock, fleet, pass, said } = opened();
    await pass(0);
    const asked = said('house');
    clock.advance(LEASE_MS);
    expect(await Promise.all([fleet.keeps(), fleet.keeps(), fleet.keeps()])).toEqual([true, true, true]);
    expect(said('house') - asked).toBeLessThanOrEqual(2);
    await fleet.close();
  });
});

describe('those that are gone', () => {
  const visit = () => {};

  test('are taken over, by a replica whose journal can', async () => {
    const { database, fleet, pass, lines, counted } = opened();
    const taken: string[] = [];
    const journal = { takeOver: async (name: string) => taken.push(name) };
    const stop = fleet.work({ news: () => NEWS, journal, visit });
    database.left = ['two', 'three'];
    await pass(0);
    expect(taken).toEqual(['two', 'three']);
    expect(counted('takeovers')).toEqual([{ value: 2 }]);
    expect(lines.filter((one) => one.startsWith('took over'))).toHaveLength(2);
    await stop();
    database.left = ['four'];
    await pass(LEASE_MS / 3);
    expect(taken).toEqual(['two', 'three']);
    await fleet.close();
  });

  test('wait where the journal is on disk; those with a journal of their own are told of once', async () => {
    const { database, fleet, pass, lines } = opened();
    fleet.work({ news: () => NEWS, journal: undefined, visit });
    database.left = ['two'];
    const gone: Replica = {
      name: 'two',
      journal: 'disk',
      lives: false,
      keepsHouse: false,
      tableHash: '',
      spansOpen: 9,
    };
    database.all = [gone, { ...gone, name: 'three', spansOpen: 0 }, { ...gone, name: 'four', lives: true }];
    await pass(0);
    await pass(LEASE_MS / 3);
    const told = () => lines.filter((one) => one.startsWith('a replica is gone'));
    expect(told()).toHaveLength(1);
    // One with its journal in the database could be taken over, by whoever has theirs there too.
    const five = { ...gone, name: 'five', journal: 'database' } as const;
    const heir = { ...five, name: 'six', lives: true, spansOpen: 0 };
    database.all = [gone, five, heir];
    await pass(LEASE_MS / 3);
    expect(told()).toHaveLength(1);
    database.all = [gone, five, { ...heir, lives: false }];
    await pass(LEASE_MS / 3);
    await pass(LEASE_MS / 3);
    expect(told()).toHaveLength(2);
    expect(told()[1]).toContain('in its journal in the database');
    // Back, and gone again.
    database.all = [];
    await pass(LEASE_MS / 3);
    database.all = [gone];
    await pass(LEASE_MS / 3);
    expect(told()).toHaveLength(3);
    await fleet.close();
  });

  test('a takeover that says that this life is over ends it', async () => {
    const { database, fleet, pass } = opened();
    const journal = { takeOver: () => Promise.reject(new LeaseLost('gone')) };
    fleet.work({ news: () => NEWS, journal, visit });
    database.left = ['two'];
    await pass(0);
    expect(await fleet.lost).toBeInstanceOf(LeaseLost);
    await fleet.close();
  });
});

describe('a name that is leased', () => {
  const newcomer = { name: 'one', home: '', journal: 'database', ...NEWS } as const;
  const begins = (answers: (Life | Leased)[]) => {
    const { database, clock, pass } = opened();
    const replicas = { ...database.replicas, begin: async () => answers.shift() ?? LIFE };
    const lines: string[] = [];
    const info = (_: object, message: string) => void lines.push(message);
    const log = { debug: info, info, warn: info, error: info };
    return { life: beginLife(newcomer, { replicas, clock, log }), pass, lines };
  };

  test('is waited for, and begun once its lease is over', async () => {
    const { life, pass, lines } = begins([
      { leftMs: 400, until: 'noon' },
      { leftMs: 150, until: 'noon' },
    ]);
    for (const ms of [0, 250, 150]) await pass(ms);
    expect(await life).toBe(LIFE);
    expect(lines).toHaveLength(1);
  });

  test('is another process where it is renewed meanwhile', async () => {
    const { life, pass } = begins([
      { leftMs: 14_000, until: 'noon' },
      { leftMs: 15_000, until: 'later' },
    ]);
    const refused = life.catch((fault: unknown) => fault);
    for (const ms of [0, 250]) await pass(ms);
    expect(await refused).toBeInstanceOf(ReplicaBusy);
    expect(String(await refused)).toContain('another process runs as replica one');
  });
});
