import { describe, expect, test } from '@jest/globals';
import type { TaskEvent, TaskSight } from '../../src/domain/history.ts';
import type { OutcomeReport, Task, TaskPart } from '../../src/domain/task.ts';
import { eventsOf, type Step } from '../../src/fold/history.ts';
import { cost, fold, ms, ns, part, report, usd } from './tasks.ts';

const SOON = { nowMs: ms(12) };
const LATER = { nowMs: ms(100) };

/** What a task T is at one time. */
interface At {
  readonly task: Task | undefined;
  readonly parts: readonly TaskPart[];
}
const NOTHING: At = { task: undefined, parts: [] };
const at = (
  parts: readonly TaskPart[],
  reports: readonly OutcomeReport[] = [],
  given: Parameters<typeof fold>[2] = LATER,
): At => ({ task: fold(parts, reports, given).task, parts });

const stepOf = (before: At, after: At, news: Partial<Step> = {}): Step => ({
  taskId: 'T',
  before,
  after,
  news: [],
  reports: [],
  ...news,
});
const MADE = { atMs: ms(100), repricing: undefined };
const eventOf = (...step: Parameters<typeof stepOf>): TaskEvent | undefined =>
  eventsOf([stepOf(...step)], MADE)[0];

/** `state open > closed, cost 5 > 5`: what an event says, field by field; `-` is no value. */
function told(event: TaskEvent | undefined): string {
  if (event === undefined) return 'nothing';
  const fields = Object.keys({ ...event.before, ...event.after }) as (keyof TaskSight)[];
  return fields
    .map((field) => `${field} ${shown(event.before, field)} > ${shown(event.after, field)}`)
    .join(', ');
}
function shown(sight: TaskSight | undefined, field: keyof TaskSight): string {
  if (sight === undefined) return 'none';
  if (field === 'cost') {
    const parts = Object.entries(sight.cost!).filter(([, amount]) => amount !== 0n);
    return parts.map(([name, amount]) => `${name} ${Number(amount) / 1e12}`).join('+') || '0';
  }
  if (field === 'closedAt')
    return sight.closedAt === undefined ? '-' : `${(sight.closedAt - ns(0)) / 1_000_000_000n}s`;
  if (field === 'value') return sight.value === undefined ? '-' : `${Number(sight.value) / 1e12}`;
  return String(sight[field] ?? '-');
}
const by = (event: TaskEvent | undefined): string =>
  event!.by
    .map((cause) => {
      if (cause.kind === 'spans') return `spans of ${cause.traceIds}`;
      if (cause.kind === 'report') return `${cause.source} ${cause.key}`;
      return cause.kind === 'repricing' ? `re-pricing ${cause.id} by ${cause.by}` : cause.kind;
    })
    .join(', ');

const working = part({ costs: [cost('5')] });
const failing = part({ costs: [cost('5')], claim: { root: { end: ns(10), error: true } } });
const open = at([working], [], SOON);
const solved = at([working]);
const failed = at([failing]);

