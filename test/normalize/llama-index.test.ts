import { describe, expect, test } from '@jest/globals';
import type { PlainAttributes } from '../support/span-view.ts';
import { expectTested } from './lists.ts';
import { openReader } from './reading.ts';

const read = openReader();
const RUN = { 'llamaindex.run_id': 'r' };
const USAGE = 'response.raw.usage.';
const OPENAI = {
  'response.raw.id': 'chatcmpl-1',
  'response.raw.model': 'gpt-5-mini-2025-08-07',
  [`${USAGE}prompt_tokens`]: 2190,
  [`${USAGE}completion_tokens`]: 369,
  [`${USAGE}total_tokens`]: 2559,
  [`${USAGE}prompt_tokens_details.cached_tokens`]: 1024,
  [`${USAGE}completion_tokens_details.reasoning_tokens`]: 64,
};
const ANTHROPIC = {
  'response.raw.id': 'msg_1',
  'response.raw.model': 'claude-sonnet-4-5-20250929',
  [`${USAGE}input_tokens`]: 500,
  [`${USAGE}output_tokens`]: 369,
  [`${USAGE}cache_read_input_tokens`]: 100,
  [`${USAGE}cache_creation_input_tokens`]: 30,
  [`${USAGE}cache_creation.ephemeral_5m_input_tokens`]: 20,
  [`${USAGE}cache_creation.ephemeral_1h_input_tokens`]: 10,
};
const step = (event: string, attributes: PlainAttributes, name = 'OpenAI.achat') =>
  read({
    name,
    attributes: RUN,
    events: [
      { name: 'LLMChatStartEvent', attributes: { 'response.raw.id': 'x' } },
      { name: event, attributes },
    ],
  });

describe('a model call is told at its end', () => {
  test.each([['LLMChatEndEvent'], ['LLMCompletionEndEvent']])('%s', (event) => {
    expect(step(event, OPENAI)).toMatchObject({
      kind: 'inference',
      dialect: 'llama-index',
      model: 'gpt-5-mini-2025-08-07',
      responseId: 'chatcmpl-1',
      usage: { input: 2190, cacheRead: 1024, output: 369, reasoning: 64 },
      flags: undefined,
    });
  });

  test("Anthropic's input is without cached tokens", () => {
    expect(step('LLMChatEndEvent', ANTHROPIC)).toMatchObject({
      responseId: 'msg_1',
      usage: { input: 630, cacheRead: 100, cacheWrite5m: 20, cacheWrite1h: 10, output: 369 },
      flags: undefined,
    });
  });

  test.each([
    ['another event', 'AgentRunStepEndEvent', OPENAI],
    ['an end without counts', 'LLMChatEndEvent', { 'response.raw.id': 'x', 'response.raw.model': 'm' }],
  ])('%s is none', (_what, event, attributes) =>
    expect(step(event, attributes)).toMatchObject({ kind: 'edge', usage: undefined }),
  );
});

describe('a tool is named in the text of its step', () => {
  const call = (summary: string, name = 'BaseWorkflowAgent.call_tool') =>
    read({ name, attributes: { ...RUN, 'llamaindex.step.input_summary': summary } });

  test('by its name', () =>
    expect(call("ToolCall(tool_name='lookup', tool_kwargs={'order': 7})")).toMatchObject({
      kind: 'tool',
      tool: 'lookup',
      dialect: 'llama-index',
    }));
  test.each([["AgentInput(tool_name='x')"], ['ToolCall()']])('%s names none', (summary) =>
    expect(call(summary)).toMatchObject({ kind: 'tool', tool: undefined }),
  );
  test('its function below it is no second one', () =>
    expect(call("ToolCall(tool_name='lookup')", 'FunctionTool.acall').kind).toBe('edge'));
});

test('it reads what is tested here', () => {
  const alone = [
    'llamaindex.run_id',
    'llamaindex.step.input_summary',
    ...Object.keys({ ...OPENAI, ...ANTHROPIC }),
  ];
  expectTested(['llama-index'], { alone, texts: [], counts: [] });
});
