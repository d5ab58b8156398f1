import { describe, expect, test } from '@jest/globals';
import { house } from '../support/house.ts';
import { sampleOf } from '../support/metrics.ts';
import type { TestSpan } from '../support/send.ts';
import { agentSpan, chatSpan, toolSpan, WALK_PRICES } from '../support/spans.ts';
import { checkedLines } from './lines.ts';

/**
 * Goal: a token is charged once and an action counted once, however many spans show them (DESIGN.md sections 1, 3
 * and 6). Method: traces in the shapes that real emitters send, and the ratios that follow.
 */

const at = house({ prices: WALK_PRICES });
let next = 0x6000;
const trace = () => (++next).toString(16);
const session = (id: string, more: Record<string, string | number> = {}) => ({
  'agent.session.id': id,
  'agent.type': id,
  ...more,
});
const usage = (input: number, output: number) => ({
  'gen_ai.usage.input_tokens': input,
  'gen_ai.usage.output_tokens': output,
});

describe('wrappers and layers', () => {
  test('an agent span with the sum of its calls adds nothing', async () => {
    const id = trace();
    await at().tell([
      agentSpan(
        { trace: id, span: 'a' },
        session('wrapper', { ...usage(3000, 300), 'gen_ai.request.model': 'mini' }),
      ),
      chatSpan({ trace: id, span: 'b', parent: 'a' }),
      chatSpan({ trace: id, span: 'c', parent: 'a' }, { input: 2000, output: 200 }),
    ]);
    expect(await at().task('wrapper')).toMatchObject({
      cost_usd: { total: '0.006' },
      tokens: { input: 3000, output: 300 },
      calls: { inference: 2 },
      suppressed: [{ span_id: '000000000000000a', rule: 'wrapper_over_children' }],
    });
    expect((await at().ask('/data-health')).body.suppressed.wrapper_over_children).toBeGreaterThan(0);
  });

  test('an agent span whose calls report nothing stands for them', async () => {
    const id = trace();
    await at().tell([
      agentSpan(
        { trace: id, span: 'a' },
        session('stands', {
          ...usage(1000, 100),
          'gen_ai.request.model': 'mini',
          'gen_ai.provider.name': 'acme',
        }),
      ),
      { trace: id, span: 'b', parent: 'a', name: 'POST' },
    ]);
    expect(await at().task('stands')).toMatchObject({
      cost_usd: { total: '0.002' },
      calls: { inference: 1 },
    });
  });

  test('29,899 tokens shown on the agent and on its call are 29,899, not 59,798 (openinference#3164)', async () => {
    const id = trace();
    const counts = {
      'llm.token_count.prompt': 29_000,
      'llm.token_count.completion': 899,
      'llm.token_count.total': 29_899,
      'llm.model_name': 'gpt-4o',
      'llm.provider': 'openai',
    };
    await at().tell([
      {
        trace: id,
        span: 'a',
        name: 'Agent',
        attributes: { 'openinference.span.kind': 'AGENT', ...session('oi-3164'), ...counts },
      },
      {
        trace: id,
        span: 'b',
        parent: 'a',
        name: 'LLM',
        attributes: { 'openinference.span.kind': 'LLM', ...counts },
      },
    ]);
    const task = await at().task('oi-3164');
    expect(task.tokens.input! + task.tokens.output!).toBe(29_899);
    // 29,000 at $2.50 a million and 899 at $10.
    expect(task.cost_usd.total).toBe('0.08149');
  });

  test("a framework's span around the client's is one call; two response ids are two", async () => {
    const id = trace();
    await at().tell([
      agentSpan({ trace: id, span: 'a' }, session('layers')),
      chatSpan({ trace: id, span: 'b', parent: 'a' }, {}, { 'gen_ai.response.id': 'r1' }),
      chatSpan({ trace: id, span: 'c', parent: 'b' }, {}, { 'gen_ai.response.id': 'r1' }),
      chatSpan({ trace: id, span: 'd', parent: 'a' }, {}, { 'gen_ai.response.id': 'r2' }),
      chatSpan({ trace: id, span: 'e', parent: 'd' }, {}, { 'gen_ai.response.id': 'r3' }),
      chatSpan({ trace: id, span: 'f', parent: 'a' }, {}, { 'gen_ai.response.id': 'r1' }),
    ]);
    const task = await at().task('layers');
    expect(task).toMatchObject({ calls: { inference: 3 }, cost_usd: { total: '0.006' } });
    expect(task.suppressed.map((one) => one.rule).sort()).toEqual(['nested_call', 'response_twin']);
    await checkedLines(at(), 'layers');
  });

  test('a tool is a border: what an agent inside it spends adds', async () => {
    const id = trace();
    await at().tell([
      agentSpan({ trace: id, span: 'a' }, session('border')),
      chatSpan({ trace: id, span: 'b', parent: 'a' }),
      toolSpan({ trace: id, span: 'c', parent: 'b' }, 'ask_expert'),
      agentSpan({ trace: id, span: 'd', parent: 'c' }, { 'gen_ai.agent.name': 'expert' }),
      chatSpan({ trace: id, span: 'e', parent: 'd' }),
    ]);
    expect(await at().task('border')).toMatchObject({
      calls: { inference: 2, tool: 1 },
      cost_usd: { total: '0.004' },
    });
  });

  test('of a retriever, a client and the database below them one query counts', async () => {
    const id = trace();
    const database = (span: string, parent: string, units: Record<string, number> = {}): TestSpan => ({
      trace: id,
      span,
      parent,
      name: 'query',
      attributes: { 'db.system.name': 'pinecone', 'db.operation.name': 'query', ...units },
    });
    await at().tell([
      agentSpan({ trace: id, span: 'a' }, session('query')),
      {
        trace: id,
        span: 'b',
        parent: 'a',
        name: 'retrieval',
        attributes: { 'gen_ai.operation.name': 'retrieval' },
      },
      database('c', 'b'),
      database('d', 'c', { 'pinecone.usage.read_units': 5 }),
    ]);
    expect(await at().task('query')).toMatchObject({ calls: { vector: 1 }, cost_usd: { vector: '0.00008' } });
  });
});