describe('what is told of a task', () => {
  const outcome = 'state open > closed, outcome - > solved, closedBy - > inferred, closedAt - > 10s';
  test.each<[string, string, string, Parameters<typeof stepOf>]>([
    ['that is first heard of and open', 'nothing', '', [NOTHING, open, { news: [working] }]],
    [
      'that only grows while it is open',
      'nothing',
      '',
      [open, at([part({ costs: [cost('7')] })], [], SOON), { news: [working] }],
    ],
    ['that stays as it is', 'nothing', '', [solved, solved, { news: [working] }]],
    [
      'that closes by itself',
      `${outcome}, cost inference 5 > inference 5, unpricedCalls 0 > 0`,
      'policy',
      [open, solved],
    ],
    [
      'that is closed when it is first heard of',
      'state none > closed, outcome none > solved, closedBy none > reported, closedAt none > 12s, cost none > inference 5, unpricedCalls none > 0',
      'spans of t1, test solved-12',
      [
        NOTHING,
        at([working], [report('solved', 12)], SOON),
        { news: [working], reports: [report('solved', 12)] },
      ],
    ],
    [
      'that a report confirms: who says so',
      'closedBy inferred > reported',
      'test solved-30',
      [solved, at([working], [report('solved', 30)]), { reports: [report('solved', 30)] }],
    ],
    [
      'that a report reopens: the human imputed for it too',
      'outcome solved > remediated, closedBy inferred > reported, cost inference 5 > inference 5+remediation 10, unpricedCalls 0 > 0',
      'test failed-30',
      [solved, at([working], [report('failed', 30)]), { reports: [report('failed', 30)] }],
    ],
    [
      'whose imputed remediation is replaced by a real one: the outcome stays',
      'closedBy inferred > reported, cost inference 5+remediation 10 > inference 5+remediation 3',
      'test failed-30',
      [failed, at([failing], [report('failed', 30, { costs: '3' })]), { reports: [report('failed', 30)] }],
    ],
    [
      'that is closed and gets late spans',
      'cost inference 5 > inference 7',
      'spans of t1',
      [solved, at([part({ costs: [cost('7')] })]), { news: [working] }],
    ],
    [
      'that gets a value while it is open',
      'value - > 3',
      'spans of t1',
      [open, at([part({ costs: [cost('5')], claim: { value: usd('3') } })], [], SOON), { news: [working] }],
    ],
    [
      "that turns out to be another agent's, of another type, team and person",
      'agentType helper > coder, taskType ticket > bug, promptVersion - > v2, user - > u1, dimensions  > red',
      'spans of t1',
      [
        open,
        at(
          [
            part({
              claim: {
                agentType: 'coder',
                taskType: 'bug',
                promptVersion: 'v2',
                user: 'u1',
                dimensions: ['red'],
              },
            }),
          ],
          [],
          SOON,
        ),
        { news: [working] },
      ],
    ],
    [
      'whose session goes on: it is open again',
      'state closed > open, outcome solved > -, closedBy inferred > -, closedAt 10s > -, cost inference 5 > inference 6, unpricedCalls 0 > 0',
      'spans of t2',
      [
        solved,
        at([working, part({ traceId: 't2', costs: [cost('1')], claim: { receivedAt: ms(99) } })]),
        { news: [part({ traceId: 't2' })] },
      ],
    ],
  ])('%s', (_, what, who, step) => {
    const event = eventOf(...step);
    expect(told(event)).toBe(what);
    if (event !== undefined) expect(by(event)).toBe(who);
  });

  test('spans that come when its time has come: both made it', () => {
    expect(by(eventOf(open, solved, { news: [working] }))).toBe('spans of t1, policy');
  });

  test('many traces at once: ten of them', () => {
    const news = Array.from({ length: 30 }, (_, index) => part({ traceId: `t${index}` }));
    expect(eventOf(solved, at([part({ costs: [cost('6')] })]), { news })!.by).toEqual([
      { kind: 'spans', traceIds: news.slice(0, 10).map(({ traceId }) => traceId) },
    ]);
  });
});

test('many reports at once: the ten that came last', () => {
  const reports = Array.from({ length: 30 }, (_, index) => report('failed', 100 + index));
  expect(by(eventOf(solved, at([working], reports), { reports }))).toBe(
    reports
      .slice(20)
      .map(({ source, key }) => `${source} ${key}`)
      .join(', '),
  );
});

