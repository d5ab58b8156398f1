import { describe, expect, test } from '@jest/globals';
import { COMPONENTS } from '../../src/domain/charge.ts';
import type { CounterDelta, Ledger, SettleChange } from '../../src/domain/ledger.ts';
import type { UsdPico } from '../../src/domain/money.ts';
import { OUTCOMES, type OutcomeReport, type Task } from '../../src/domain/task.ts';
import { openMemoryLedger } from '../../src/ledger/memory.ts';
import { sorted } from './answers.ts';
import { NOTHING } from './changes.ts';
import type { Given } from './contract.ts';
import { aCharge, aPart, aTask, aTrace } from './samples.ts';

/** More than one chunk of 2,048 rows, and past every doubling of a column's room below it. */
const COUNT = 2_200;
const EVERY = Array.from({ length: COUNT }, (_, index) => index);
/** Where rows have been lost: the ends, the growth at 1,024 and the chunk at 2,048. */
const PLACES = [0, 1, 1022, 1023, 1024, 1025, 2046, 2047, 2048, 2049, COUNT - 1];

const taskIdOf = (index: number) => `task ${index}`;
const traceIdOf = (index: number) =>
  `${index % 2 === 0 ? 'f' : '0'}${(index + 1).toString(16).padStart(31, '0')}`;
const START = 1_700_000_000_000_000_000n;

/**
 * **Goal**: no row is lost or changed where a change is larger than any buffer. **Method**: every row of 2,200 differs
 * from its neighbours in every column, in a change that is applied, moved over and applied once more; what is asked in
 * bulk is compared whole with the model, what is asked one by one at the places where buffers end.
 */
export function bigChanges({ engine, fresh }: Given, reopened: () => Promise<Ledger>): void {
  describe(`${engine}: a change of ${COUNT} of everything`, () => {
    test('is kept to the last row, also when all of it is replaced, and after it was opened again', async () => {
      const ledger = await fresh();
      const model = openMemoryLedger();
      for (const change of [bigChange(0, true), bigChange(1, false)]) {
        await ledger.apply(change);
        await model.apply(change);
        expect(await bulk(ledger)).toEqual(await bulk(model));
        expect(await places(ledger)).toEqual(await places(model));
      }
      expect(await bulk(await reopened())).toEqual(await bulk(model));
    }, 120_000);

    test('goes whole when its tasks are removed and its traces emptied', async () => {
      const ledger = await fresh();
      const model = openMemoryLedger();
      const traces = EVERY.map((index) => aTrace({ traceId: traceIdOf(index), fresh: false }));
      const gone: SettleChange = { ...NOTHING, traces, removed: EVERY.map(taskIdOf), forgetBefore: 5_000 };
      for (const change of [bigChange(0, true), gone]) {
        await ledger.apply(change);
        await model.apply(change);
      }
      expect(await bulk(ledger)).toEqual(await bulk(model));
      expect((await ledger.dataHealth()).tasks).toBe(0);
      expect(await ledger.unpriced()).toEqual([]);
    }, 120_000);
  });
}

/** `turn` moves every charge and part to the next task, and changes every figure. */
function bigChange(turn: number, fresh: boolean): SettleChange {
  return {
    traces: EVERY.map((index) => traceOf(index, turn, fresh)),
    tasks: EVERY.map((index) => ({ task: taskOf(index, turn), charges: ownCharges(index, turn) })),
    removed: [],
    reports: EVERY.map((index) => reportOf(index, turn)),
    counters: EVERY.map((index) => counterOf(index, turn)),
    position: `000000000${turn + 1}:000000000016`,
    forgetBefore: turn === 0 ? undefined : 1_500,
  };
}

