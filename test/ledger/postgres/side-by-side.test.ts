import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Ledger, LedgerConflict, type SettleChange } from '../../../src/domain/ledger.ts';
import { openPostgresLedger } from '../../../src/ledger/postgres/ledger.ts';
import { describePostgres } from '../../support/postgres.ts';
import { NOTHING } from '../changes.ts';
import { aCharge, aPart, aTask, aTrace } from '../samples.ts';
import { ledgerDatabases } from './databases.ts';

/**
 * **Goal**: whatever several writers do at the same time to the same traces and tasks, nothing that one of them was told
 * is kept gets lost, nothing counts twice, and of two that show one call at least one has seen the other.
 * **Method**: each writer's step adds a mark of its own to what it reads, as settling adds spans; a step that met a
 * conflict is begun anew. At the end every mark is in every sum, once.
 */

const RUNS = Number(process.env.RUNS ?? 1);
const traceOf = (number: number) => String(number).padStart(32, '0');
const taskOf = (number: number) => `task ${number}`;

interface Step {
  readonly traces: readonly number[];
  readonly task: number;
}
const step: fc.Arbitrary<Step> = fc.record({
  traces: fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 3 }),
  task: fc.integer({ min: 1, max: 2 }),
});
const work = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 2, maxLength: 4 });

const open: Ledger[] = [];
afterEach(async () => {
  for (const ledger of open.splice(0)) await ledger.close();
});

async function writers(url: string, count: number): Promise<readonly Ledger[]> {
  const ledgers: Ledger[] = [];
  for (let index = 0; index < count; index += 1)
    ledgers.push(await openPostgresLedger({ url, replica: `writer ${index}` }));
  open.push(...ledgers);
  return ledgers;
}

const closeAll = () => Promise.all(open.splice(0).map((ledger) => ledger.close()));

/** Reads, and adds its mark to every trace of the step: a byte, a line of one picodollar, and one to the counter. */
async function addMark(ledger: Ledger, { traces, task }: Step, mark: number): Promise<void> {
  const ids = traces.map(traceOf);
  const kept = await ledger.traces(ids);
  const states = await ledger.tasksState([taskOf(task), ...homesOf(kept.values())]);
  const changed = ids.map((traceId) => {
    const marks = [...(kept.get(traceId)?.skeleton ?? []), mark];
    const taskId = taskOf(task);
    return aTrace({
      traceId,
      fresh: !kept.has(traceId),
      skeleton: new Uint8Array(marks),
      parts: [aPart({ traceId, taskId, inputTokens: marks.length })],
      charges: marks.map((_, line) => aCharge({ traceId, taskId, line })),
    });
  });
  const tasks = [...states.keys(), taskOf(task)].map((taskId) => {
    const others = (states.get(taskId)?.parts ?? []).filter((part) => !ids.includes(part.traceId));
    const parts = [
      ...others,
      ...changed.flatMap((one) => one.parts.filter((part) => part.taskId === taskId)),
    ];
    const cost = parts.reduce((sum, { tokens: [one] }) => sum + BigInt(one!.tokens.input), 0n);
    return { task: aTask({ taskId, inference: cost }), charges: [] };
  });
  const by = BigInt(traces.length);
  const counters = [{ counter: 'actions', tool: 'x', status: 'ok', ...LABELS, by }] as const;
  await ledger.apply({
    ...NOTHING,
    traces: changed,
    tasks,
    counters,
    position: String(mark).padStart(4, '0'),
  });
}
const LABELS = { agentType: 'a', taskType: 't', dimensions: [] } as const;

const homesOf = (states: Iterable<{ readonly parts: readonly { readonly taskId: string }[] }>): string[] =>
  [...states].flatMap(({ parts }) => parts.map(({ taskId }) => taskId));

/** Begins anew for as long as others are first; gives how often that was. */
async function untilApplied(attempt: () => Promise<void>): Promise<number> {
  for (let conflicts = 0; ; conflicts += 1) {
    try {
      await attempt();
      return conflicts;
    } catch (fault) {
      if (!(fault instanceof LedgerConflict) || conflicts > 200) throw fault;
    }
  }
}

