import { describe, expect, test } from '@jest/globals';
import type { PlainAttributes } from '../support/span-view.ts';
import { expectTested } from './lists.ts';
import { openReader } from './reading.ts';

const read = openReader();
const codex = (name: string, attributes: PlainAttributes, scope = 'codex_exec') =>
  read({ name, scope: { name: scope }, attributes });

const CALL = {
  'gen_ai.usage.input_tokens': 2017,
  'gen_ai.usage.cache_read.input_tokens': 1025,
  'gen_ai.usage.cache_write.input_tokens': 11,
  'gen_ai.usage.output_tokens': 407,
  'codex.usage.reasoning_output_tokens': 131,
  'codex.usage.total_tokens': 2424,
};
const TURN = {
  model: 'gpt-5-mini',
  'codex.turn.token_usage.input_tokens': 4051,
  'codex.turn.token_usage.cached_input_tokens': 2051,
  'codex.turn.token_usage.cache_write_input_tokens': 22,
  'codex.turn.token_usage.non_cached_input_tokens': 2000,
  'codex.turn.token_usage.output_tokens': 821,
  'codex.turn.token_usage.reasoning_output_tokens': 265,
  'codex.turn.token_usage.total_tokens': 4872,
};

describe('a call', () => {
  test('has its tokens on one of many spans, with cached ones in the input and thoughts in the output', () => {
    const meaning = codex('handle_responses', CALL);
    expect(meaning).toMatchObject({ kind: 'inference', dialect: 'codex' });
    expect(meaning.usage).toEqual({
      input: 2017,
      cacheRead: 1025,
      cacheWrite5m: 11,
      cacheWrite1h: 0,
      output: 407,
      reasoning: 131,
    });
    expect(meaning.flags).toBeUndefined();
  });
  test('has its model on another', () => {
    expect(codex('try_run_sampling_request', { model: 'gpt-5-mini', turn_id: 't' })).toMatchObject({
      kind: 'inference',
      model: 'gpt-5-mini',
    });
  });
  test.each([
    ['handle_responses', { 'codex.request.reasoning_effort': 'high' }],
    ['run_sampling_request', { model: 'gpt-5-mini' }],
    ['model_client.stream_responses_api', { model: 'gpt-5-mini' }],
  ])('%s that says no tokens holds the tree together', (name, attributes) => {
    expect(codex(name, attributes)).toMatchObject({ kind: 'edge', dialect: '' });
  });
  test('is not looked for in what others send', () => {
    expect(codex('try_run_sampling_request', { model: 'gpt-5-mini' }, 'my.app').kind).toBe('edge');
  });
});

test('a turn sums its calls up', () => {
  expect(codex('session_task.turn', TURN)).toMatchObject({
    kind: 'workflow',
    model: 'gpt-5-mini',
    usage: { input: 4051, cacheRead: 2051, cacheWrite5m: 22, output: 821, reasoning: 265 },
  });
});

describe('a tool', () => {
  const TOOL = { tool_name: 'shell', call_id: 'call_1', 'codex.tool.phase': 'dispatch' };
  test('is the span that has a phase', () => {
    expect(codex('shell', { ...TOOL, aborted: false })).toMatchObject({
      kind: 'tool',
      tool: 'shell',
      callId: 'call_1',
    });
    expect(codex('shell', { ...TOOL, aborted: false }).error).toBeUndefined();
    expect(codex('shell', { ...TOOL, aborted: true }).error).toBe(true);
    const { 'codex.tool.phase': _, ...unphased } = TOOL;
    expect(codex('guardian_scoring_observation', unphased).kind).toBe('edge');
  });
  test('of an MCP server has one more, of the same call', () => {
    const attributes = { 'tool.name': 'get_weather', 'tool.call_id': 'call_1' };
    expect(codex('mcp.tools.call', attributes)).toMatchObject({
      kind: 'tool',
      tool: 'get_weather',
      callId: 'call_1',
    });
    expect(codex('mcp.tools.call', { ...attributes, 'error.type': 'tool_result' }).error).toBe(true);
  });
});

test('it reads what is tested here', () => {
  const tools = [
    'tool_name',
    'call_id',
    'codex.tool.phase',
    'aborted',
    'tool.name',
    'tool.call_id',
    'error.type',
  ];
  expectTested(['codex'], {
    alone: [...Object.keys(CALL), ...Object.keys(TURN), ...tools],
    texts: [],
    counts: [],
  });
});
