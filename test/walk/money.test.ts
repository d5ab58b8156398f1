import { describe, expect, test } from '@jest/globals';
import { house } from '../support/house.ts';
import { agentSpan, chatSpan, smallTask, toolSpan, WALK_PRICES } from '../support/spans.ts';
import { table } from '../support/table.ts';
import { checkedLines } from './lines.ts';

/**
 * Goal: what a task costs, to the picodollar, as DESIGN.md sections 1 and 6 say. Method: real spans, the user's price
 * file and the bundled prices; each task is taken apart into its lines, and each line is calculated again.
 */

const at = house({ prices: WALK_PRICES });
let next = 0x5000;
const trace = () => (++next).toString(16);
const session = (id: string, more: Record<string, string | number> = {}) => ({
  'agent.session.id': id,
  ...more,
});

describe("the user's file", () => {
  test('model, tool, vector and own units: every line is quantity times rate, and they add up', async () => {
    const id = trace();
    await at().tell([
      agentSpan({ trace: id, span: 'a' }, session('all-kinds')),
      chatSpan(
        { trace: id, span: 'b', parent: 'a' },
        { input: 1234, output: 567 },
        { 'gen_ai.usage.cache_read.input_tokens': 1000 },
      ),
      toolSpan({ trace: id, span: 'c', parent: 'a' }, 'search'),
      toolSpan({ trace: id, span: 'd', parent: 'a' }, 'crawl', { 'crawler.pages': 12 }),
      {
        trace: id,
        span: 'e',
        parent: 'a',
        name: 'query',
        attributes: {
          'db.system.name': 'pinecone',
          'db.operation.name': 'query',
          'pinecone.usage.read_units': 7,
        },
      },
    ]);
    const task = await at().task('all-kinds');
    expect(task.cost_usd).toEqual({
      total: '0.080116',
      inference: '0.006004',
      vector: '0.000112',
      tooling: '0.074',
      compute: '0',
      remediation: '0',
    });
    expect(task).toMatchObject({
      tokens: {
        input: 1234,
        cache_read: 1000,
        cache_write_5m: 0,
        cache_write_1h: 0,
        output: 567,
        reasoning: 0,
      },
      calls: { inference: 1, embedding: 0, rerank: 0, vector: 1, tool: 2 },
      unpriced_calls: 0,
      actions: 3,
    });
    const lines = await checkedLines(at(), 'all-kinds');
    expect(
      lines.map((line) => [
        line.span_id.at(-1),
        line.class,
        line.quantity,
        line.rate_usd,
        line.amount_usd,
        line.price_id,
      ]),
    ).toEqual([
      ['b', 'input', 234, '0.000001', '0.000234', 'acme/mini'],
      ['b', 'cache_read', 1000, '0.0000001', '0.0001', 'acme/mini'],
      ['b', 'output', 567, '0.00001', '0.00567', 'acme/mini'],
      ['c', 'call', 1, '0.05', '0.05', 'search'],
      ['d', 'page_fetched', 12, '0.002', '0.024', 'crawl'],
      ['e', 'pinecone_read_unit', 7, '0.000016', '0.000112', 'pinecone'],
    ]);
    expect(new Set(lines.map((line) => line.table_hash)).size).toBe(1);
  });

  test('an unknown model is unpriced, a lower bound, and listed; never nothing', async () => {
    const id = trace();
    const unknown = { 'gen_ai.request.model': 'brand-new-9', 'gen_ai.provider.name': 'acme' };
    await at().tell([
      agentSpan({ trace: id, span: 'a' }, session('unknown', { 'agent.type': 'unknown' })),
      chatSpan({ trace: id, span: 'b', parent: 'a' }, { input: 100, output: 11 }, unknown),
      chatSpan({ trace: id, span: 'c', parent: 'a' }),
    ]);
    expect(await at().task('unknown')).toMatchObject({
      cost_usd: { total: '0.002' },
      unpriced_calls: 1,
      flags: ['lower_bound'],
      tokens: { input: 1100, output: 111 },
    });
    const [line] = (await checkedLines(at(), 'unknown')).filter((one) => one.amount_usd === null);
    expect(line).toMatchObject({
      model: 'brand-new-9',
      rate_usd: null,
      price_id: null,
      reason: 'model_unknown',
    });
    expect((await at().ask('/unpriced')).body.unpriced).toContainEqual(
      expect.objectContaining({
        provider: 'acme',
        model: 'brand-new-9',
        reason: 'model_unknown',
        calls: 1,
        quantity: 111,
      }),
    );
    const rows = await at().cpst('?group_by=agent_type');
    expect(rows.find((row) => row.agent_type === 'unknown')!.lower_bound).toBe(true);
  });

  const odd = table(`
    name            attributes                                                                reason
    no-usage        gen_ai.request.model=mini,gen_ai.provider.name=acme                       usage_missing
    no-model        gen_ai.usage.input_tokens=5,gen_ai.usage.output_tokens=5                  model_missing
    other-provider  gen_ai.request.model=mini,gen_ai.provider.name=nobody,gen_ai.usage.input_tokens=5,gen_ai.usage.output_tokens=1  provider_unknown
  `);
  test.each(odd)('a call with $name is unpriced: $reason', async ({ name, attributes, reason }) => {
    const id = trace();
    const given = Object.fromEntries(
      attributes!.split(',').map((pair) => {
        const [key = '', value = ''] = pair.split('=');
        return [key, /^\d+$/.test(value) ? Number(value) : value];
      }),
    );
    await at().tell([
      agentSpan({ trace: id, span: 'a' }, session(`odd-${name}`)),
      { trace: id, span: 'b', parent: 'a', attributes: { 'gen_ai.operation.name': 'chat', ...given } },
    ]);
    expect(await at().task(`odd-${name}`)).toMatchObject({ unpriced_calls: 1, flags: ['lower_bound'] });
    expect((await checkedLines(at(), `odd-${name}`)).map((line) => line.reason)).toEqual([reason]);
  });

  test('a tool without a rate is free: no_rate, counted and listed, no lower bound', async () => {
    const id = trace();
    await at().tell([
      agentSpan({ trace: id, span: 'a' }, session('free-tool')),
      toolSpan({ trace: id, span: 'b', parent: 'a' }, 'add_numbers'),
    ]);
    expect(await at().task('free-tool')).toMatchObject({
      cost_usd: { total: '0' },
      calls: { tool: 1 },
      unpriced_calls: 0,
      flags: [],
    });
    expect((await checkedLines(at(), 'free-tool'))[0]).toMatchObject({
      amount_usd: null,
      reason: 'no_rate',
      class: 'call',
    });
    expect((await at().ask('/unpriced')).body.unpriced).toContainEqual(
      expect.objectContaining({
        component: 'tooling',
        resource: 'add_numbers',
        unit: 'call',
        reason: 'no_rate',
      }),
    );
  });

  test('a cost that the agent states is a line of its component; a computed one wins over it', async () => {
    const id = trace();
    await at().tell([
      agentSpan(
        { trace: id, span: 'a' },
        session('states', { 'agent.cost.usd': '0.125', 'agent.cost.component': 'compute' }),
      ),
      toolSpan({ trace: id, span: 'b', parent: 'a' }, 'rent_gpu', { 'agent.cost.usd': 1.5 }),
      toolSpan({ trace: id, span: 'c', parent: 'a' }, 'search', { 'agent.cost.usd': 99 }),
      chatSpan({ trace: id, span: 'd', parent: 'a' }, {}, { 'gen_ai.usage.cost': 42 }),
    ]);
    expect((await at().task('states')).cost_usd).toMatchObject({
      total: '1.677',
      compute: '0.125',
      tooling: '1.55',
      inference: '0.002',
    });
    const flags = (await checkedLines(at(), 'states')).map((line) => [
      line.resource,
      line.amount_usd,
      line.flags,
    ]);
    expect(flags).toContainEqual(['rent_gpu', '1.5', ['stated']]);
    expect(flags).toContainEqual(['search', '0.05', ['stated_ignored']]);
  });

  test('an unpriced unit that somebody reports is no free one', async () => {
    const id = trace();
    await at().tell([
      agentSpan({ trace: id, span: 'a' }, session('unit')),
      {
        trace: id,
        span: 'b',
        parent: 'a',
        attributes: { 'db.system.name': 'pinecone', 'pinecone.usage.write_units': 3 },
      },
    ]);
    expect(await at().task('unit')).toMatchObject({
      unpriced_calls: 1,
      flags: ['lower_bound'],
      calls: { vector: 1 },
    });
    expect((await checkedLines(at(), 'unit'))[0]).toMatchObject({
      class: 'pinecone_write_unit',
      quantity: 3,
      reason: 'unit_unknown',
    });
  });
});

