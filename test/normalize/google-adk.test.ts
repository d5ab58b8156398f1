import { describe, expect, test } from '@jest/globals';
import { table } from '../support/table.ts';
import { expectTested } from './lists.ts';
import { openReader } from './reading.ts';

const read = openReader();
const RESPONSE = 'gcp.vertex.agent.llm_response';
const callLlm = (response: string, attributes: Record<string, string | number> = {}) =>
  read({
    name: 'call_llm',
    scope: { name: 'gcp.vertex.agent' },
    attributes: {
      'gen_ai.system': 'gcp.vertex.agent',
      'gen_ai.request.model': 'gemini-2.5-pro',
      'gen_ai.usage.input_tokens': 900,
      'gen_ai.usage.output_tokens': 50,
      [RESPONSE]: response,
      ...attributes,
    },
  });
const number = (cell: string | undefined) => (cell === '' ? undefined : Number(cell));

describe('what the kept response says', () => {
  const cases = table(`
    why                               prompt tools said thought cached total | in   read out  thoughts
    thoughts·beside·the·output        900    _     50   30      _      980   | 900  0    80   30
    thoughts·beside·it,·no·total      900    _     50   30      _      _     | 900  0    80   30
    thoughts·within·the·output        900    _     50   30      _      950   | 900  0    50   30
    no·thoughts                       900    _     50   _       _      950   | 900  0    50   0
    only·the·total·knows·the·thoughts 900    _     50   _       _      1000  | 900  0    100  50
    cached·tokens·are·part·of·input   900    _     50   30      700    980   | 900  700  80   30
    prompts·of·tools·are·input·too    900    40    50   30      700    1020  | 940  700  80   30
    all·was·thought                   900    _     _    30      _      930   | 900  0    30   30
  `);
  test.each(cases)('$why', (row) => {
    const camel = {
      promptTokenCount: number(row.prompt),
      toolUsePromptTokenCount: number(row.tools),
      candidatesTokenCount: number(row.said),
      thoughtsTokenCount: number(row.thought),
      cachedContentTokenCount: number(row.cached),
      totalTokenCount: number(row.total),
    };
    const snake = Object.fromEntries(
      Object.entries(camel).map(([name, value]) => [
        name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        value,
      ]),
    );
    for (const response of [{ usageMetadata: camel }, { usage_metadata: snake }]) {
      const meaning = callLlm(JSON.stringify({ content: { parts: [{ text: '{"x"' }] }, ...response }));
      expect(meaning).toMatchObject({ kind: 'inference', dialect: 'google-adk', model: 'gemini-2.5-pro' });
      expect(meaning.usage).toEqual({
        input: Number(row.in),
        cacheRead: Number(row.read),
        cacheWrite5m: 0,
        cacheWrite1h: 0,
        output: Number(row.out),
        reasoning: Number(row.thoughts),
      });
      expect(meaning.flags).toBeUndefined();
      expect(meaning.provider).toBeUndefined();
    }
  });
});

describe('where the response was not kept', () => {
  test.each([
    ['{}'],
    ['<not serializable>'],
    ['{"usageMetadata":null}'],
    ['{"usageMetadata":{}}'],
    [`{"content":"${'x'.repeat(300_000)}","usageMetadata":{"promptTokenCount":1}}`],
  ])('%.40s: the attributes are read', (response) => {
    const meaning = callLlm(response);
    expect(meaning).toMatchObject({ kind: 'inference', usage: { input: 900, output: 50, reasoning: 0 } });
  });

  test('a count that is none is flagged, and the rest is read', () => {
    const usageMetadata = { promptTokenCount: 900, candidatesTokenCount: 50, thoughtsTokenCount: -3 };
    const meaning = callLlm(JSON.stringify({ usageMetadata }));
    expect(meaning.usage).toMatchObject({ input: 900, output: 50, reasoning: 0 });
    expect(meaning.flags).toEqual(['bad_count']);
  });
});

test('a tool carries an empty response and is a tool', () => {
  const attributes = {
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'weather',
    [RESPONSE]: '{}',
  };
  const scope = { name: 'gcp.vertex.agent' };
  expect(read({ name: 'execute_tool weather', scope, attributes })).toMatchObject({
    kind: 'tool',
    tool: 'weather',
    dialect: 'gen-ai',
  });
});

test('it reads what is tested here', () => {
  expectTested(['google-adk'], { alone: [RESPONSE, 'gen_ai.operation.name'], texts: [], counts: [] });
});