function traceOf(index: number, turn: number, fresh: boolean) {
  const traceId = traceIdOf(index);
  const taskId = taskIdOf((index + turn) % COUNT);
  const charges = [0, 1].map((line) =>
    aCharge({
      traceId,
      spanId: `${line === 0 ? 'f' : '0'}${(index + 1).toString(16).padStart(15, '0')}`,
      line,
      taskId,
      at: START + BigInt(index * 2 + line),
      model: `model ${(index + line) % 700}`,
      amount: index % 5 === 4 ? null : BigInt(index + turn) * 10n ** 12n + BigInt(line),
      reason: index % 5 === 4 ? 'model_unknown' : null,
      quantity: (2n ** 60n + BigInt(index)) as never,
      flags: [`flag ${index}`],
    }),
  );
  return aTrace({
    traceId,
    fresh,
    settledAt: 1_000 + index,
    skeleton: Uint8Array.of(index & 255, index >> 8, turn),
    parts: [aPart({ traceId, taskId, inputTokens: index + turn, model: `model ${index % 700}` })],
    charges,
  });
}

function taskOf(index: number, turn: number): Task {
  const closed = index % 3 !== 0;
  return {
    ...aTask({ taskId: taskIdOf(index), at: START + BigInt(index), closed }),
    agentType: `agent ${index % 40}`,
    taskType: `type ${index + turn}`,
    promptVersion: index % 7 === 0 ? undefined : `prompt ${index}`,
    user: index % 5 === 0 ? undefined : `user ${index}`,
    dimensions: [`dimension ${index % 30}`],
    tagged: index % 2 === 0,
    outcome: closed ? OUTCOMES[index % 4] : undefined,
    dueAt: closed ? undefined : 10_000 - index,
    value: index % 6 === 0 ? undefined : (BigInt(index) as UsdPico),
    cost: Object.fromEntries(
      COMPONENTS.map((name, place) => [name, BigInt(index * 7 + place)]),
    ) as Task['cost'],
    actions: index + turn,
    unpricedCalls: index % 2,
    flags: [`task flag ${index % 50}`],
  };
}

const ownCharges = (index: number, turn: number) => [
  aCharge({
    traceId: '',
    spanId: '',
    taskId: taskIdOf(index),
    component: 'remediation',
    model: '',
    amount: BigInt(index + turn),
  }),
];

const reportOf = (index: number, turn: number): OutcomeReport => ({
  taskId: taskIdOf(index),
  outcome: OUTCOMES[index % 4]!,
  at: START + BigInt(index),
  remediation: undefined,
  value: undefined,
  source: `crm ${turn}`,
  // Every second one repeats the key of the change before.
  key: `key ${index % 2 === 0 ? 0 : turn}`,
});

const counterOf = (index: number, turn: number): CounterDelta => ({
  counter: 'tokens',
  agentType: `agent ${index}`,
  taskType: 't',
  dimensions: [],
  provider: '',
  model: `model ${index % 700}`,
  tokenClass: 'input',
  by: BigInt(index + turn + 1),
});

/** All that is asked in bulk. */
async function bulk(ledger: Ledger) {
  const window = { from: 0n, to: 2n ** 63n - 1n };
  const traces = await ledger.traces(EVERY.map(traceIdOf));
  const states = await ledger.tasksState(EVERY.map(taskIdOf));
  return {
    traces: EVERY.map((index) => {
      const { skeleton, parts } = traces.get(traceIdOf(index))!;
      return [[...skeleton], parts];
    }),
    states: EVERY.map((index) => states.get(taskIdOf(index))),
    tasks: await ledger.tasks({ sort: 'cost', limit: COUNT + 1 }),
    byModel: await ledger.unitEconomics({ ...window, groupBy: ['model'] }),
    byType: await ledger.unitEconomics({ ...window, groupBy: ['task_type', 'dimension:0'] }),
    open: sorted(await ledger.openTasks()),
    counters: sorted(await ledger.counters()),
    unpriced: sorted(await ledger.unpriced()),
    health: await ledger.dataHealth(),
    due: await ledger.dueTasks(10_000, COUNT),
    nextDue: await ledger.nextDue(),
  };
}

/** What is asked one by one. */
async function places(ledger: Ledger) {
  const answers = [];
  for (const index of PLACES)
    answers.push(await ledger.charges(taskIdOf(index)), await ledger.task(taskIdOf(index)));
  for (const index of PLACES.slice(0, 2))
    answers.push(await ledger.tasks({ sort: 'started_at', limit: 9, model: `model ${index}` }));
  return answers;
}
