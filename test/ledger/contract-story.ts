import { describe, expect, test } from '@jest/globals';
import type { Ledger, SettleChange } from '../../src/domain/ledger.ts';
import type { UsdPico } from '../../src/domain/money.ts';
import type { OutcomeReport } from '../../src/domain/task.ts';
import { openMemoryLedger } from '../../src/ledger/memory.ts';
import { everything } from './answers.ts';
import { NOTHING } from './changes.ts';
import type { Given } from './contract.ts';
import { aCharge, aPart, aTask, aTrace } from './samples.ts';

const [A, B] = ['a'.repeat(32), 'b'.repeat(32)] as const;
const IDS = { traces: [A, B], tasks: ['ticket-1', 'ticket-2', B] };
const SKELETON = new Uint8Array([1, 2, 3]);

const report = (fields: Partial<OutcomeReport> = {}): OutcomeReport => ({
  taskId: 'ticket-1',
  outcome: 'solved',
  at: 5n,
  remediation: undefined,
  value: undefined,
  source: 'crm',
  key: 'k',
  ...fields,
});
const trace = (traceId: string, taskId: string, amount: bigint, fresh: boolean, settledAt: number) =>
  aTrace({
    traceId,
    fresh,
    settledAt,
    skeleton: SKELETON,
    parts: [aPart({ traceId, taskId })],
    charges: [aCharge({ traceId, taskId, amount })],
  });
const row = (taskId: string, inference: bigint, closed = true) => ({
  task: aTask({ taskId, inference, closed }),
  charges: [],
});

/** What is kept, in a line: position, tasks with their cost, reports of ticket-1, bytes of both skeletons. */
async function told(ledger: Ledger): Promise<string> {
  const { tasks } = await ledger.tasks({ sort: 'cost', limit: 9 });
  const state = (await ledger.tasksState(['ticket-1'])).get('ticket-1');
  const traces = await ledger.traces([A, B]);
  return [
    await ledger.position(),
    tasks
      .map((task) => `${task.taskId.slice(0, 8)}=${task.cost.inference}${task.state === 'open' ? '?' : ''}`)
      .join(' '),
    (state?.reports ?? []).map((one) => `${one.key}:${one.outcome}`).join(' '),
    [A, B].map((id) => traces.get(id)?.skeleton.length ?? '-').join(' '),
  ].join(' | ');
}

/** One after the other, each with what is kept after it. */
const STEPS: readonly (readonly [string, Partial<SettleChange>, string])[] = [
  [
    'two traces settle, one without a session is a task of its own',
    {
      traces: [trace(A, 'ticket-1', 3n, true, 10), trace(B, B, 4n, true, 20)],
      tasks: [row('ticket-1', 3n, false), row(B, 4n, false)],
      position: '1',
    },
    '1 | bbbbbbbb=4? ticket-1=3? |  | 3 3',
  ],
  ['nothing leaves everything, and the position, as it was', {}, '1 | bbbbbbbb=4? ticket-1=3? |  | 3 3'],
  [
    'the session of the second comes late: its task goes, its charges move',
    {
      traces: [trace(B, 'ticket-1', 4n, false, 30)],
      tasks: [row('ticket-1', 7n)],
      removed: [B],
      position: '2',
    },
    '2 | ticket-1=7 |  | 3 3',
  ],
  [
    'a report, sent twice in one request',
    { reports: [report(), report({ outcome: 'failed' })], position: '3' },
    '3 | ticket-1=7 | k:solved | 3 3',
  ],
  [
    'the report once more, in words of its own, and another',
    { reports: [report({ outcome: 'abandoned', at: 9n }), report({ key: 'l', outcome: 'failed' })] },
    '3 | ticket-1=7 | k:solved l:failed | 3 3',
  ],
  [
    'a report with money and value, of a task that nobody knows',
    {
      reports: [
        report({
          taskId: 'ticket-2',
          remediation: { cost: (2n ** 60n) as UsdPico },
          value: (2n ** 61n) as UsdPico,
        }),
      ],
      position: '4',
    },
    '4 | ticket-1=7 | k:solved l:failed | 3 3',
  ],
  ['the older skeleton is let go', { forgetBefore: 30 }, '4 | ticket-1=7 | k:solved l:failed | 0 3'],
  ['then the other', { forgetBefore: 31 }, '4 | ticket-1=7 | k:solved l:failed | 0 0'],
  [
    'a trace whose skeleton went is settled anew',
    {
      traces: [trace(A, 'ticket-1', 5n, false, 40)],
      tasks: [row('ticket-1', 9n)],
      forgetBefore: 40,
      position: '5',
    },
    '5 | ticket-1=9 | k:solved l:failed | 3 0',
  ],
  [
    'a task that was never there is removed',
    { removed: ['nobody'] },
    '5 | ticket-1=9 | k:solved l:failed | 3 0',
  ],
  [
    'a task is removed and told in one change: it is there',
    { removed: ['ticket-1'], tasks: [row('ticket-1', 8n)] },
    '5 | ticket-1=8 | k:solved l:failed | 3 0',
  ],
  [
    'a task is removed: its reports and traces stay',
    { removed: ['ticket-1'] },
    '5 |  | k:solved l:failed | 3 0',
  ],
];

/** A ledger's days, with a restart after each. */
export function story({ engine, fresh }: Given, reopened: () => Promise<Ledger>): void {
  describe(`${engine}: a story`, () => {
    test('is kept step by step, with a restart after each', async () => {
      let ledger = await fresh();
      const model = openMemoryLedger();
      for (const [step, change, wanted] of STEPS) {
        await ledger.apply({ ...NOTHING, ...change });
        await model.apply({ ...NOTHING, ...change });
        expect([step, await told(ledger)]).toEqual([step, wanted]);
        ledger = await reopened();
        expect([step, await told(ledger)]).toEqual([step, wanted]);
        expect(await everything(ledger, IDS)).toEqual(await everything(model, IDS));
      }
      const { reports } = (await ledger.tasksState(['ticket-2'])).get('ticket-2')!;
      expect(reports).toMatchObject([{ remediation: { cost: 2n ** 60n }, value: 2n ** 61n }]);
    });

    test('that is told again from its middle ends the same', async () => {
      const ledger = await fresh();
      for (const [, change] of STEPS) await ledger.apply({ ...NOTHING, ...change });
      const before = await everything(ledger, IDS);
      for (const [, change] of STEPS.slice(-4)) await ledger.apply({ ...NOTHING, ...change });
      expect(await everything(ledger, IDS)).toEqual(before);
    });
  });
}
