import { expect, test } from '@jest/globals';
import { describePostgres } from './postgres.ts';
import { asked } from './postgres-server.ts';

describePostgres('a server of a test', (postgres) => {
  test('gives each test a database of its own', async () => {
    const [one, other] = [await postgres.fresh(), await postgres.fresh()];
    await asked(one.url, 'CREATE TABLE only_here (n INT)');
    expect(await asked(one.url, 'SELECT count(*)::INT FROM only_here')).toEqual([[0]]);
    await expect(asked(other.url, 'SELECT n FROM only_here')).rejects.toThrow('does not exist');
    await one.drop();
    await expect(asked(one.url, 'SELECT 1')).rejects.toThrow('does not exist');
  });

  test.each(['fast', 'crash'] as const)('keeps what it holds over a stop (%s)', async (how) => {
    const { url } = await postgres.fresh();
    await asked(url, 'CREATE TABLE kept AS SELECT 7 AS n');
    await postgres.stop(how);
    await expect(asked(url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await postgres.start();
    expect(await asked(url, 'SELECT n FROM kept')).toEqual([[7]]);
  });

  test('does not sort by bytes unless told to, so that a query that forgets is found', async () => {
    const { url } = await postgres.fresh();
    const sorted = (collate: string) =>
      asked(url, `SELECT x FROM unnest(ARRAY['b', 'B', 'a']) x ORDER BY x ${collate}`);
    expect(await sorted('COLLATE "C"')).toEqual([['B'], ['a'], ['b']]);
    expect(await sorted('')).not.toEqual(await sorted('COLLATE "C"'));
  });
});
