import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cpst, NO_COST, totalCost } from '../../src/domain/economics.ts';
import type { CounterDelta } from '../../src/domain/ledger.ts';
import type { EconomicsRow, OpenRow } from '../../src/domain/ledger-reads.ts';
import { type UsdPico, usdNumber } from '../../src/domain/money.ts';
import { OTHER } from '../../src/domain/product-metrics.ts';
import { NO_USAGE, tokensOf } from '../../src/domain/usage.ts';
import { bound } from '../../src/export/bound.ts';
import { openCounters } from '../../src/export/counter-points.ts';
import { economicsSums } from '../../src/export/economics-points.ts';
import { type Point, Points } from '../../src/export/families.ts';
import { openSnapshots } from '../../src/export/snapshot.ts';
import { ledgerOf, openTask, task, totalsOf, usd } from '../support/tasks.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const windows = [
  { name: '1h', ms: 3_600_000 },
  { name: '24h', ms: 86_400_000 },
];

const row = (group: readonly string[], dollars: string, given: Partial<EconomicsRow> = {}): EconomicsRow => ({
  group,
  tasks: { solved: 1, remediated: 0, failed: 0, abandoned: 0 },
  closedBy: { reported: 1, inferred: 0, expired: 0 },
  cost: { ...NO_COST, inference: usd(dollars) },
  untaggedCost: 0n as UsdPico,
  tokens: tokensOf(NO_USAGE),
  actions: 0,
  modelCalls: 1,
  unpricedCalls: 0,
  ...given,
});

/** A collection over these rows as `name{label="value",...} value` lines. */
async function lines(
  given: {
    economics?: readonly EconomicsRow[];
    open?: readonly OpenRow[];
    counters?: readonly CounterDelta[];
    dimensions?: readonly string[];
    seriesMax?: number;
  },
  only: string,
): Promise<string[]> {
  const { economics = [], open = [], counters = [], dimensions = [], seriesMax = 1000 } = given;
  const collect = openSnapshots({
    reads: {
      collect: async () => ({ closed: [economics], open, counters: totalsOf(counters) }),
    },
    windows: [windows[0]!],
    dimensions,
    seriesMax,
  });
  const { families } = await collect(NOON);
  return families.filter(({ name }) => name === only).flatMap(({ points }) => points.map(line));
}

const line = ({ labels, value }: Point): string =>
  `${Object.entries(labels)
    .map(([name, text]) => `${name}=${text}`)
    .join(' ')} ${value}`;

describe('the gauges of closed tasks', () => {
  test('the golden example, to the last bit of a float', async () => {
    const tasks = { solved: 10, remediated: 10, failed: 0, abandoned: 0 };
    const cost = { ...NO_COST, inference: usd('10'), remediation: usd('100') };
    const twenty = { solved: 19, remediated: 1, failed: 0, abandoned: 0 };
    const dear = { ...NO_COST, inference: usd('40'), remediation: usd('10') };
    const economics = [
      row(['A', 'x'], '0', { tasks, cost }),
      row(['B', 'x'], '0', { tasks: twenty, cost: dear }),
    ];
    expect(await lines({ economics }, 'agent.cpst.usd')).toEqual([
      'agent_type=A task_type=x basis=resolved window=1h 5.5',
      'agent_type=A task_type=x basis=autonomous window=1h 11',
      'agent_type=B task_type=x basis=resolved window=1h 2.5',
      'agent_type=B task_type=x basis=autonomous window=1h 2.631578947368',
    ]);
  });

  test('a figure without a value has no series, a counted zero has one', async () => {
    const tasks = { solved: 0, remediated: 0, failed: 2, abandoned: 0 };
    const economics = [row(['A', 'x'], '0', { tasks, modelCalls: 0 })];
    expect(await lines({ economics }, 'agent.cpst.usd')).toEqual([]);
    expect(await lines({ economics }, 'agent.reasoning.action.ratio')).toEqual([]);
    expect(await lines({ economics }, 'agent.calls.unpriced.ratio')).toEqual([]);
    expect(await lines({ economics }, 'agent.cost.untagged.ratio')).toEqual([]);
    expect(await lines({ economics }, 'agent.tasks')).toEqual([
      'agent_type=A task_type=x outcome=solved window=1h 0',
      'agent_type=A task_type=x outcome=remediated window=1h 0',
      'agent_type=A task_type=x outcome=failed window=1h 2',
      'agent_type=A task_type=x outcome=abandoned window=1h 0',
    ]);
    expect(await lines({ economics }, 'agent.success.ratio')).toEqual([
      'agent_type=A task_type=x basis=resolved window=1h 0',
      'agent_type=A task_type=x basis=autonomous window=1h 0',
    ]);
  });

  test('each window asks for its own tasks, and dimensions are labels', async () => {
    const ledger = await ledgerOf({
      tasks: [
        task({ taskId: 'new', dimensions: ['red'] }),
        task({ taskId: 'old', dimensions: [''], closedAt: BigInt(NOON - 7_200_000) * 1_000_000n }),
        openTask({ taskId: 'open', dimensions: ['red'], cost: { ...NO_COST, tooling: usd('0.25') } }),
      ],
    });
    const collect = openSnapshots({ reads: ledger, windows, dimensions: ['team'], seriesMax: 10 });
    const { families, folded } = await collect(NOON);
    const of = (wanted: string) => families.find(({ name }) => name === wanted)!.points.map(line);
    expect(of('agent.tasks').filter((text) => text.includes('solved'))).toEqual([
      'agent_type=agent task_type=default team=red outcome=solved window=1h 1',
      'agent_type=agent task_type=default team= outcome=solved window=24h 1',
      'agent_type=agent task_type=default team=red outcome=solved window=24h 1',
    ]);
    expect(of('agent.tasks.open.cost.usd')).toEqual(['agent_type=agent task_type=default team=red 0.25']);
    expect(folded).toBe(0);
  });
});

