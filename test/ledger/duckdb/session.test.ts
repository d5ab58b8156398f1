import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { rowsOf, Session } from '../../../src/ledger/duckdb/session.ts';
import { withTables } from './database.ts';

const count = async (session: Session) =>
  session.transaction(async (connection) => {
    const [row] = await rowsOf(connection, 'SELECT count(*) FROM counters');
    return Number(row![0]);
  });
const insert = "INSERT INTO counters VALUES (1, 'x', 1)";

const withSession = (run: (session: Session) => Promise<void>) =>
  withTables((connection) => run(new Session(connection)));

describe('one connection', () => {
  test('does one piece of work at a time, in the order of asking', () =>
    withSession(async (session) => {
      const seen: string[] = [];
      const work = (name: string, turns: number) =>
        session.transaction(async () => {
          seen.push(`${name} begins`);
          for (let turn = 0; turn < turns; turn += 1) await setImmediate();
          seen.push(`${name} ends`);
          return name;
        });
      expect(await Promise.all([work('slow', 5), work('quick', 0)])).toEqual(['slow', 'quick']);
      expect(seen).toEqual(['slow begins', 'slow ends', 'quick begins', 'quick ends']);
    }));

  test('keeps nothing of work that throws, and goes on with the next', () =>
    withSession(async (session) => {
      const failed = session.transaction(async (connection) => {
        await connection.run(insert);
        throw new Error('our own');
      });
      const next = count(session);
      await expect(failed).rejects.toThrow('our own');
      expect(await next).toBe(0);
    }));

  test('keeps nothing of work whose statement fails, and tells its error', () =>
    withSession(async (session) => {
      const failed = session.transaction(async (connection) => {
        await connection.run(insert);
        await connection.run('INSERT INTO no_such_table VALUES (1)');
      });
      await expect(failed).rejects.toThrow('no_such_table');
      expect(await count(session)).toBe(0);
    }));

  test('tells of a commit that fails, and is whole after it', () =>
    withSession(async (session) => {
      const failed = session.transaction(async (connection) => {
        await connection.run(insert);
        await connection.run('ROLLBACK');
      });
      await expect(failed).rejects.toThrow('no transaction is active');
      expect(await count(session)).toBe(0);
      await session.transaction(async (connection) => void (await connection.run(insert)));
      expect(await count(session)).toBe(1);
    }));

  test('is idle once all that was asked is done, however it ended', () =>
    withSession(async (session) => {
      let done = 0;
      const works = [1, 2, 3].map((turn) =>
        session.transaction(async () => {
          await setImmediate();
          done += 1;
          if (turn === 2) throw new Error('in the middle');
        }),
      );
      const heard = Promise.allSettled(works);
      await session.idle();
      expect(done).toBe(3);
      await heard;
    }));
});
