import { Client, credentials } from '@grpc/grpc-js';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeRequest, type OtlpRequest } from '../decode/reference.ts';
import { type House, house, openHouse, timeOf } from '../support/house.ts';
import { sampleOf } from '../support/metrics.ts';
import { requestJson, type TestSpan } from '../support/send.ts';
import { agentSpan, chatSpan, smallTask, toolSpan, WALK_PRICES } from '../support/spans.ts';

/**
 * Goal: identity that comes late moves charges, and what is said twice or in another order changes nothing
 * (DESIGN.md sections 1, 4 and 7). Method: real requests by both transports, time turned by hand.
 */

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** What is counted in all, by metric. */
async function countedIn(house: House): Promise<Record<string, number>> {
  const sums: Record<string, number> = {};
  for (const { name, value } of await house.metrics())
    if (/^agent_.*_total$/.test(name)) sums[name] = Math.round(((sums[name] ?? 0) + value) * 1e9) / 1e9;
  return sums;
}

const netCost = (counted: Record<string, number>) =>
  (counted.agent_cost_usd_total ?? 0) - (counted.agent_cost_credited_usd_total ?? 0);

describe('a session id on the last span', () => {
  test('minutes after an interim view: charges move, the trace is no task any more, nothing is counted twice', async () => {
    const here = await openHouse({ prices: WALK_PRICES });
    try {
      const trace = '2001';
      const traceId = trace.padStart(32, '0');
      await here.send([
        chatSpan({ trace, span: 'b', parent: 'a' }),
        toolSpan({ trace, span: 'c', parent: 'a' }, 'search'),
      ]);
      await here.pass(15 * SECOND);
      expect(await here.task(traceId)).toMatchObject({
        state: 'open',
        cost_usd: { total: '0.052' },
        flags: ['untagged'],
      });
      expect(netCost(await countedIn(here))).toBeCloseTo(0.052, 9);

      await here.pass(20 * SECOND);
      await here.tell([
        agentSpan({ trace, span: 'a' }, { 'agent.session.id': 'came-late', 'agent.type': 'slow' }),
      ]);
      expect(await here.task('came-late')).toMatchObject({
        agent_type: 'slow',
        state: 'closed',
        cost_usd: { total: '0.052' },
        calls: { inference: 1, tool: 1 },
      });
      expect((await here.ask(`/tasks/${traceId}`)).status).toBe(404);
      expect((await here.ask(`/tasks/${traceId}/charges`)).status).toBe(404);

      expect(await countedIn(here)).toEqual({
        agent_cost_usd_total: 0.104,
        agent_cost_credited_usd_total: 0.052,
        agent_tokens_total: 1100,
        agent_actions_total: 2,
      });
      const samples = await here.metrics();
      expect(sampleOf(samples, 'agent_cost_usd_total', { agent_type: 'slow', component: 'tooling' })).toBe(
        0.05,
      );
      expect(
        sampleOf(samples, 'agent_cost_credited_usd_total', { agent_type: '', component: 'tooling' }),
      ).toBe(0.05);
    } finally {
      await here.close();
    }
  });

  const at = house({
    prices: WALK_PRICES,
    settings: { SOLVENT_SESSION_ATTRIBUTES: '[ticket.number, agent.session.id]' },
  });

  test('days after the trace closed as a task of its own, its close time goes with it', async () => {
    await at().tell([
      chatSpan({ trace: '2002', span: 'b', parent: 'a' }),
      agentSpan({ trace: '2002', span: 'a' }),
    ]);
    await at().pass(3 * 24 * 60 * MINUTE);
    await at().tell([
      toolSpan({ trace: '2002', span: 'c', parent: 'a' }, 'notes', { 'agent.session.id': 'days' }),
    ]);
    expect(await at().task('days')).toMatchObject({
      state: 'closed',
      closed_at: timeOf(60),
      cost_usd: { total: '0.002' },
    });
    expect((await at().ask(`/tasks/${'2002'.padStart(32, '0')}`)).status).toBe(404);
  });

  test('a name of the settings takes the place of ours', async () => {
    await at().tell(smallTask('2003', { 'ticket.number': 'T-7', 'agent.session.id': 'plain' }));
    expect((await at().task('T-7')).cost_usd.total).toBe('0.002');
    expect((await at().ask('/tasks/plain')).status).toBe(404);
  });
});

