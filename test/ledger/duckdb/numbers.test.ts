import { describe, expect, test } from '@jest/globals';
import { appendRows } from '../../../src/ledger/duckdb/append.ts';
import { choose, findTasks, findTraces, Numbers, taskHash } from '../../../src/ledger/duckdb/numbers.ts';
import { rowsOf } from '../../../src/ledger/duckdb/session.ts';
import { BigColumn, TextColumn, UuidColumn } from '../../../src/ledger/sql/columns.ts';
import { withTables } from './database.ts';

const traceIdOf = (index: number) => `${index % 4 === 0 ? 'f' : '0'}${index.toString(16).padStart(31, '0')}`;

describe('numbers that are given next', () => {
  test('begin at 1 in a new ledger and never repeat', () =>
    withTables(async (connection) => {
      const numbers = await Numbers.load(connection);
      expect(numbers.lastTask).toBe(0);
      expect([numbers.nextTrace(), numbers.nextTask(), numbers.nextReport()]).toEqual([1, 1, 1]);
      expect([numbers.nextTrace(), numbers.nextTask(), numbers.nextReport()]).toEqual([2, 2, 2]);
      expect(numbers.lastTask).toBe(2);
    }));

  test('go on after the largest of each that is kept, in whatever order they lie', () =>
    withTables(async (connection) => {
      await connection.run(`INSERT INTO traces VALUES (9, uuid(), 1), (4, uuid(), 1)`);
      await connection.run(`INSERT INTO task_ids VALUES (7, 'a', 1), (3, 'b', 1)`);
      await connection.run(`INSERT INTO reports VALUES (1, 5, 'k', '{}'), (1, 2, 'l', '{}')`);
      const numbers = await Numbers.load(connection);
      expect([numbers.nextTrace(), numbers.nextTask(), numbers.nextReport()]).toEqual([10, 8, 6]);
    }));
});

function halfPair() {
  const columns = [new BigColumn(), new TextColumn(), new BigColumn()] as const;
  columns[0].pushNumber(99);
  columns[1].push('x\ud800');
  columns[2].pushNumber(taskHash('x\ud800'));
  return columns;
}

describe('what is known is found under its number', () => {
  const COUNT = 5_000;

  test('traces, among thousands that are not', () =>
    withTables(async (connection) => {
      const seq = new BigColumn();
      const trace = new UuidColumn();
      const settled = new BigColumn();
      for (let index = 0; index < COUNT; index += 1) {
        seq.pushNumber(index + 1);
        trace.push(traceIdOf(index));
        settled.pushNumber(index);
      }
      await appendRows(connection, 'traces', [seq, trace, settled]);
      const asked = Array.from({ length: COUNT }, (_, index) => traceIdOf(index * 2));
      const all = await findTraces(connection, asked);
      expect(all.size).toBe(COUNT / 2);
      for (const [traceId, number] of all) expect(traceIdOf(number - 1)).toBe(traceId);
      const since = await findTraces(connection, asked, COUNT - 10);
      expect([...since.values()].sort()).toEqual([4_991, 4_993, 4_995, 4_997, 4_999]);
      expect(await findTraces(connection, asked, COUNT)).toEqual(new Map());
      expect(await findTraces(connection, [])).toEqual(new Map());
    }));

  test('tasks, by any text, and no other text', () =>
    withTables(async (connection) => {
      const ids = ['', ' ', 'a', 'A', 'a ', 'a\0', 'ä', 'a\u0308', "'", '\ufeff', '\ufeffa', '🙂'];
      const seq = new BigColumn();
      const text = new TextColumn();
      const hash = new BigColumn();
      for (const [index, id] of ids.entries()) {
        seq.pushNumber(index + 1);
        text.push(id);
        // Those that share a hash are told apart by their texts.
        hash.pushNumber(index === 2 ? taskHash('b') : taskHash(id));
      }
      await appendRows(connection, 'task_ids', [seq, text, hash]);
      for (const [index, id] of ids.entries())
        if (index !== 2) expect(await findTasks(connection, [id])).toEqual(new Map([[id, index + 1]]));
      expect((await findTasks(connection, [...ids, '\0'])).size).toBe(ids.length - 1);
      expect(await findTasks(connection, ['b'])).toEqual(new Map());
      // Half of a surrogate pair is kept as U+FFFD, and found by either.
      await appendRows(connection, 'task_ids', halfPair());
      for (const id of ['x\ud800', 'x\ufffd'])
        expect(await findTasks(connection, [id])).toEqual(new Map([[id, 99]]));
    }));

  test('what is chosen is what was chosen last', () =>
    withTables(async (connection) => {
      const chosen = async () =>
        (await rowsOf(connection, 'SELECT seq FROM chosen ORDER BY seq')).flat().map(Number);
      await choose(connection, [3, 1]);
      expect(await chosen()).toEqual([1, 3]);
      await choose(connection, new Set([2 ** 40]));
      expect(await chosen()).toEqual([2 ** 40]);
      await choose(connection, []);
      expect(await chosen()).toEqual([]);
    }));
});
