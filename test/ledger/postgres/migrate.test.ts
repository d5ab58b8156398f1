import { expect, test } from '@jest/globals';
import { type Connections, openConnections, placeOf } from '../../../src/ledger/postgres/connections.ts';
import { migrate } from '../../../src/ledger/postgres/migrate.ts';
import { MIGRATIONS } from '../../../src/ledger/postgres/schema.ts';
import { UNPRICED_TABLES } from '../../../src/ledger/postgres/unpriced-sums.ts';
import { LedgerUnreadable } from '../../../src/ledger/unreadable.ts';
import { describePostgres } from '../../support/postgres.ts';
import { asked } from '../../support/postgres-server.ts';

const TABLES = "SELECT count(*)::INT FROM information_schema.tables WHERE table_schema = 'public'";
const VERSION = "SELECT value FROM meta WHERE name = 'schema'";

async function opened<T>(url: string, work: (connections: Connections) => Promise<T>): Promise<T> {
  const connections = await openConnections({ url });
  try {
    return await work(connections);
  } finally {
    await connections.close();
  }
}

describePostgres('the tables in a database', (postgres) => {
  test('are made once by replicas that start at once, and left alone by those that come later', async () => {
    const { url } = await postgres.fresh();
    await Promise.all(Array.from({ length: 6 }, () => opened(url, (connections) => migrate(connections))));
    const tables = await asked(url, TABLES);
    expect(await asked(url, VERSION)).toEqual([[String(MIGRATIONS.length)]]);
    await asked(url, "INSERT INTO texts VALUES (1, 'kept')");
    await opened(url, (connections) => migrate(connections));
    expect(await asked(url, TABLES)).toEqual(tables);
    expect(await asked(url, 'SELECT text FROM texts ORDER BY id')).toEqual([[''], ['kept']]);
  });

  test('of an older version are brought to this one, by what was added since alone', async () => {
    const { url } = await postgres.fresh();
    const later = [...MIGRATIONS, ['CREATE TABLE added (n INT4)', 'INSERT INTO added VALUES (7)']];
    await opened(url, (connections) => migrate(connections));
    await opened(url, (connections) => migrate(connections, later));
    expect(await asked(url, 'SELECT n FROM added')).toEqual([[7]]);
    expect(await asked(url, VERSION)).toEqual([[String(later.length)]]);
  });

  test('of the first version keep their counters, each under a number of its own', async () => {
    const { url } = await postgres.fresh();
    await opened(url, (connections) => migrate(connections, MIGRATIONS.slice(0, 1)));
    await asked(
      url,
      `INSERT INTO counters (digest, labels, value)
        SELECT CAST(lpad(n::TEXT, 32, '0') AS UUID), 'label ' || n, n FROM generate_series(1, 50) AS n`,
    );
    await opened(url, (connections) => migrate(connections));
    const kept = await asked(url, 'SELECT labels, value::INT FROM counters ORDER BY value');
    expect(kept).toEqual(Array.from({ length: 50 }, (_, at) => [`label ${at + 1}`, at + 1]));
    const numbers = await asked(url, 'SELECT id FROM counters ORDER BY id');
    expect(numbers).toEqual(Array.from({ length: 50 }, (_, at) => [at + 1]));
  });

  test('get the sums of the unpriced lines that are there', async () => {
    const { url } = await postgres.fresh();
    expect(MIGRATIONS).toContain(UNPRICED_TABLES);
    // As the first version had the table of lines.
    await opened(url, (connections) => migrate(connections, MIGRATIONS.slice(0, 1)));
    await asked(url, `INSERT INTO traces VALUES (1, '${'0'.repeat(31)}1', 1793491200000, 1)`);
    const lines = [
      [1, 3, 7, null],
      [2, 3, 8, null],
      [3, 4, 9, null],
      [4, 4, 100, 5],
    ];
    for (const [line, kind, quantity, amount] of lines)
      await asked(
        url,
        `INSERT INTO charges (trace, span, line, task, ts, kind, quantity, amount)
          VALUES (1, 1, ${line}, 1, 1, ${kind}, ${quantity}, ${amount})`,
      );
    await opened(url, (connections) => migrate(connections));
    const sums = 'SELECT kind, calls::INT, quantity::INT FROM unpriced_sums ORDER BY kind';
    expect(await asked(url, sums)).toEqual([
      [3, 2, 15],
      [4, 1, 9],
    ]);
  });

  test('stay as they are where a step fails in the middle', async () => {
    const { url } = await postgres.fresh();
    const broken = [...MIGRATIONS, ['CREATE TABLE added (n INT4)', 'INSERT INTO nowhere VALUES (7)']];
    await opened(url, async (connections) => {
      await migrate(connections);
      await expect(migrate(connections, broken)).rejects.toThrow('nowhere');
    });
    expect(await asked(url, VERSION)).toEqual([[String(MIGRATIONS.length)]]);
    await expect(asked(url, 'SELECT n FROM added')).rejects.toThrow('does not exist');
  });

  test('of a newer Solvent are refused in one line', async () => {
    const { url } = await postgres.fresh();
    await opened(url, async (connections) => {
      await migrate(connections, [...MIGRATIONS, ['CREATE TABLE newer (n INT4)']]);
      const error = await migrate(connections).catch((fault: unknown) => fault);
      expect(error).toBeInstanceOf(LedgerUnreadable);
      expect((error as Error).message).toMatch(
        /^the database's ledger has schema \d+, this program writes \d+; start the version that wrote it$/,
      );
    });
  });

  test('cannot be reached: a line that says where, and not by what word', async () => {
    const error = await openConnections({ url: 'postgresql://me:secret@127.0.0.1:1/ledger' }).catch(
      (fault: unknown) => fault,
    );
    expect(error).toBeInstanceOf(LedgerUnreadable);
    expect((error as Error).message).toBe(
      "the ledger's database 127.0.0.1:1/ledger cannot be reached: connect ECONNREFUSED 127.0.0.1:1",
    );
  });

  test('are behind a word that is wrong: a line that does not tell it', async () => {
    const { url } = await postgres.fresh();
    const wrong = new URL(url);
    wrong.password = 'guessed';
    const error = await openConnections({ url: wrong.href }).catch((fault: unknown) => fault);
    expect((error as Error).message).toContain('cannot be reached: password authentication failed');
    expect((error as Error).message).not.toContain('guessed');
  });
});

test.each([
  ['postgres://me:word@db.example:5433/ledger?sslmode=require', 'db.example:5433/ledger'],
  ['no address', '(its address cannot be read)'],
])('%s is called %s', (url, place) => {
  expect(placeOf(url)).toBe(place);
});