describe('actions and ratios', () => {
  const mcp = (span: string, parent: string, id: string, more: Record<string, string> = {}): TestSpan => ({
    trace: id,
    span,
    parent,
    name: 'tools/call lookup',
    attributes: { 'mcp.method.name': 'tools/call', 'gen_ai.tool.name': 'lookup', ...more },
  });

  test('execute_tool over MCP client over MCP server is one action; failed ones are none', async () => {
    const id = trace();
    await at().tell([
      agentSpan({ trace: id, span: 'a' }, session('actions')),
      toolSpan({ trace: id, span: 'b', parent: 'a' }, 'lookup'),
      mcp('c', 'b', id),
      mcp('d', 'c', id),
      toolSpan({ trace: id, span: 'e', parent: 'a', error: true }, 'lookup'),
      mcp('f', 'e', id, { 'error.type': 'tool_error' }),
      toolSpan({ trace: id, span: '10', parent: 'a' }, 'lookup'),
      // After the one before it: within its time it would be that one, told twice.
      { ...mcp('11', 'a', id, { 'error.type': 'tool_error' }), start: 40, end: 50 },
    ]);
    // Two that worked, and the final answer.
    expect(await at().task('actions')).toMatchObject({ actions: 3, calls: { tool: 4 }, outcome: 'solved' });
    const samples = await at().metrics();
    const of = (tool: string, status: string) =>
      sampleOf(samples, 'agent_actions_total', { agent_type: 'actions', tool, status });
    expect([of('lookup', 'ok'), of('lookup', 'error'), of('final_answer', 'ok')]).toEqual([2, 2, 1]);
  });

  test('the final answer counts for a solved task only', async () => {
    for (const [index, outcome] of ['solved', 'failed', 'abandoned', 'remediated'].entries()) {
      const id = trace();
      await at().tell([
        agentSpan({ trace: id, span: 'a' }, session(`ends-${outcome}`, { 'agent.task.outcome': outcome })),
        toolSpan({ trace: id, span: 'b', parent: 'a' }, 'search'),
      ]);
      expect((await at().task(`ends-${outcome}`)).actions).toBe(index === 0 ? 2 : 1);
    }
  });

  test('reasoning and output per action, in the API and as gauges', async () => {
    const id = trace();
    const thinking = { 'gen_ai.usage.reasoning.output_tokens': 60 };
    await at().tell([
      agentSpan({ trace: id, span: 'a' }, session('thinks')),
      chatSpan({ trace: id, span: 'b', parent: 'a' }, { output: 100 }, thinking),
      chatSpan({ trace: id, span: 'c', parent: 'a' }, { output: 80 }),
      toolSpan({ trace: id, span: 'd', parent: 'a' }, 'search'),
      toolSpan({ trace: id, span: 'e', parent: 'a', error: true }, 'search'),
      toolSpan({ trace: id, span: 'f', parent: 'a' }, 'search'),
    ]);
    const [row] = (await at().cpst('?group_by=agent_type')).filter((one) => one.agent_type === 'thinks');
    expect(row!.reasoning_action_ratio).toEqual({ reasoning: 20, output: 60 });
    const samples = await at().metrics();
    const gauge = (basis: string) =>
      sampleOf(samples, 'agent_reasoning_action_ratio', { agent_type: 'thinks', basis, window: '1h' });
    expect([gauge('reasoning'), gauge('output')]).toEqual([20, 60]);
    const tokens = (token_class: string) =>
      sampleOf(samples, 'agent_tokens_total', {
        agent_type: 'thinks',
        token_class,
        model: 'mini',
        provider: 'acme',
      });
    expect([tokens('input'), tokens('output'), tokens('reasoning')]).toEqual([2000, 180, 60]);
  });

  test('no action, or no model that reports its thoughts: no value', async () => {
    const id = trace();
    await at().tell([
      agentSpan({ trace: id, span: 'a', error: true }, session('idle')),
      chatSpan({ trace: id, span: 'b', parent: 'a' }),
    ]);
    const [row] = (await at().cpst('?group_by=agent_type')).filter((one) => one.agent_type === 'idle');
    expect(row!.reasoning_action_ratio).toEqual({ reasoning: null, output: null });
    const series = (await at().metrics()).filter(
      (one) => one.name === 'agent_reasoning_action_ratio' && one.labels.agent_type === 'idle',
    );
    expect(series).toEqual([]);
  });
});
