import { expect, test } from '@jest/globals';
import { type Closers, openClosers } from '../../src/closers.ts';
import { HouseMoved, type Repricing } from '../../src/domain/repricing.ts';
import { neverCrash } from '../../src/ledger/crash-point.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';
import { openStore, type Store } from '../../src/store.ts';
import { NOTHING } from '../ledger/changes.ts';
import { describePostgres } from '../support/postgres.ts';
import { asked } from '../support/postgres-server.ts';
import { temporaryFolder, testSettings } from '../support/service.ts';
import { until } from '../support/until.ts';

/** Goal: what one does for all has one author. Method: two stores over one database, and a house that is taken away. */

const RUN: Repricing = {
  id: 1,
  by: 'me',
  startedAt: 5,
  scope: { from: undefined, to: undefined, model: undefined, only: 'all' },
  tableHash: 'hash',
  state: 'running',
  why: '',
  done: 7,
  until: 9,
  rows: [],
};

describePostgres('the house of a fleet', (postgres) => {
  async function withStores(run: (stores: readonly Store[], url: string) => Promise<void>): Promise<void> {
    const folder = temporaryFolder();
    const { url } = await postgres.fresh();
    const houses: Closers[] = [];
    try {
      const stores: Store[] = [];
      for (const name of ['one', 'other']) {
        const closers = openClosers();
        houses.push(closers);
        const settings = testSettings({
          SOLVENT_DATA_DIR: folder.path,
          SOLVENT_DATABASE_URL: url,
          SOLVENT_JOURNAL: 'database',
          SOLVENT_REPLICA: name,
        });
        const store = await openStore(settings, {
          closers,
          count: () => {},
          measure: () => {},
          crash: neverCrash,
          clock: systemClock,
          log: silentLog,
          tableHash: 'table',
        });
        stores.push(store);
        if (name === 'one') await until('it keeps house', () => store.keeper.keeps());
      }
      await run(stores, url);
    } finally {
      for (const closers of houses.reverse()) await closers.close();
      folder.remove();
    }
  }

  test('what all push of the ledger is under one name, which another ledger does not have', async () => {
    const ids: (string | undefined)[] = [];
    for (let time = 0; time < 2; time += 1)
      await withStores(async (stores) => void ids.push(...stores.map(({ id }) => id)));
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(ids).toEqual([ids[0], ids[0], ids[2], ids[2]]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  test('a re-pricing is told of by who has it alone; all else by anybody', () =>
    withStores(async ([one, other], url) => {
      await one!.ledger.apply({ ...NOTHING, repricing: RUN });
      await expect(other!.ledger.apply({ ...NOTHING, repricing: { ...RUN, done: 3 } })).rejects.toThrow(
        HouseMoved,
      );
      await other!.ledger.apply({ ...NOTHING, position: '5' });
      // The first was asleep: its lease ended, and the other has the house. It does not know that yet.
      await asked(url, `UPDATE leases SET holder = 'other', epoch = 1`);
      await other!.ledger.apply({ ...NOTHING, repricing: { ...RUN, done: 8 } });
      await expect(one!.ledger.apply({ ...NOTHING, repricing: RUN })).rejects.toThrow(HouseMoved);
      expect(await one!.ledger.repricings()).toMatchObject([{ done: 8 }]);
    }));
});
