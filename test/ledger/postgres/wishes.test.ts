import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openWishes } from '../../../src/ledger/postgres/wishes.ts';
import { describePostgres } from '../../support/postgres.ts';
import { type FleetDatabase, freshFleet } from './fleet-database.ts';

describePostgres('wishes in PostgreSQL', (postgres) => {
  let database: FleetDatabase;
  beforeAll(async () => {
    database = await freshFleet(postgres);
  });
  afterAll(() => database.close());

  test('wait in the order of asking until they are answered, and each answer is given out once', async () => {
    const wishes = openWishes(database.sql);
    const first = await wishes.leave('first', 60_000);
    const second = await wishes.leave('second "quoted" \\ \u0000', 60_000);
    expect((await wishes.waiting()).map(({ wish }) => wish)).toEqual(['first', 'second "quoted" \\ \u0000']);
    expect(await wishes.answer(first)).toBeUndefined();
    await wishes.fulfil(first, '{"a":1}');
    expect((await wishes.waiting()).map(({ id }) => id)).toEqual([second]);
    expect(await wishes.answer(first)).toBe('{"a":1}');
    expect(await wishes.answer(first)).toBeUndefined();
    await wishes.fulfil(second, undefined);
    expect(await wishes.waiting()).toEqual([]);
  });

  test('hold for as long as was said, and go when nobody took them', async () => {
    const wishes = openWishes(database.sql);
    await wishes.leave('late', -1);
    const held = await wishes.leave('held', 60_000);
    const back = await wishes.leave('taken back', 60_000);
    await wishes.forget(back);
    expect((await wishes.waiting()).map(({ id }) => id)).toEqual([held]);
    const left = async () => (await database.sql.rows('SELECT wish FROM wishes ORDER BY wish')).flat();
    await wishes.sweep();
    expect(await left()).toEqual(['held', 'late']);
    await database.sql.rows(
      `UPDATE wishes SET valid_until = now() - INTERVAL '2 minutes' WHERE wish = 'late'`,
    );
    await wishes.sweep();
    expect(await left()).toEqual(['held']);
  });
});
