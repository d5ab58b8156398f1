import { describe, expect, test } from '@jest/globals';
import { TOKENS_MAX } from '../../src/domain/usage.ts';
import type { PlainAttributes } from '../support/span-view.ts';
import { table } from '../support/table.ts';
import { describeTexts, expectTested, type TextList } from './lists.ts';
import { openReader } from './reading.ts';

const read = openReader();
const TYPE = 'langfuse.observation.type';
const GENERATION = { [TYPE]: 'generation' };
const COST = 'langfuse.observation.cost_details';
const USAGE = 'langfuse.observation.usage_details';

const TEXTS: readonly TextList[] = [
  {
    what: 'model of Langfuse',
    sign: GENERATION,
    names: ['gen_ai.response.model', 'langfuse.observation.model.name', 'gen_ai.request.model'],
    of: ({ model }) => model,
  },
  {
    what: 'provider of Langfuse',
    sign: GENERATION,
    names: ['gen_ai.system', 'langfuse.observation.metadata.ls_provider'],
    of: ({ provider }) => provider,
  },
];
describeTexts(TEXTS);

test('every attribute that is read is tested', () => {
  expectTested(['langfuse'], { alone: [TYPE, USAGE, COST], texts: TEXTS, counts: [] });
});

describe('what an observation is', () => {
  const cases = table(`
    type        name               kind       tool      agent
    generation  OpenAI.chat        inference  _         _
    generation  OpenAI.embeddings  embedding  _         _
    embedding   embed              embedding  _         _
    retriever   search             retrieval  _         _
    tool        weather            tool       weather   _
    agent       planner            agent      _         planner
    chain       steps              workflow   _         _
    span        work               edge       _         _
    event       ping               edge       _         _
    evaluator   judge              edge       _         _
    guardrail   guard              edge       _         _
  `);
  test.each(cases)('$type $name', ({ type, name, kind, tool, agent }) => {
    const meaning = read({ name: name!, attributes: { [TYPE]: type! } });
    expect(meaning.kind).toBe(kind);
    expect(meaning.tool ?? '').toBe(tool);
    expect(meaning.identity?.agentName ?? '').toBe(agent);
  });
});

describe('its buckets are disjoint', () => {
  const cases: readonly [string, Record<string, unknown>, readonly number[]][] = [
    [
      'the OpenAI wrapper',
      { input: 200, output: 150, total: 1500, input_cached_tokens: 1000, output_reasoning_tokens: 150 },
      [1200, 1000, 0, 300, 150],
    ],
    [
      "LangChain's callback",
      {
        input: 600,
        output: 120,
        total: 1970,
        input_cache_read: 1000,
        input_cache_creation: 250,
        output_reasoning: 20,
      },
      [1850, 1000, 250, 140, 20],
    ],
    [
      "Anthropic's own names",
      { input: 600, output: 120, cache_read_input_tokens: 1000, cache_creation_input_tokens: 250 },
      [1850, 1000, 250, 120, 0],
    ],
    [
      "Anthropic's own object",
      {
        input_tokens: 600,
        output_tokens: 120,
        cache_read_input_tokens: 1000,
        cache_creation_input_tokens: 250,
        cache_creation: { ephemeral_5m_input_tokens: 250 },
        service_tier: null,
      },
      [1850, 1000, 250, 120, 0],
    ],
    [
      'audio is input and output like any other',
      { input: 100, input_audio_tokens: 40, output: 10, output_audio_tokens: 5 },
      [140, 0, 0, 15, 0],
    ],
    ['a bucket of its own name', { input: 100, input_of_tools: 7, output: 10 }, [107, 0, 0, 10, 0]],
    ['what is neither input nor output is none', { input: 100, output: 10, images: 3 }, [100, 0, 0, 10, 0]],
    [
      'its own total shows totals',
      { input: 1200, output: 300, total: 1500, input_cached_tokens: 1000, output_reasoning_tokens: 150 },
      [1200, 1000, 0, 300, 150],
    ],
    ['only input', { input: 100 }, [100, 0, 0, 0, 0]],
  ];
  test.each(cases)('%s', (_what, usage, [input, cacheRead, cacheWrite5m, output, reasoning]) => {
    const meaning = read({ attributes: { ...GENERATION, [USAGE]: JSON.stringify(usage) } });
    expect(meaning).toMatchObject({ kind: 'inference', dialect: 'langfuse' });
    expect(meaning.usage).toEqual({ input, cacheRead, cacheWrite5m, cacheWrite1h: 0, output, reasoning });
    expect(meaning.flags).toBeUndefined();
  });

  const read1 = (usage: unknown, attributes: PlainAttributes = GENERATION) =>
    read({ attributes: { ...attributes, [USAGE]: JSON.stringify(usage) } });

  test('a total alone is the input of an embedding, and nothing of a generation', () => {
    expect(read1({ total: 30 }, { [TYPE]: 'embedding' }).usage).toMatchObject({ input: 30, output: 0 });
    expect(read1({ total: 30 }).usage).toBeUndefined();
    expect(read1({}).usage).toBeUndefined();
  });

  test('what is no count is left out and flagged', () => {
    const { usage, flags } = read1({ input: 100, input_cached_tokens: -5, output: 'many' });
    expect(usage).toMatchObject({ input: 100, cacheRead: 0, output: 0 });
    expect(flags).toEqual(['bad_count']);
  });

  test('the sum of absurd buckets is a number still', () => {
    const usage = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`input_${at}`, TOKENS_MAX]));
    expect(read1(usage).usage?.input).toBe(TOKENS_MAX);
  });
});

