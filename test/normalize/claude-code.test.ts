import { describe, expect, test } from '@jest/globals';
import type { PlainAttributes } from '../support/span-view.ts';
import { type CountList, describeCounts, describeTexts, expectTested, type TextList } from './lists.ts';
import { openReader } from './reading.ts';

const read = openReader();
const claude = (type: string, attributes: PlainAttributes = {}, name = `claude_code.${type}`) =>
  read({
    name,
    scope: { name: 'com.anthropic.claude_code.tracing' },
    attributes: { 'span.type': type, ...attributes },
  });
const FLAT = {
  input_tokens: 911,
  output_tokens: 385,
  cache_read_tokens: 1025,
  cache_creation_tokens: 261,
};
const GEN_AI = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.usage.input_tokens': 2197,
  'gen_ai.usage.output_tokens': 385,
  'gen_ai.usage.cache_read.input_tokens': 1025,
  'gen_ai.usage.cache_write.input_tokens': 261,
};

describe('kinds', () => {
  test.each([
    ['interaction', 'agent'],
    ['llm_request', 'inference'],
    ['tool', 'tool'],
    ['tool.execution', 'tool'],
    ['tool.blocked_on_user', 'edge'],
    ['mcp.rpc', 'edge'],
    ['hook', 'edge'],
    ['subagent.spawn', 'edge'],
  ])('%s is %s', (type, kind) => expect(claude(type).kind).toBe(kind));

  test('a span of another that has such a type is not claimed', () => {
    expect(claude('llm_request', FLAT, 'my request')).toMatchObject({ kind: 'edge', dialect: '' });
  });
});

describe('counts', () => {
  const usage = {
    input: 2197,
    cacheRead: 1025,
    cacheWrite5m: 261,
    cacheWrite1h: 0,
    output: 385,
    reasoning: 0,
  };
  test('the flat ones are without cached tokens', () => {
    expect(claude('llm_request', { model: 'claude-sonnet-4-5', ...FLAT })).toMatchObject({
      dialect: 'claude-code',
      model: 'claude-sonnet-4-5',
      usage,
    });
  });
  test('newer versions say the same twice', () => {
    expect(claude('llm_request', { ...FLAT, ...GEN_AI }).usage).toEqual(usage);
  });
  test('fewer cached tokens than fresh ones, and still beside them', () => {
    expect(
      claude('llm_request', { input_tokens: 5000, output_tokens: 9, cache_read_tokens: 40 }).usage,
    ).toMatchObject({ input: 5040, cacheRead: 40 });
  });
  test('a request that failed says no tokens, and is an error', () => {
    const failed = claude('llm_request', { model: 'claude-sonnet-4-5', success: false });
    expect(failed).toMatchObject({ kind: 'inference', error: true });
    expect(failed.usage).toBeUndefined();
  });
  test("a request's id is no response's", () => {
    const id = 'gen_ai.response.id';
    expect(claude('llm_request', { ...FLAT, ...GEN_AI, [id]: 'req_011CWq' }).responseId).toBeUndefined();
    expect(claude('llm_request', { ...FLAT, ...GEN_AI, [id]: 'msg_011CWq' }).responseId).toBe('msg_011CWq');
  });
});

test('the execution tells whether the tool failed, the call tells its name', () => {
  const id = { tool_use_id: 'toolu_1' };
  expect(claude('tool', { tool_name: 'Bash', ...id })).toMatchObject({ tool: 'Bash', callId: 'toolu_1' });
  expect(claude('tool.execution', { success: false, ...id })).toMatchObject({
    callId: 'toolu_1',
    error: true,
  });
  expect(claude('tool.execution', { success: true, ...id }).error).toBeUndefined();
});

/** Lists are asked on spans that name nothing but what they are. */
const SIGN = { 'span.type': 'llm_request' };
const TEXTS: readonly TextList[] = [
  {
    what: 'model of Claude Code',
    sign: SIGN,
    span: { name: 'claude_code.llm_request' },
    names: ['gen_ai.request.model', 'model'],
    of: ({ model }) => model,
  },
  {
    what: 'tool of Claude Code',
    sign: { 'span.type': 'tool' },
    span: { name: 'claude_code.tool' },
    names: ['tool_name', 'gen_ai.tool.name'],
    of: ({ tool }) => tool,
  },
  {
    what: 'call id of Claude Code',
    sign: { 'span.type': 'tool' },
    span: { name: 'claude_code.tool' },
    names: ['gen_ai.tool.call.id', 'tool_use_id'],
    of: ({ callId }) => callId,
  },
];
const COUNTS: readonly CountList[] = [
  ['input of Claude Code', SIGN, 'input', ['input_tokens'], { name: 'claude_code.llm_request' }],
  ['output of Claude Code', SIGN, 'output', ['output_tokens'], { name: 'claude_code.llm_request' }],
  [
    'cache reads of Claude Code',
    SIGN,
    'cacheRead',
    ['cache_read_tokens'],
    { name: 'claude_code.llm_request' },
  ],
  [
    'cache writes of Claude Code',
    SIGN,
    'cacheWrite5m',
    ['cache_creation_tokens', 'cache_creation_5m_tokens'],
    { name: 'claude_code.llm_request' },
  ],
  [
    'cache writes of an hour of Claude Code',
    SIGN,
    'cacheWrite1h',
    ['cache_creation_1h_tokens'],
    { name: 'claude_code.llm_request' },
  ],
];
describeTexts(TEXTS);
describeCounts(COUNTS);

test('it reads what is tested here', () => {
  expectTested(['claude-code'], { alone: ['span.type', 'success'], texts: TEXTS, counts: COUNTS });
});
