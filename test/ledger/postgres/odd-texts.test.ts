import { expect, test } from '@jest/globals';
import { openPostgresLedger } from '../../../src/ledger/postgres/ledger.ts';
import { LedgerOverflow } from '../../../src/ledger/sql/range.ts';
import { describePostgres } from '../../support/postgres.ts';
import { NOTHING } from '../changes.ts';
import { aCharge, aPart, aTask, aTrace } from '../samples.ts';
import { ledgerDatabases } from './databases.ts';

const TEXTS = [
  ['U+0000', 'a\0b'],
  ['U+0001', '\u0001'],
  ['half a pair', '\ud800'],
  ['the other half', '\udfff'],
  ['what stands for half a pair', '\ufffd'],
  ['a byte order mark', '\ufeffx'],
  ['nothing but a space', ' '],
  ['longer than an index holds', 'é'.repeat(40_000)],
  ['as an array is written', '{NULL,"a\\b"}'],
] as const;

describePostgres('what senders write, in PostgreSQL', (postgres) => {
  const databases = ledgerDatabases(postgres);

  test('comes back as it was, wherever it stands, and no two are taken for one', async () => {
    const { url } = await databases.fresh();
    const ledger = await openPostgresLedger({ url, replica: 'only' });
    const names = TEXTS.map(([, text]) => text);
    await ledger.apply({
      ...NOTHING,
      traces: names.map((name, index) => {
        const traceId = String(index).padStart(32, '0');
        const charge = aCharge({ traceId, taskId: name, model: name, resource: name });
        return aTrace({ traceId, parts: [aPart({ traceId, taskId: name, model: name })], charges: [charge] });
      }),
      tasks: names.map((name) => ({
        task: { ...aTask({ taskId: name }), agentType: name, user: name, dimensions: [name] },
        charges: [],
      })),
      reports: names.map((name) => ({
        taskId: name,
        outcome: 'solved',
        at: 5n,
        remediation: undefined,
        value: undefined,
        source: name,
        key: name,
      })),
      counters: names.map((tool) => ({
        counter: 'actions',
        agentType: tool,
        taskType: tool,
        dimensions: [tool],
        tool,
        status: 'ok',
        by: 1n,
      })),
    });
    await ledger.close();
    const again = await openPostgresLedger({ url, replica: 'only' });
    for (const name of names) {
      const task = await again.task(name);
      expect([task?.taskId, task?.agentType, task?.user, task?.dimensions]).toEqual([
        name,
        name,
        name,
        [name],
      ]);
      expect((await again.charges(name))!.map(({ model, resource }) => [model, resource])).toEqual([
        [name, name],
      ]);
      const [report] = (await again.tasksState([name])).get(name)!.reports;
      expect([report?.key, report?.source]).toEqual([name, name]);
      const page = await again.tasks({ sort: 'cost', limit: 99, agentType: name });
      expect(page.tasks.map(({ taskId }) => taskId)).toEqual([name]);
    }
    expect((await again.counters()).map((one) => one.counter === 'actions' && one.tool).sort()).toEqual(
      [...names].sort(),
    );
    expect((await again.dataHealth()).tasks).toBe(names.length);
    await again.close();
  });

  test('past 64 bits is refused with the figure, and nothing of the change is kept', async () => {
    const { url } = await databases.fresh();
    const ledger = await openPostgresLedger({ url, replica: 'only' });
    const task = aTask({ inference: 2n ** 63n });
    await expect(
      ledger.apply({ ...NOTHING, traces: [aTrace({})], tasks: [{ task, charges: [] }], position: '1' }),
    ).rejects.toThrow(LedgerOverflow);
    expect([await ledger.position(), await ledger.lastTrace()]).toEqual(['', 0]);
    await ledger.close();
  });
});