describe('repeats, order and requests', () => {
  const at = house({ prices: WALK_PRICES });

  const whole = (trace: string, session: string): TestSpan[] => [
    agentSpan({ trace, span: 'a' }, { 'agent.session.id': session, 'agent.type': session }),
    chatSpan({ trace, span: 'b', parent: 'a', start: 1 }),
    toolSpan({ trace, span: 'c', parent: 'a', start: 2 }, 'search'),
    chatSpan({ trace, span: 'd', parent: 'c', start: 3 }, { input: 5000, output: 10 }),
    toolSpan({ trace, span: 'e', parent: 'c', start: 4 }, 'search'),
  ];

  test('the same request five times over both transports is one', async () => {
    const spans = whole('2101', 'five');
    await at().tell(spans);
    const [task, charges, counted] = [
      await at().task('five'),
      await at().charges('five'),
      await countedIn(at()),
    ];
    for (const _ of ['second', 'third']) await at().tell(spans);
    for (const _ of ['fourth', 'fifth']) {
      await sendByGrpc(at(), spans);
      await at().pass();
    }
    expect(await at().task('five')).toEqual(task);
    expect(await at().charges('five')).toEqual(charges);
    expect(await countedIn(at())).toEqual(counted);
  });

  test('repeats inside one request, and before anything was settled, are one', async () => {
    const spans = whole('2102', 'at-once');
    await at().send([...spans, ...spans]);
    await sendByGrpc(at(), spans);
    await at().pass();
    expect((await at().task('at-once')).cost_usd.total).toBe((await at().task('five')).cost_usd.total);
  });

  test('whatever the order, the requests and the times between them, the task is the same', async () => {
    const { task_id: _, agent_type, trace_ids, ...expected } = await at().task('five');
    let next = 0x2200;
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 }),
        fc.array(fc.constantFrom(0, 10, 3000, 70_000), { minLength: 5, maxLength: 5 }),
        async (order, pauses) => {
          next += 1;
          const session = `any-${next}`;
          const spans = whole(next.toString(16), session);
          for (const [index, which] of order.entries()) {
            await at().send([spans[which]!]);
            if (pauses[index]! > 0) await at().pass(pauses[index]);
          }
          await at().pass();
          const { task_id, agent_type, trace_ids, flags, ...same } = await at().task(session);
          expect({ ...same, flags: flags.filter((flag) => flag !== 'late') }).toEqual(expected);
          expect((await at().ask(`/tasks/${trace_ids[0]}`)).status).toBe(404);
        },
      ),
      { numRuns: 12, seed: 7 },
    );
  });
});

describe('late spans', () => {
  const at = house({ prices: WALK_PRICES });

  test('of a closed task restate the window that it closed in', async () => {
    await at().tell(
      smallTask(
        '2301',
        { 'agent.session.id': 'restated', 'agent.type': 'late' },
        { start: -7200, end: -7000 },
      ),
    );
    const window = `?group_by=agent_type&from=${timeOf(-7300)}&to=${timeOf(-6900)}`;
    expect((await at().cpst(window))[0]!.cpst_usd.resolved).toBe('0.002');
    await at().pass(2 * 24 * 60 * MINUTE);
    await at().tell([toolSpan({ trace: '2301', span: 'c', parent: 'a', start: -7100 }, 'search')]);
    expect(await at().task('restated')).toMatchObject({
      state: 'closed',
      closed_at: timeOf(-7000),
      cost_usd: { total: '0.052' },
      flags: ['late'],
    });
    expect((await at().cpst(window))[0]!.cpst_usd.resolved).toBe('0.052');
    expect((await at().ask('/data-health')).body.late_tasks).toBe(1);
  });

  test('a repeat that comes late is no news', async () => {
    await at().tell(smallTask('2302', { 'agent.session.id': 'repeated-late' }));
    await at().pass(60 * MINUTE);
    await at().tell(smallTask('2302', { 'agent.session.id': 'repeated-late' }));
    expect((await at().task('repeated-late')).flags).toEqual([]);
  });

  test("a newer trace of the session moves its close time; the outcome is the newest root's", async () => {
    const session = { 'agent.session.id': 'goes-on' };
    await at().tell(smallTask('2303', session, { end: 60 }));
    expect(await at().task('goes-on')).toMatchObject({ outcome: 'solved', closed_at: timeOf(60) });
    await at().tell(smallTask('2304', session, { start: 100, end: 160, error: true }));
    expect(await at().task('goes-on')).toMatchObject({ outcome: 'failed', closed_at: timeOf(160) });
  });

  test('survive a restart in between', async () => {
    await at().send([chatSpan({ trace: '2305', span: 'b', parent: 'a' })]);
    await at().restart();
    await at().tell([agentSpan({ trace: '2305', span: 'a' }, { 'agent.session.id': 'restarted' })]);
    expect(await at().task('restarted')).toMatchObject({ cost_usd: { total: '0.002' }, outcome: 'solved' });
    await at().restart();
    await at().tell([chatSpan({ trace: '2305', span: 'c', parent: 'a' })]);
    expect(await at().task('restarted')).toMatchObject({ cost_usd: { total: '0.004' }, outcome: 'solved' });
  });
});

/** Sends spans by OTLP/gRPC, as protobuf of another library. */
async function sendByGrpc(here: House, spans: readonly TestSpan[]): Promise<void> {
  const client = new Client(here.service.addresses.otlpGrpc, credentials.createInsecure());
  try {
    await new Promise<void>((done, failed) =>
      client.makeUnaryRequest(
        '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
        (body: Buffer) => body,
        (body: Buffer) => body,
        Buffer.from(encodeRequest(asMessage(JSON.parse(requestJson(spans))))),
        (fault) => (fault === null ? done() : failed(fault)),
      ),
    );
  } finally {
    client.close();
  }
}

/** OTLP/JSON writes ids as hex, protobuf as bytes. */
const asMessage = (json: unknown): OtlpRequest =>
  JSON.parse(JSON.stringify(json), (key, value) =>
    /^(trace|span|parentSpan)Id$/.test(key) ? Buffer.from(value as string, 'hex') : value,
  );
