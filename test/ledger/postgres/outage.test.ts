import { expect, test } from '@jest/globals';
import { LedgerUnavailable } from '../../../src/domain/ledger.ts';
import { openPostgresLedger } from '../../../src/ledger/postgres/ledger.ts';
import { unlessUnavailable } from '../../../src/ledger/postgres/unavailable.ts';
import { describePostgres } from '../../support/postgres.ts';
import { smallTask } from '../../support/spans.ts';
import { until } from '../../support/until.ts';
import { openTestWalk } from '../../support/walk.ts';
import { everything } from '../answers.ts';
import { NOTHING } from '../changes.ts';
import { aCharge, aTask, aTrace } from '../samples.ts';
import { ledgerDatabases } from './databases.ts';

describePostgres('a database that goes away', (postgres) => {
  const databases = ledgerDatabases(postgres);

  test.each(['fast', 'crash'] as const)(
    'and comes back (%s): steps fail meanwhile, and nothing is lost',
    async (how) => {
      const { url } = await databases.fresh();
      const ledger = await openPostgresLedger({ url, replica: 'only' });
      const walk = await openTestWalk({ ledger });
      await walk.take(smallTask('a1', { 'agent.session.id': 'one' }));
      await walk.settleAfter(10_000);
      await walk.take(smallTask('a2', { 'agent.session.id': 'two' }));
      await postgres.stop(how);
      walk.clock.advance(10_000);
      await expect(walk.settle()).rejects.toThrow(LedgerUnavailable);
      await expect(ledger.dataHealth()).rejects.toThrow(/does not answer now: \S/);
      expect(walk.rooms.openTraces.spans).toBeGreaterThan(0);
      await postgres.start();
      await walk.settleAfter(100_000);
      const { tasks } = await ledger.tasks({ sort: 'started_at', limit: 9 });
      expect(tasks.map(({ taskId }) => taskId).sort()).toEqual(['one', 'two']);
      expect((await ledger.position()) > '').toBe(true);
      expect(walk.rooms.openTraces.spans).toBe(0);
      await ledger.close();
    },
  );

  test('in the middle of a change keeps nothing of it, and takes it afterwards', async () => {
    const { url } = await databases.fresh();
    let stopping: Promise<void> | undefined;
    const ledger = await openPostgresLedger({
      url,
      replica: 'only',
      fence: async (writing) => {
        if (stopping !== undefined) return;
        stopping = postgres.stop('crash');
        await stopping;
        await writing.rows('SELECT 1');
      },
    });
    const change = {
      ...NOTHING,
      traces: [aTrace({ charges: [aCharge({ amount: 7n })] })],
      tasks: [{ task: aTask({ inference: 7n }), charges: [] }],
      position: '1',
    };
    await expect(ledger.apply(change)).rejects.toThrow(LedgerUnavailable);
    await postgres.start();
    expect([await ledger.position(), (await ledger.dataHealth()).tasks]).toEqual(['', 0]);
    await ledger.apply(change);
    expect([await ledger.position(), (await ledger.dataHealth()).totalCost]).toEqual(['1', 7n]);
    await ledger.close();
  });

  test('takes the connections of idle hands, which then take others', async () => {
    const { url } = await databases.fresh();
    const ledger = await openPostgresLedger({ url, replica: 'only' });
    await ledger.apply({ ...NOTHING, tasks: [{ task: aTask(), charges: [] }] });
    const before = await everything(ledger);
    await postgres.stop();
    await postgres.start();
    const after = await until('it answers', () => everything(ledger).catch(() => undefined));
    expect(after).toEqual(before);
    await ledger.close();
  });
});

test.each([
  ['57P01', 'terminating connection due to administrator command', true],
  ['53100', 'could not extend file: No space left on device', true],
  ['53300', 'sorry, too many clients already', true],
  ['25006', 'cannot execute INSERT in a read-only transaction', true],
  ['ECONNREFUSED', 'connect ECONNREFUSED', true],
  ['', 'Connection terminated unexpectedly', true],
  ['23505', 'duplicate key value', false],
  ['42601', 'syntax error', false],
  ['', 'every number that was wanting is given', false],
])('%s %s: away is %s', (code, message, away) => {
  const error = Object.assign(new Error(message), { code });
  const told = unlessUnavailable(error, 'db/ledger');
  if (away)
    expect((told as Error).message).toBe(`the ledger's database db/ledger does not answer now: ${message}`);
  else expect(told).toBe(error);
});
