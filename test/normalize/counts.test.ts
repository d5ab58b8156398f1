import { describe, expect, test } from '@jest/globals';
import { TOKENS_MAX } from '../../src/domain/usage.ts';
import { GEN_AI_COUNTS } from '../../src/normalize/dialects/gen-ai-names.ts';
import type { PlainValue } from '../support/span-view.ts';
import { openReader } from './reading.ts';

const read = openReader();
const chat = (attributes: Record<string, PlainValue>) =>
  read({ attributes: { 'gen_ai.operation.name': 'chat', 'gen_ai.provider.name': 'openai', ...attributes } });

describe('what is a count', () => {
  test.each<[string, PlainValue, number | undefined]>([
    ['an int', 7n, 7],
    ['a double', 7, 7],
    ['a decimal text', '7', 7],
    ['a decimal text with a point', '7.0', 7],
    ['zero', 0, 0],
    ['negative zero', -0, 0],
    ['the largest', TOKENS_MAX, TOKENS_MAX],
    ['one past the largest', TOKENS_MAX + 1, undefined],
    ['beyond every integer', 1n << 62n, undefined],
    ['negative', -1, undefined],
    ['a fraction', 1.5, undefined],
    ['NaN', Number.NaN, undefined],
    ['infinite', Number.POSITIVE_INFINITY, undefined],
    ['a word', 'seven', undefined],
    ['a boolean', true, undefined],
    ['a list', [7], undefined],
    ['a map', { tokens: 7 }, undefined],
  ])('%s', (_why, value, expected) => {
    const meaning = chat({ 'gen_ai.usage.input_tokens': value });
    expect(meaning.usage?.input).toBe(expected);
    expect(meaning.flags).toEqual(expected === undefined ? ['bad_count'] : undefined);
    expect(meaning.kind).toBe('inference');
  });

  test('an empty text is no count, and no bad one', () => {
    expect(chat({ 'gen_ai.usage.input_tokens': '' })).toMatchObject({ usage: undefined, flags: undefined });
  });

  test('no detail is a negative zero', () => {
    const counts = { 'gen_ai.usage.input_tokens': 5, 'gen_ai.usage.cache_read.input_tokens': -0 };
    expect(chat(counts).usage?.cacheRead).toBe(0);
  });

  test('a bad count is flagged where the span is nothing else', () => {
    const meaning = read({ attributes: { 'gen_ai.usage.input_tokens': -1 } });
    expect(meaning).toMatchObject({ kind: 'edge', dialect: '', flags: ['bad_count'] });
  });

  test('a tool that reports tokens has its usage', () => {
    const attributes = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.usage.input_tokens': 9 };
    expect(read({ attributes })).toMatchObject({ kind: 'tool', usage: { input: 9 } });
  });

  test('a bad count leaves the good ones, and the next spelling is asked', () => {
    const meaning = chat({ 'gen_ai.usage.input_tokens': -1, 'gen_ai.usage.prompt_tokens': 3 });
    expect(meaning.usage?.input).toBe(3);
    expect(meaning.flags).toEqual(['bad_count']);
  });
});

describe('every spelling of every class', () => {
  const base = { 'gen_ai.usage.input_tokens': 1000, 'gen_ai.usage.output_tokens': 1000 };
  const spellings = Object.entries(GEN_AI_COUNTS).flatMap(([name, names]) =>
    (names as readonly string[]).map((spelling) => [spelling, name] as const),
  );
  test.each(spellings)('%s is %s', (spelling, name) => {
    const { usage } = chat(
      name === 'input' || name === 'output' ? { [spelling]: 11 } : { ...base, [spelling]: 11 },
    );
    const cacheWrite = (usage?.cacheWrite5m ?? 0) + (usage?.cacheWrite1h ?? 0);
    const seen = { ...usage, cacheWrite, total: 11 } as Record<string, number>;
    expect(seen[name]).toBe(11);
  });

  test('the same figure under several names counts once', () => {
    const all = Object.fromEntries(GEN_AI_COUNTS.cacheRead.map((name) => [name, 40]));
    expect(chat({ ...base, ...all }).usage).toMatchObject({ input: 1000, cacheRead: 40 });
  });
});

describe('one family is read, never two', () => {
  test('GenAI before OpenInference', () => {
    const meaning = chat({
      'gen_ai.usage.input_tokens': 10,
      'openinference.span.kind': 'LLM',
      'llm.token_count.prompt': 99,
      'llm.token_count.completion': 5,
    });
    expect(meaning.usage).toMatchObject({ input: 10, output: 0 });
  });

  test('the next family where the first has none', () => {
    const meaning = chat({ 'openinference.span.kind': 'LLM', 'llm.token_count.prompt': 99 });
    expect(meaning).toMatchObject({ dialect: 'gen-ai', usage: { input: 99 } });
  });
});

test('compaction stands beside the call and is added', () => {
  const { usage } = chat({
    'gen_ai.usage.input_tokens': 10,
    'gen_ai.usage.output_tokens': 5,
    'anthropic.usage.compaction.input_tokens': 100,
    'anthropic.usage.compaction.output_tokens': 20,
  });
  expect(usage).toMatchObject({ input: 110, output: 25 });
});

test.each([
  [{ 'anthropic.usage.compaction.input_tokens': 100 }, 110, 5],
  [{ 'anthropic.usage.compaction.output_tokens': 20 }, 10, 25],
  [{ 'anthropic.usage.compaction.input_tokens': -1, 'anthropic.usage.compaction.output_tokens': 20 }, 10, 25],
])('compaction of one side: %j', (compaction, input, output) => {
  const counts = { 'gen_ai.usage.input_tokens': 10, 'gen_ai.usage.output_tokens': 5 };
  expect(chat({ ...counts, ...compaction }).usage).toMatchObject({ input, output });
});

test('compaction without a call is no usage', () => {
  expect(chat({ 'anthropic.usage.compaction.input_tokens': 100 }).usage).toBeUndefined();
});

test('one span leaves nothing behind for the next', () => {
  const first = { 'gen_ai.usage.input_tokens': 10, 'gen_ai.response.id': 'r', 'agent.cost.usd': 'x' };
  chat({ ...first, 'anthropic.usage.compaction.input_tokens': 9 });
  expect(chat({ 'gen_ai.usage.output_tokens': 2 })).toMatchObject({
    usage: { input: 0, output: 2 },
    responseId: undefined,
    flags: undefined,
  });
});
