import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Replica } from '../../../src/domain/fleet.ts';
import { HouseMoved } from '../../../src/domain/repricing.ts';
import { fenceHouse, HOUSE, openLease } from '../../../src/ledger/postgres/leases.ts';
import {
  fence,
  type Leased,
  LeaseLost,
  openReplicas,
  ReplicaBusy,
} from '../../../src/ledger/postgres/replicas.ts';
import { describePostgres } from '../../support/postgres.ts';
import { until } from '../../support/until.ts';
import { type FleetDatabase, freshFleet, lifeOf, newcomer, runOut } from './fleet-database.ts';

describePostgres('the table of replicas', (postgres) => {
  let database: FleetDatabase;
  beforeAll(async () => {
    database = await freshFleet(postgres);
  });
  afterAll(() => database.close());
  const replicasFor = (leaseMs = 60_000) => openReplicas(database.sql, leaseMs);
  let names = 0;
  const nextName = () => `r${++names}`;
  const seen = async (name: string): Promise<Replica | undefined> =>
    (await replicasFor().list()).find((one) => one.name === name);

  test('a name that is leased is not given to a second process, and says for how long', async () => {
    const name = nextName();
    const life = await lifeOf(replicasFor(), name);
    const asked = async () => (await replicasFor().begin(newcomer(name))) as Leased;
    const { leftMs, until: first } = await asked();
    expect(leftMs).toBeGreaterThan(50_000);
    expect(leftMs).toBeLessThanOrEqual(60_000);
    expect((await asked()).until).toBe(first);
    await replicasFor().renew(life, { tableHash: 't', spansOpen: 0 });
    expect((await asked()).until).not.toBe(first);
  });

  test('of many that want one name at once one gets it', async () => {
    const name = nextName();
    const begun = await Promise.all(Array.from({ length: 8 }, () => replicasFor().begin(newcomer(name))));
    expect(begun.filter((one) => 'name' in one)).toHaveLength(1);
  });

  test('a lease that is over makes room for a new life, and the old one hears it', async () => {
    const name = nextName();
    const replicas = replicasFor();
    const first = await lifeOf(replicas, name);
    expect(await replicas.renew(first, { tableHash: 't', spansOpen: 3 })).toBe(true);
    await runOut(database.sql, name);
    // Nobody came: it goes on.
    expect(await replicas.renew(first, { tableHash: 't', spansOpen: 3 })).toBe(true);
    await runOut(database.sql, name);
    const second = await lifeOf(replicas, name);
    expect(second.epoch).toBe(first.epoch + 1);
    expect(await replicas.renew(first, { tableHash: 't', spansOpen: 3 })).toBe(false);
    await expect(database.sql.transaction((sql) => fence(sql, first))).rejects.toThrow(LeaseLost);
    await database.sql.transaction((sql) => fence(sql, second));
  });

  test('a new life waits for what the old one has under way', async () => {
    const name = nextName();
    const replicas = replicasFor();
    const old = await lifeOf(replicas, name);
    let letGo = () => {};
    let fenced = false;
    const writing = database.sql.transaction(async (sql) => {
      await fence(sql, old);
      fenced = true;
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
    });
    await until('it holds its life', () => fenced);
    // A renewal does not wait for it.
    expect(await replicas.renew(old, { tableHash: 't', spansOpen: 0 })).toBe(true);
    await runOut(database.sql, name);
    const order: string[] = [];
    const next = lifeOf(replicas, name).then(() => order.push('the next life'));
    await until('it waits', async () => {
      const [[waiting] = []] = await database.sql.rows(
        `SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FOR UPDATE%'`,
      );
      return waiting === 1n;
    });
    order.push('the commit');
    letGo();
    await Promise.all([writing, next]);
    expect(order).toEqual(['the commit', 'the next life']);
  });

  test('the house moves only once all that was fenced by it is committed, and then nothing more is', async () => {
    const [one, other] = [await lifeOf(replicasFor(), nextName()), await lifeOf(replicasFor(), nextName())];
    const house = openLease(database.sql, { name: HOUSE, leaseMs: 60_000 });
    expect(await house.take(one)).toBe(true);
    await expect(database.sql.transaction((sql) => fenceHouse(sql, other))).rejects.toThrow(HouseMoved);
    await database.sql.rows(`UPDATE leases SET lease_until = now() - INTERVAL '1 second'`);
    // It is over, but nobody came: what is under way still counts.
    let letGo = () => {};
    let fenced = false;
    const writing = database.sql.transaction(async (sql) => {
      await fenceHouse(sql, one);
      fenced = true;
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
    });
    await until('the house is held', () => fenced);
    const order: string[] = [];
    const taken = house.take(other).then((ours) => order.push(`taken: ${ours}`));
    await until('it waits', async () => {
      const [[waiting] = []] = await database.sql.rows(
        `SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%INTO leases%'`,
      );
      return waiting === 1n;
    });
    order.push('the commit');
    letGo();
    await Promise.all([writing, taken]);
    expect(order).toEqual(['the commit', 'taken: true']);
    await expect(database.sql.transaction((sql) => fenceHouse(sql, one))).rejects.toThrow(HouseMoved);
    await database.sql.rows('DELETE FROM leases');
  });

  test('one data directory is one replica', async () => {
    const [one, other] = [nextName(), nextName()];
    const home = `home of ${one}`;
    const replicas = replicasFor();
    await lifeOf(replicas, one, { home, journal: 'disk' });
    const begun = replicas.begin(newcomer(other, { home, journal: 'disk' }));
    await expect(begun).rejects.toThrow(ReplicaBusy);
    await expect(begun).rejects.toThrow(`the data directory is in use by replica ${one}`);
    await runOut(database.sql, one);
    // It got another name; nobody waits for the old one.
    await lifeOf(replicas, other, { home, journal: 'disk' });
    expect(await seen(one)).toBeUndefined();
  });

  test('a data directory that may hold spans is not begun with a journal in the database', async () => {
    const [name, later] = [nextName(), nextName()];
    const home = `home of ${name}`;
    const replicas = replicasFor();
    const life = await lifeOf(replicas, name, { home, journal: 'disk' });
    await runOut(database.sql, name);
    await expect(replicas.begin(newcomer(later, { home }))).rejects.toThrow(
      `the data directory holds the journal of replica ${name}`,
    );
    // It was started once more, and stopped with nothing that waits.
    await replicas.end(life);
    expect(await lifeOf(replicas, later, { home })).toMatchObject({ name: later });
  });

  test('a name whose spans wait in the database is not begun with a journal on disk', async () => {
    const name = nextName();
    await lifeOf(replicasFor(), name);
    await database.sql.rows('INSERT INTO journal_groups VALUES ($1, 1, $2)', [name, Buffer.from('x')]);
    await runOut(database.sql, name);
    await expect(
      replicasFor().begin(newcomer(name, { home: `home of ${name}`, journal: 'disk' })),
    ).rejects.toThrow(/still has spans in the journal in the database/);
  });

  test('who left something behind is found once its lease is over, and stays in the list', async () => {
    const [me, dead, empty] = [nextName(), nextName(), nextName()];
    const replicas = replicasFor();
    const life = await lifeOf(replicas, me);
    for (const name of [dead, empty]) await lifeOf(replicas, name);
    await database.sql.rows('INSERT INTO journal_groups VALUES ($1, 1, $2)', [dead, Buffer.from('x')]);
    expect(await replicas.leftBehind(life)).not.toContain(dead);
    for (const name of [dead, empty]) await runOut(database.sql, name);
    const left = await replicas.leftBehind(life);
    expect(left).toContain(dead);
    expect(left).not.toContain(empty);
    await database.sql.rows(`UPDATE replicas SET lease_until = now() - INTERVAL '2 days' WHERE name <> $1`, [
      me,
    ]);
    await replicas.forget();
    expect(await seen(empty)).toBeUndefined();
    expect(await seen(dead)).toMatchObject({ lives: false, journal: 'database' });
    expect(await seen(me)).toMatchObject({ lives: true });
  });

  test('one that ends gives its name and its leases back at once', async () => {
    const [name, waiting] = [nextName(), nextName()];
    const replicas = replicasFor();
    const lease = openLease(database.sql, { name: `house of ${name}`, leaseMs: 60_000 });
    const life = await lifeOf(replicas, name);
    expect(await lease.take(life)).toBe(true);
    await replicas.end(life);
    expect(await seen(name)).toBeUndefined();
    expect(await lease.take(await lifeOf(replicas, nextName()))).toBe(true);
    const onDisk = await lifeOf(replicas, waiting, { home: `home of ${waiting}`, journal: 'disk' });
    await replicas.renew(onDisk, { tableHash: 't', spansOpen: 7 });
    await replicas.end(onDisk);
    expect(await seen(waiting)).toMatchObject({ lives: false, journal: 'disk', spansOpen: 7 });
  });

  describe('a lease', () => {
    test('is had by one life at a time, until it is over', async () => {
      const replicas = replicasFor();
      const name = `lease of ${nextName()}`;
      const lease = openLease(database.sql, { name, leaseMs: 60_000 });
      const [one, other] = [await lifeOf(replicas, nextName()), await lifeOf(replicas, nextName())];
      const taken = await Promise.all([one, other, one, other].map((life) => lease.take(life)));
      expect(taken.filter(Boolean)).toHaveLength(2);
      const [holder, without] = taken[0] ? [one, other] : [other, one];
      expect(await lease.take(holder)).toBe(true);
      expect(await lease.take(without)).toBe(false);
      await database.sql.rows(`UPDATE leases SET lease_until = now() WHERE name = $1`, [name]);
      expect(await lease.take(without)).toBe(true);
      expect(await lease.take(holder)).toBe(false);
    });

    test('is not given to a life that is over, and shows in the list', async () => {
      const replicas = replicasFor();
      const [name, replica] = [`lease of ${nextName()}`, nextName()];
      const lease = openLease(database.sql, { name, leaseMs: 60_000 });
      const old = await lifeOf(replicas, replica);
      await runOut(database.sql, replica);
      const next = await lifeOf(replicas, replica);
      expect(await lease.take(old)).toBe(false);
      expect((await seen(replica))?.keepsHouse).toBe(false);
      expect(await lease.take(next)).toBe(true);
      expect((await seen(replica))?.keepsHouse).toBe(true);
    });
  });
});