describe('groups past the limit', () => {
  const three = [row(['A', 'x'], '1'), row(['B', 'x'], '5'), row(['C', 'x'], '3')];

  test('at the limit all keep their names; one past it the smallest is folded', async () => {
    const named = (texts: string[]) => texts.map((text) => text.split(' ')[0]);
    expect(named(await lines({ economics: three, seriesMax: 3 }, 'agent.cost.untagged.ratio'))).toEqual([
      'agent_type=A',
      'agent_type=B',
      'agent_type=C',
    ]);
    expect(named(await lines({ economics: three, seriesMax: 2 }, 'agent.cost.untagged.ratio'))).toEqual([
      'agent_type=B',
      'agent_type=C',
      'agent_type=__other__',
    ]);
  });

  test('a CPST of the fold is computed from the summed inputs, not averaged', async () => {
    expect(await lines({ economics: three, seriesMax: 1 }, 'agent.cpst.usd')).toEqual([
      'agent_type=B task_type=x basis=resolved window=1h 5',
      'agent_type=B task_type=x basis=autonomous window=1h 5',
      `agent_type=${OTHER} task_type=${OTHER} basis=resolved window=1h 2`,
      `agent_type=${OTHER} task_type=${OTHER} basis=autonomous window=1h 2`,
    ]);
  });

  test('an agent that is really called __other__ joins the fold', () => {
    const rows = [row([OTHER, OTHER], '100'), row(['A', 'x'], '1'), row(['B', 'x'], '2')];
    const out = bound(rows, 2, economicsSums).rows;
    expect(out.map(({ group }) => group)).toEqual([
      [OTHER, OTHER],
      ['B', 'x'],
    ]);
    expect(usdNumber(totalCost(out[0]!.cost))).toBe(101);
  });

  const anyRow = fc
    .record({
      group: fc.tuple(
        fc.constantFrom('A', 'B', 'C', OTHER, '\ud800', '\udfff', '\ufffd'),
        fc.constantFrom('x', OTHER),
      ),
      solved: fc.nat(5),
      failed: fc.nat(5),
      pico: fc.bigInt({ min: 0n, max: 10n ** 15n }),
      unpricedCalls: fc.nat(3),
    })
    .map(({ group, solved, failed, pico, unpricedCalls }) =>
      row(group, '0', {
        tasks: { solved, remediated: 0, failed, abandoned: 0 },
        cost: { ...NO_COST, inference: pico as UsdPico },
        unpricedCalls,
      }),
    );

  test('sum in is sum out, no key twice, never more than the limit and one', () => {
    fc.assert(
      fc.property(fc.array(anyRow, { maxLength: 14 }), fc.integer({ min: 1, max: 6 }), (rows, max) => {
        const { rows: out } = bound(rows, max, economicsSums);
        const sums = (all: readonly EconomicsRow[]) => [
          all.reduce((sum, one) => sum + totalCost(one.cost), 0n),
          all.reduce((sum, one) => sum + one.tasks.solved, 0),
          all.reduce((sum, one) => sum + one.tasks.failed, 0),
          all.reduce((sum, one) => sum + one.unpricedCalls, 0),
        ];
        expect(sums(out)).toEqual(sums(rows));
        expect(out.length).toBeLessThanOrEqual(max + 1);
        const keys = out.map(({ group }) =>
          JSON.stringify(group.map((text) => Buffer.from(text).toString())),
        );
        expect(new Set(keys).size).toBe(keys.length);
        const other = out.find(({ group }) => group[0] === OTHER && group[1] === OTHER);
        if (other !== undefined) expect(cpst(other).resolved !== undefined).toBe(other.tasks.solved > 0);
      }),
    );
  });
});