describe("the provider's own object", () => {
  const cases: readonly [string, Record<string, unknown>][] = [
    [
      'of chat',
      {
        prompt_tokens: 1200,
        completion_tokens: 300,
        total_tokens: 1500,
        prompt_tokens_details: { cached_tokens: 1000 },
        completion_tokens_details: { reasoning_tokens: 150 },
      },
    ],
    [
      'of responses',
      {
        input_tokens: 1200,
        output_tokens: 300,
        total_tokens: 1500,
        input_tokens_details: { cached_tokens: 1000 },
        output_tokens_details: { reasoning_tokens: 150 },
      },
    ],
  ];
  test.each(cases)('%s holds the detail in its totals', (_what, usage) => {
    const meaning = read({ attributes: { ...GENERATION, [USAGE]: JSON.stringify(usage) } });
    expect(meaning.usage).toMatchObject({ input: 1200, cacheRead: 1000, output: 300, reasoning: 150 });
    expect(meaning.flags).toBeUndefined();
  });

  test('an embedding of chat’s names', () => {
    const attributes = { [TYPE]: 'embedding', [USAGE]: '{"prompt_tokens":8,"total_tokens":8}' };
    expect(read({ attributes }).usage).toMatchObject({ input: 8, output: 0 });
  });

  test('detail alone is no usage', () => {
    const attributes = { ...GENERATION, [USAGE]: '{"input_tokens_details":{"cached_tokens":8}}' };
    expect(read({ attributes }).usage).toBeUndefined();
  });
});

test('the standard’s names on the same span come first', () => {
  const { usage } = read({
    attributes: { ...GENERATION, 'gen_ai.usage.input_tokens': 50, [USAGE]: '{"input":40,"output":9}' },
  });
  expect(usage).toMatchObject({ input: 50, output: 0 });
});

describe('what it cost by its own reckoning', () => {
  test.each<[string, string, string | undefined]>([
    ['its total', '{"input":0.002,"output":0.006,"total":0.009}', '0.009'],
    ['the sum of its parts', '{"input":0.002,"output":0.0061,"input_cached_tokens":1e-7}', '0.0081001'],
    ['nothing', '{}', undefined],
    ['no JSON', 'cheap', undefined],
  ])('%s', (_what, details, usd) => {
    const { reportedUsd, flags } = read({ attributes: { ...GENERATION, [COST]: details } });
    expect(reportedUsd).toBe(usd);
    expect(flags).toBeUndefined();
  });

  test('what is no amount is flagged', () => {
    const { reportedUsd, flags } = read({
      attributes: { ...GENERATION, [COST]: '{"input":-1,"output":0.5}' },
    });
    expect(reportedUsd).toBe('0.5');
    expect(flags).toEqual(['bad_amount']);
    const absurd = read({ attributes: { ...GENERATION, [COST]: '{"input":9000000,"output":9000000}' } });
    expect(absurd.reportedUsd).toBeUndefined();
    expect(absurd.flags).toEqual(['bad_amount']);
  });
});