describe('the bundled prices, against calculation by hand', () => {
  const cases = table(`
    thread          provider   model                       input   read    written  output  usd
    # 3 at $3 a million, 12304 written at $3.75, 550 out at $15; written tokens beside the input
    litellm#9812    anthropic  claude-3-7-sonnet-20250219  3       _       12304    550     0.054399
    # 5 new at $3, 128955 read at $0.30, 1253 written at $3.75; all of them inside the input
    langfuse#12306  anthropic  claude-sonnet-4-5           130213  128955  1253     _       0.04340025
    # 86 new at $2.50 a million, 1920 read at $1.25, 300 out at $10
    litellm#6215    openai     gpt-4o                      2006    1920    _        300     0.005615
    # a dated name of the response is the model that it names
    dated           openai     gpt-4o-2024-08-06           2006    1920    _        300     0.005615
    # 200 new, 5000 read, 1000 written, 300 out at $15
    openlit#1378    anthropic  claude-sonnet-4-5           6200    5000    1000     300     0.01035
  `);
  test.each(cases)('$thread: $model costs $usd', async ({ thread, provider, model, usd, ...counts }) => {
    const id = trace();
    const tokens = Object.entries({
      'gen_ai.usage.input_tokens': counts.input,
      'gen_ai.usage.cache_read.input_tokens': counts.read,
      'gen_ai.usage.cache_creation.input_tokens': counts.written,
      'gen_ai.usage.output_tokens': counts.output,
    }).flatMap(([key, text]) => (text === '' ? [] : [[key, Number(text)]]));
    await at().tell([
      agentSpan({ trace: id, span: 'a' }, session(thread!)),
      {
        trace: id,
        span: 'b',
        parent: 'a',
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.provider.name': provider!,
          'gen_ai.request.model': model!,
          ...Object.fromEntries(tokens),
        },
      },
    ]);
    expect((await at().task(thread!)).cost_usd).toMatchObject({ total: usd, inference: usd });
    await checkedLines(at(), thread!);
  });
});

test('a task of many models, tools and traces is the sum of its lines', async () => {
  for (const _ of [1, 2, 3]) {
    const id = trace();
    await at().tell([
      ...smallTask(id, session('many')),
      ...['gpt-4o', 'gpt-4o-mini', 'o3', 'nobody-knows'].map((model, index) =>
        chatSpan(
          { trace: id, span: `1${index}`, parent: 'a' },
          { input: 333 + index, output: 77 },
          {
            'gen_ai.provider.name': 'openai',
            'gen_ai.request.model': model,
            'gen_ai.usage.reasoning.output_tokens': 70,
          },
        ),
      ),
      toolSpan({ trace: id, span: '20', parent: 'a' }, 'search'),
    ]);
  }
  const lines = await checkedLines(at(), 'many');
  expect(lines.length).toBe(3 * (2 + 3 * 2 + 1 + 1));
});