describePostgres('several writers of one database', (postgres) => {
  const databases = ledgerDatabases(postgres);

  test('lose no mark, and count none twice', async () => {
    let met = 0;
    await fc.assert(
      fc.asyncProperty(work, async (plans) => {
        const database = await databases.fresh();
        const ledgers = await writers(database.url, plans.length);
        let mark = 0;
        await Promise.all(
          plans.map(async (steps, index) => {
            for (const one of steps) {
              mark += 1;
              const mine = mark;
              met += await untilApplied(() => addMark(ledgers[index]!, one, mine));
            }
          }),
        );
        const wanted = new Map<string, number>();
        for (const { traces } of plans.flat())
          for (const id of traces) wanted.set(traceOf(id), (wanted.get(traceOf(id)) ?? 0) + 1);
        const total = [...wanted.values()].reduce((sum, marks) => sum + marks, 0);
        for (const ledger of ledgers) {
          const kept = await ledger.traces([...wanted.keys()]);
          for (const [id, marks] of wanted) {
            const skeleton = [...kept.get(id)!.skeleton];
            expect([skeleton.length, new Set(skeleton).size]).toEqual([marks, marks]);
          }
          expect((await ledger.counters()).map(({ by }) => by)).toEqual([BigInt(total)]);
          const sums = await ledger.unitEconomics({ from: 0n, to: 10n, groupBy: [] });
          expect(sums.map(({ cost }) => cost.inference)).toEqual([BigInt(total)]);
          const byModel = await ledger.unitEconomics({ from: 0n, to: 10n, groupBy: ['model'] });
          expect(byModel.reduce((sum, { cost }) => sum + cost.inference, 0n)).toBe(BigInt(total));
          const lines = await Promise.all([1, 2].map((number) => ledger.charges(taskOf(number))));
          expect(lines.flatMap((list) => list ?? [])).toHaveLength(total);
        }
        await closeAll();
        await database.drop();
      }),
      { numRuns: 8 * RUNS, endOnFailure: true },
    );
    // Else nobody was ever in anybody's way, and this showed nothing.
    expect(met).toBeGreaterThan(0);
  }, 300_000);

  test('of one call in two traces, see each other, whoever is first', async () => {
    const key = { same: 7, alike: 0, teller: 2, session: 0, fromMs: 1_000_000, toMs: 1_000_001 };
    let sawBoth = 0;
    for (let round = 0; round < 10 * RUNS; round += 1) {
      const database = await databases.fresh();
      const ledgers = await writers(database.url, 3);
      const seen: string[][] = [];
      await Promise.all(
        ledgers.map((ledger, index) =>
          untilApplied(async () => {
            const traceId = traceOf(index + 1);
            await ledger.traces([traceId]);
            const others = await ledger.kin([key]);
            await ledger.traces(others);
            await ledger.apply({ ...NOTHING, traces: [aTrace({ traceId, calls: [key] })] });
            seen[index] = [...others];
          }),
        ),
      );
      for (const [one, other] of [
        [0, 1],
        [0, 2],
        [1, 2],
      ] as const) {
        const saw = [seen[one]!.includes(traceOf(other + 1)), seen[other]!.includes(traceOf(one + 1))];
        expect(saw).toContain(true);
        if (saw[0] && saw[1]) sawBoth += 1;
      }
      await closeAll();
      await database.drop();
    }
    // One of two is always first, and cannot have seen what was not there.
    expect(sawBoth).toBe(0);
  }, 300_000);

  test('that read a trace and leave it are told when it changes before they are done', async () => {
    const { url } = await databases.fresh();
    const [one, other] = await writers(url, 2);
    await one!.apply({ ...NOTHING, traces: [aTrace({ traceId: traceOf(1) })] });
    await one!.traces([traceOf(1), traceOf(2)]);
    await other!.apply({
      ...NOTHING,
      traces: [aTrace({ traceId: traceOf(1), fresh: false, settledAt: 2000 })],
    });
    const change: SettleChange = { ...NOTHING, traces: [aTrace({ traceId: traceOf(2) })] };
    await expect(one!.apply(change)).rejects.toThrow(LedgerConflict);
    expect((await one!.traces([traceOf(2)])).size).toBe(0);
    await one!.apply(change);
    expect((await other!.traces([traceOf(2)])).size).toBe(1);
  });

  test.each<[string, (ledger: Ledger) => Promise<unknown>, Partial<SettleChange>]>([
    [
      'a trace that is there now',
      (ledger) => ledger.traces([traceOf(9)]),
      { traces: [aTrace({ traceId: traceOf(9) })] },
    ],
    [
      'a task that is there now',
      (ledger) => ledger.tasksState(['new']),
      { tasks: [{ task: aTask({ taskId: 'new' }), charges: [] }] },
    ],
  ])('thought that nothing is there: %s', async (_, read, change) => {
    const { url } = await databases.fresh();
    const [one, other] = await writers(url, 2);
    await read(one!);
    await other!.apply({ ...NOTHING, ...change });
    await expect(one!.apply({ ...NOTHING, ...change })).rejects.toThrow(LedgerConflict);
    await read(one!);
    await one!.apply({ ...NOTHING, ...change });
    expect((await one!.dataHealth()).tasks).toBe(change.tasks?.length ?? 0);
  });

  test('find versions as they were after a restart', async () => {
    const { url } = await databases.fresh();
    const [one, other] = await writers(url, 2);
    const task = (cost: bigint) => ({
      ...NOTHING,
      tasks: [{ task: aTask({ inference: cost }), charges: [] }],
    });
    await one!.apply(task(1n));
    await one!.tasksState(['ticket-1']);
    await other!.close();
    const [again] = await writers(url, 1);
    await again!.tasksState(['ticket-1']);
    await again!.apply(task(2n));
    await expect(one!.apply(task(3n))).rejects.toThrow(LedgerConflict);
    expect((await one!.task('ticket-1'))!.cost.inference).toBe(2n);
    open.splice(open.indexOf(other!), 1);
  });

  test('give one number to a text that both meet first, and read what the other named', async () => {
    const { url } = await databases.fresh();
    const ledgers = await writers(url, 3);
    const names = Array.from({ length: 40 }, (_, index) => `model ${index}`);
    await Promise.all(
      ledgers.map((ledger, writer) =>
        ledger.apply({
          ...NOTHING,
          traces: [
            aTrace({
              traceId: traceOf(writer + 1),
              charges: names.map((model, line) =>
                aCharge({ traceId: traceOf(writer + 1), taskId: `task ${writer}`, line, model }),
              ),
            }),
          ],
          tasks: [
            { task: { ...aTask({ taskId: `task ${writer}` }), agentType: `agent ${writer}` }, charges: [] },
          ],
        }),
      ),
    );
    for (const ledger of ledgers) {
      const rows = await ledger.unitEconomics({ from: 0n, to: 10n, groupBy: ['model'] });
      expect(rows.map(({ group: [name], cost }) => [name, cost.inference])).toEqual(
        names.toSorted().map((name) => [name, 3n]),
      );
      const agents = await ledger.unitEconomics({ from: 0n, to: 10n, groupBy: ['agent_type'] });
      expect(agents.map(({ group: [name] }) => name)).toEqual(['agent 0', 'agent 1', 'agent 2']);
    }
  });

  test('that are fenced off keep nothing of their change', async () => {
    const { url } = await databases.fresh();
    const fenced = await openPostgresLedger({
      url,
      replica: 'old',
      fence: async (writing) => {
        const [row] = await writing.rows('SELECT count(*) FROM tasks');
        throw new Error(`another has its name, and ${row![0]} tasks would be kept`);
      },
    });
    open.push(fenced);
    const change = { ...NOTHING, tasks: [{ task: aTask(), charges: [] }], position: '1' };
    await expect(fenced.apply(change)).rejects.toThrow('and 1 tasks would be kept');
    expect([await fenced.position(), (await fenced.dataHealth()).tasks]).toEqual(['', 0]);
  });

  test('each have a position of their own', async () => {
    const { url } = await databases.fresh();
    const [one, other] = await writers(url, 2);
    await one!.apply({ ...NOTHING, position: '5' });
    expect([await one!.position(), await other!.position()]).toEqual(['5', '']);
    await other!.apply({ ...NOTHING, position: '3' });
    expect([await one!.position(), await other!.position()]).toEqual(['5', '3']);
  });
});