describe('counters', () => {
  const money = (agentType: string, model: string, by: bigint, counter: 'cost' | 'credited' = 'cost') =>
    ({
      counter,
      agentType,
      taskType: 'x',
      dimensions: [],
      component: 'inference',
      provider: 'p',
      model,
      by,
    }) as const satisfies CounterDelta;

  test('cost, credits, tokens and actions under their own names and labels', async () => {
    const group = { agentType: 'A', taskType: 'x', dimensions: ['red'] } as const;
    const counters: CounterDelta[] = [
      { ...group, counter: 'cost', component: 'tooling', provider: '', model: '', by: 250_000_000_000n },
      { ...group, counter: 'credited', component: 'tooling', provider: '', model: '', by: 1n },
      { ...group, counter: 'tokens', provider: 'p', model: 'm', tokenClass: 'reasoning', by: 7n },
      { ...group, counter: 'actions', tool: 'search', status: 'error', by: 3n },
    ];
    const given = { counters, dimensions: ['team'] };
    const labels = 'agent_type=A task_type=x team=red';
    expect(await lines(given, 'agent.cost.usd')).toEqual([
      `${labels} provider= model= component=tooling 0.25`,
    ]);
    expect(await lines(given, 'agent.cost.credited.usd')).toEqual([
      `${labels} provider= model= component=tooling 1e-12`,
    ]);
    expect(await lines(given, 'agent.tokens')).toEqual([
      `${labels} provider=p model=m token_class=reasoning 7`,
    ]);
    expect(await lines(given, 'agent.actions')).toEqual([`${labels} tool=search status=error 3`]);
  });

  test('a set past the limit stays in __other__ when it grows, so that nothing falls', () => {
    const add = openCounters(['agent_type', 'task_type'], 1);
    const collect = (totals: readonly CounterDelta[]) => {
      const points = new Points();
      add(points, totalsOf(totals));
      return points.of('agent.cost.usd').map(({ labels, value }) => `${labels.model} ${value}`);
    };
    const dollar = 10n ** 12n;
    expect(collect([money('A', 'big', 5n * dollar), money('A', 'small', dollar)])).toEqual([
      'big 5',
      '__other__ 1',
    ]);
    expect(collect([money('A', 'big', 5n * dollar), money('A', 'small', 9n * dollar)]).sort()).toEqual([
      '__other__ 9',
      'big 5',
    ]);
  });

  const totals = fc.array(
    fc.tuple(
      fc.constantFrom('a', 'b', 'c', 'd'),
      fc.constantFrom('cost', 'credited'),
      fc.bigInt({ min: 1n, max: 10n ** 14n }),
    ),
    { maxLength: 12 },
  );

  test('sums stay whole and no series falls, whatever grows next', () => {
    fc.assert(
      fc.property(fc.array(totals, { maxLength: 5 }), fc.integer({ min: 1, max: 3 }), (steps, max) => {
        const add = openCounters(['agent_type', 'task_type'], max);
        const running = new Map<string, { delta: CounterDelta; by: bigint }>();
        let before = new Map<string, number>();
        for (const step of steps) {
          for (const [model, counter, by] of step) {
            const delta = money('A', model, by, counter as 'cost');
            const known = running.get(model + counter);
            running.set(model + counter, { delta, by: by + (known?.by ?? 0n) });
          }
          const points = new Points();
          add(points, totalsOf([...running.values()].map(({ delta, by }) => ({ ...delta, by }))));
          const now = new Map<string, number>();
          for (const name of ['agent.cost.usd', 'agent.cost.credited.usd'] as const) {
            const all = points.of(name);
            for (const { labels, value } of all) now.set(`${name} ${labels.model}`, value);
            const counter = name === 'agent.cost.usd' ? 'cost' : 'credited';
            const sum = [...running.values()]
              .filter(({ delta }) => delta.counter === counter)
              .reduce((total, { by }) => total + by, 0n);
            expect(all.reduce((total, { value }) => total + value, 0)).toBeCloseTo(Number(sum) / 1e12, 6);
          }
          for (const [key, value] of before) expect(now.get(key)).toBeGreaterThanOrEqual(value);
          before = now;
        }
      }),
    );
  });
});
