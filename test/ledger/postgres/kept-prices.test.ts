import { expect, test } from '@jest/globals';
import { openDatabaseKeptPrices } from '../../../src/ledger/postgres/kept-prices.ts';
import { describePostgres } from '../../support/postgres.ts';
import { keptPricesLaws, own, SNAPSHOT } from '../kept-prices-laws.ts';
import { freshFleet } from './fleet-database.ts';

describePostgres('price tables in PostgreSQL', (postgres) => {
  const open = async () => {
    const { sql, close } = await freshFleet(postgres);
    return { sql, kept: openDatabaseKeptPrices(sql), again: async () => openDatabaseKeptPrices(sql), close };
  };

  keptPricesLaws('in the database', open);

  test('what one replica keeps another finds, and two that keep the same at once keep it once', async () => {
    const { kept, again, close } = await open();
    const other = await again();
    await Promise.all([
      kept.keep('a', [SNAPSHOT, own('one')], 10),
      other.keep('a', [SNAPSHOT, own('one')], 10),
    ]);
    expect(await kept.tables()).toEqual([{ hash: 'a', sinceMs: 10 }]);
    await other.keep('b', [own('two')], 20);
    expect(await kept.texts('b')).toEqual([own('two')]);
    expect((await kept.at(25))?.hash).toBe('b');
    await close();
  });

  test('a text that somebody changed is not given out, until it is kept anew', async () => {
    const { sql, kept, close } = await open();
    await kept.keep('a', [own('one')], 10);
    await sql.rows('UPDATE price_texts SET content = $1', [Buffer.from('two')]);
    await expect(kept.texts('a')).rejects.toThrow(
      /price text [0-9a-f]{64} in the database is not what was kept/,
    );
    await kept.keep('b', [own('one')], 20);
    expect(await kept.texts('a')).toEqual([own('one')]);
    await close();
  });
});
