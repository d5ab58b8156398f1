import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { JournalUnavailable } from '../../../src/ledger/journal.ts';
import { openDatabaseJournal } from '../../../src/ledger/postgres/journal.ts';
import { openReplicas } from '../../../src/ledger/postgres/replicas.ts';
import { describePostgres } from '../../support/postgres.ts';
import { bytes, type JournalStorage, journalLaws, replayed, text } from '../journal-laws.ts';
import { type FleetDatabase, faultySql, freshFleet, lifeOf, runOut } from './fleet-database.ts';

/**
 * Goal: the journal in the database keeps the promise of the one on disk, and can be taken over. Method: the same laws,
 * over statements that fail before or after they were done; then takeovers, at every instant that matters.
 */
describePostgres('the journal in PostgreSQL', (postgres) => {
  let database: FleetDatabase;
  beforeAll(async () => {
    database = await freshFleet(postgres);
  });
  afterAll(() => database.close());

  let names = 0;
  const nextName = () => `replica-${++names}`;
  const opened = async (name = nextName()) => {
    const sql = faultySql(database.sql);
    const replicas = openReplicas(database.sql, 60_000);
    const life = await lifeOf(replicas, name);
    return { name, sql, replicas, life, journal: await openDatabaseJournal({ sql, life, after: '' }) };
  };

  function databaseStorage(): JournalStorage {
    const name = nextName();
    let faults: string[] = [];
    return {
      async open() {
        await runOut(database.sql, name);
        const { sql, journal } = await opened(name);
        faults = sql.faults;
        return journal;
      },
      fail: (more) => void faults.push(...more),
      calm: () => {
        faults.length = 0;
      },
      // Statements of that life are under way while the next one begins, and may come after it.
      kill: async () => {},
    };
  }

  journalLaws('in the database', databaseStorage, 60);

  test('appends that wait while a commit runs share the next one, and are one row', async () => {
    const { journal, name } = await opened();
    const first = journal.append(bytes('first'));
    await Promise.resolve();
    const rest = Array.from({ length: 50 }, (_, index) => journal.append(bytes(`waits ${index}`)));
    await Promise.all([first, ...rest]);
    const [[rows] = []] = await database.sql.rows('SELECT count(*) FROM journal_groups WHERE replica = $1', [
      name,
    ]);
    expect(Number(rows)).toBeLessThanOrEqual(2);
    expect(journal.segments()).toBe(Number(rows));
  });

  test('counts on from the ledger, even in an emptied table', async () => {
    const { life, sql } = await opened();
    const after = '000000000000041:000000000016';
    const journal = await openDatabaseJournal({ sql, life, after });
    expect(await journal.append(bytes('x'))).toBe('000000000000042:000000000000');
  });

  test('a row that was damaged is named', async () => {
    const { journal, name } = await opened();
    await journal.append(bytes('whole'));
    await database.sql.rows(`UPDATE journal_groups SET records = $2 WHERE replica = $1`, [
      name,
      bytes('no frame'),
    ]);
    await runOut(database.sql, name);
    const { journal: again } = await opened(name);
    await expect(replayed(again)).rejects.toThrow('row 1 of journal_groups is damaged at byte 0');
  });

  test('a large record and many groups come back as they were', async () => {
    const { journal, name } = await opened();
    const large = Buffer.alloc(9 * 1024 * 1024, 'long ');
    const acked = await Promise.all([journal.append(large), journal.append(bytes('behind it'))]);
    for (let index = 0; index < 40; index += 1) acked.push(await journal.append(bytes(`group ${index}`)));
    await runOut(database.sql, name);
    const { positions, records } = await replayed((await opened(name)).journal);
    expect(positions).toEqual(acked);
    expect(Buffer.from(records[0]!).equals(large)).toBe(true);
  });

  describe('a takeover', () => {
    const visited = () => {
      const found: { record: string; position: string }[] = [];
      const visit = (record: Uint8Array, position: string) =>
        void found.push({ record: text(record), position });
      return { found, visit };
    };

    test('brings every acked record once, behind what was there, and leaves none', async () => {
      const [dead, heir] = [await opened(), await opened()];
      const theirs: string[] = [];
      for (let index = 0; index < 40; index += 1)
        theirs.push(await dead.journal.append(bytes(`theirs ${index}`)));
      const [first, second] = [
        await heir.journal.append(bytes('mine 1')),
        await heir.journal.append(bytes('mine 2')),
      ];
      await runOut(database.sql, dead.name);
      const { found, visit } = visited();
      expect(await heir.journal.takeOver(dead.name, visit)).toBe(40);
      expect(found.map(({ record }) => record)).toEqual(theirs.map((_, index) => `theirs ${index}`));
      const later = await heir.journal.append(bytes('mine 3'));
      const positions = [first, second, ...found.map(({ position }) => position), later];
      expect(positions).toEqual([...new Set(positions)].sort());
      expect(await heir.journal.takeOver(dead.name, visit)).toBe(0);
      // And the next life of either knows it so.
      await runOut(database.sql, heir.name);
      expect((await replayed((await opened(heir.name)).journal)).positions).toEqual(positions);
      expect((await replayed((await opened(dead.name)).journal)).records).toEqual([]);
    });

    test('of one that lives is none', async () => {
      const [alive, other] = [await opened(), await opened()];
      await alive.journal.append(bytes('mine'));
      expect(await other.journal.takeOver(alive.name, visited().visit)).toBe(0);
      await alive.journal.append(bytes('mine still'));
    });

    test('ends the life before: it acks nothing more, and lets nothing go', async () => {
      const [dead, heir] = [await opened(), await opened()];
      await dead.journal.append(bytes('acked'));
      await runOut(database.sql, dead.name);
      await heir.journal.takeOver(dead.name, visited().visit);
      await expect(dead.journal.append(bytes('late'))).rejects.toThrow(JournalUnavailable);
      await expect(dead.journal.append(bytes('late'))).rejects.toThrow(/another process has the name/);
      const next = await opened(dead.name);
      await next.journal.append(bytes('of the next life'));
      await dead.journal.release('999999999999999:0');
      await runOut(database.sql, dead.name);
      expect((await replayed((await opened(dead.name)).journal)).records).toEqual(['of the next life']);
    });

    test('one of two that want it gets it', async () => {
      const [dead, one, other] = [await opened(), await opened(), await opened()];
      for (let index = 0; index < 5; index += 1) await dead.journal.append(bytes(`${index}`));
      await runOut(database.sql, dead.name);
      const counts = await Promise.all(
        [one, other].map(({ journal }) => journal.takeOver(dead.name, visited().visit)),
      );
      expect(counts.sort()).toEqual([0, 5]);
    });

    test('each of two whose lease is over takes the other or is taken', async () => {
      const [one, other] = [await opened(), await opened()];
      await one.journal.append(bytes('one'));
      await other.journal.append(bytes('other'));
      await runOut(database.sql, one.name);
      await runOut(database.sql, other.name);
      const results = await Promise.allSettled([
        one.journal.takeOver(other.name, visited().visit),
        other.journal.takeOver(one.name, visited().visit),
      ]);
      // Whoever came second finds its own life ended.
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const [[rows] = []] = await database.sql.rows(
        'SELECT count(DISTINCT replica) FROM journal_groups WHERE replica IN ($1, $2)',
        [one.name, other.name],
      );
      expect(rows).toBe(1n);
    });

    test.each(['full', 'refuse'] as const)(
      'whose commit is not answered (%s) is looked up before anything else',
      async (fault) => {
        const [dead, heir] = [await opened(), await opened()];
        await dead.journal.append(bytes('acked 1'));
        await dead.journal.append(bytes('acked 2'));
        await runOut(database.sql, dead.name);
        const { found, visit } = visited();
        heir.sql.faults.push(fault);
        await expect(heir.journal.takeOver(dead.name, visit)).rejects.toThrow();
        expect(found).toEqual([]);
        const position = await heir.journal.append(bytes('mine'));
        const made = fault === 'full';
        expect(found.map(({ record }) => record)).toEqual(made ? ['acked 1', 'acked 2'] : []);
        for (const one of found) expect(one.position < position).toBe(true);
        expect(await heir.journal.takeOver(dead.name, visit)).toBe(made ? 0 : 2);
        expect(found.map(({ record }) => record)).toEqual(['acked 1', 'acked 2']);
      },
    );

    test('appends that come meanwhile lie behind it', async () => {
      const [dead, heir] = [await opened(), await opened()];
      for (let index = 0; index < 20; index += 1) await dead.journal.append(bytes(`theirs ${index}`));
      await runOut(database.sql, dead.name);
      const order: string[] = [];
      const taking = heir.journal.takeOver(dead.name, (_, position) => void order.push(position));
      const appends = Array.from({ length: 10 }, async (_, index) => {
        order.push(await heir.journal.append(bytes(`mine ${index}`)));
      });
      await Promise.all([taking, ...appends]);
      expect(order).toHaveLength(30);
      expect(order).toEqual([...order].sort());
    });
  });
});
