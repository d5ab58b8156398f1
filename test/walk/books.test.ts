import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type House, openHouse, type TaskJson } from '../support/house.ts';
import type { TestSpan } from '../support/send.ts';
import { agentSpan, chatSpan, toolSpan, WALK_PRICES } from '../support/spans.ts';
import { checkedLines } from './lines.ts';

/**
 * Goal: whatever is told, in whatever order, the books agree: the lines of each task with its cost, the tasks with
 * `/cpst`, with the gauges and with the counters less their credits. Method: random spans of few traces (each span
 * may say a session and an agent type, or not), reports, pauses and restarts; then everything is added up.
 */

type Step =
  | {
      readonly kind: 'span';
      readonly trace: number;
      readonly span: number;
      readonly session: number;
      readonly agent: number;
    }
  | { readonly kind: 'report'; readonly session: number; readonly outcome: string; readonly usd: number }
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'restart' };

const small = (max: number) => fc.integer({ min: 0, max });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('span' as const),
      trace: small(3),
      span: small(4),
      session: small(2),
      agent: small(2),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      session: fc.integer({ min: 1, max: 2 }),
      outcome: fc.constantFrom('solved', 'failed', 'abandoned', 'remediated'),
      usd: small(2),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(500, 3000, 70_000) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'restart' as const }) },
);

/** 0 says nothing of itself. A span sent again may say something else: the ledger decides which one stands. */
function spanOf({ trace, span, session, agent }: Extract<Step, { kind: 'span' }>): TestSpan {
  const place = {
    trace: `a${trace}`,
    span: `b${span}`,
    ...(span > 0 && { parent: span === 4 ? 'b3' : 'b0' }),
    start: span,
  };
  const said = {
    ...(session > 0 && { 'agent.session.id': `s${session}` }),
    ...(agent > 0 && { 'agent.type': `agent-${agent}` }),
    'agent.task.type': 'tier1',
  };
  if (span === 0) return agentSpan({ ...place, error: trace === 3 }, said);
  if (span === 1) return chatSpan(place, { input: 1001, output: 7 }, said);
  if (span === 2) return toolSpan(place, 'search', said);
  return chatSpan(
    place,
    { input: 500 * span, output: span },
    { ...said, 'gen_ai.request.model': span === 3 ? 'mini' : 'nobody' },
  );
}

async function take(house: House, one: Step): Promise<void> {
  if (one.kind === 'span') await house.send([spanOf(one)]);
  else if (one.kind === 'pass') await house.pass(one.ms);
  else if (one.kind === 'restart') await house.restart();
  else {
    const remediation = one.usd > 0 ? { remediation: { cost_usd: one.usd } } : {};
    await house.report({ task_id: `s${one.session}`, outcome: one.outcome, ...remediation });
  }
}

/** Dollars to whole picodollars, so that sums are exact. */
const pico = (text: string): bigint => {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.');
  const amount = BigInt(whole + fraction.padEnd(12, '0'));
  return text.startsWith('-') ? -amount : amount;
};
const dollars = (amount: bigint): number => Number(amount) / 1e12;

async function addUp(house: House): Promise<void> {
  const tasks = (await house.ask('/tasks')).body.tasks as readonly TaskJson[];
  const costOf = new Map<string, bigint>();
  const closedCost = new Map<string, bigint>();
  let total = 0n;
  for (const { task_id, agent_type, cost_usd, state } of tasks) {
    await checkedLines(house, task_id);
    const cost = pico(cost_usd.total!);
    total += cost;
    costOf.set(agent_type, (costOf.get(agent_type) ?? 0n) + cost);
    if (state === 'closed') closedCost.set(agent_type, (closedCost.get(agent_type) ?? 0n) + cost);
  }
  const rows = await house.cpst('?group_by=agent_type');
  expect(new Map(rows.map((row) => [row.agent_type, pico(row.cost_usd.total!)]))).toEqual(closedCost);
  const byModel = await house.cpst('?group_by=model');
  expect(byModel.reduce((sum, row) => sum + pico(row.cost_usd.total!), 0n)).toBe(
    [...closedCost.values()].reduce((sum, cost) => sum + cost, 0n),
  );
  expect(pico((await house.ask('/data-health')).body.total_cost_usd)).toBe(total);

  const net = new Map<string, number>();
  for (const { name, labels, value } of await house.metrics()) {
    const sign = { agent_cost_usd_total: 1, agent_cost_credited_usd_total: -1 }[name];
    const agent = labels.agent_type ?? '';
    if (sign !== undefined) net.set(agent, (net.get(agent) ?? 0) + sign * value);
  }
  // A double of dollars is good for billionths here.
  for (const [agent, value] of net) expect(value).toBeCloseTo(dollars(costOf.get(agent) ?? 0n), 9);
}

test('the books agree after any story', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (story) => {
      const house = await openHouse({
        prices: WALK_PRICES,
        settings: { SOLVENT_REMEDIATION: '[{task_type: tier1, cost_usd: "10"}]' },
      });
      try {
        for (const one of story) await take(house, one);
        await house.pass(100);
        await addUp(house);
        await house.pass(100_000);
        await addUp(house);
      } finally {
        await house.close();
      }
    }),
    // A story takes about a second on a busy machine; RUNS=50 for a longer look.
    { numRuns: Number(process.env.RUNS ?? 6), endOnFailure: true },
  );
}, 120_000);