describe('a restatement of prices', () => {
  const repricing = { kind: 'repricing', id: 3, by: 'ana' } as const;
  test.each([
    ['closed', solved, at([part({ costs: [cost('4')] })])],
    ['open', open, at([part({ costs: [cost('4')] })], [], SOON)],
  ])('is told also where the task is %s', (_, before, after) => {
    const [event] = eventsOf([stepOf(before, after, { news: [working] })], { ...MADE, repricing });
    expect(told(event)).toBe('cost inference 5 > inference 4');
    expect(by(event)).toBe('re-pricing 3 by ana');
  });

  test('of what had no price: the calls without one', () => {
    const before = at([part({ unpricedCalls: 2 })]);
    const [event] = eventsOf([stepOf(before, at([part({ costs: [cost('1')] })]))], { ...MADE, repricing });
    expect(told(event)).toBe('cost 0 > inference 1, unpricedCalls 2 > 0');
  });
});

describe('traces that change hands', () => {
  const other = (parts: readonly TaskPart[]): At =>
    parts.length === 0 ? NOTHING : { task: { ...fold(parts, [], LATER).task, taskId: 'S' }, parts };
  const trace = part({ traceId: 't1', costs: [cost('5')] });
  const [second, third] = [part({ traceId: 't2' }), part({ traceId: 't3' })];
  const moves = (event: TaskEvent) => ({ cameFrom: event.cameFrom, wentTo: event.wentTo });

  test('a task whose last part goes to a better identity is gone; the other says where it came from', () => {
    const events = eventsOf(
      [stepOf(at([trace]), NOTHING), { ...stepOf(NOTHING, other([trace]), { news: [trace] }), taskId: 'S' }],
      MADE,
    );
    expect(events.map((event) => [event.taskId, moves(event)])).toEqual([
      ['T', { cameFrom: [], wentTo: [{ traceId: 't1', taskIds: ['S'] }] }],
      ['S', { cameFrom: [{ traceId: 't1', taskIds: ['T'] }], wentTo: [] }],
    ]);
    const [gone] = events;
    expect(gone!.after).toBeUndefined();
    expect(gone!.before).toMatchObject({ state: 'closed', outcome: 'solved', agentType: 'helper' });
    expect(gone!.by).toEqual([{ kind: 'spans', traceIds: ['t1'] }]);
  });

  test('told also where both tasks are open, and nothing else changes', () => {
    const both = (...parts: TaskPart[]) => at(parts, [], SOON);
    const steps = [
      stepOf(both(second, trace), both(second)),
      { ...stepOf(both(third), both(third, trace)), taskId: 'S' },
    ];
    expect(eventsOf(steps, MADE).map((event) => [event.taskId, told(event), moves(event)])).toEqual([
      ['T', '', { cameFrom: [], wentTo: [{ traceId: 't1', taskIds: ['S'] }] }],
      ['S', '', { cameFrom: [{ traceId: 't1', taskIds: ['T'] }], wentTo: [] }],
    ]);
  });

  test('a trace of several tasks: each that loses it, and each that gains it, is named', () => {
    const steps = ['A', 'B', 'C', 'D'].map((taskId, index) => ({
      ...(index < 2 ? stepOf(at([trace, second]), at([second])) : stepOf(at([third]), at([third, trace]))),
      taskId,
    }));
    const events = new Map(eventsOf(steps, MADE).map((event) => [event.taskId, moves(event)]));
    expect(events.get('A')!.wentTo).toEqual([{ traceId: 't1', taskIds: ['C', 'D'] }]);
    expect(events.get('B')!.wentTo).toEqual([{ traceId: 't1', taskIds: ['C', 'D'] }]);
    expect(events.get('C')!.cameFrom).toEqual([{ traceId: 't1', taskIds: ['A', 'B'] }]);
  });

  test('a new trace is none that moved', () => {
    expect(eventsOf([stepOf(open, at([working, second], [], SOON), { news: [second] })], MADE)).toEqual([]);
  });

  test('what other traces show too, and is counted there, goes nowhere', () => {
    const [event] = eventsOf([stepOf(at([trace, second]), at([second]))], MADE);
    expect(event!.wentTo).toEqual([{ traceId: 't1', taskIds: [] }]);
  });
});
