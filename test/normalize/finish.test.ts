import { describe, expect, test } from '@jest/globals';
import type { PlainValue } from '../support/span-view.ts';
import { openReader } from './reading.ts';

const read = openReader();
const CHAT = { 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' };

describe('a call that finished in an error', () => {
  test.each<[string, PlainValue, boolean]>([
    ['an array', ['error'], true],
    ['an array of another word', ['stop'], false],
    ['an array of several, one of them an answer', ['error', 'stop'], false],
    ['an array of nothing but errors', ['error', 'error'], true],
    ['an empty array', [], false],
    ['a text', 'error', true],
    ['a text in capitals', 'ERROR', true],
    ['another text', 'tool_calls', false],
    ['a text that only begins so', 'error_free', false],
    ['an array as JSON', '["error"]', true],
    ['an array of another word as JSON', '["stop"]', false],
    ['several as JSON', '["error", "stop"]', false],
    ['several in one text', 'error,error', true],
    ['a number', 3, false],
    ['nothing', '', false],
  ])('%s', (_what, reason, failed) => {
    const { error, kind } = read({ attributes: { ...CHAT, 'gen_ai.response.finish_reasons': reason } });
    expect(error === true).toBe(failed);
    expect(kind).toBe('inference');
  });

  test.each([
    ['gen_ai.response.finish_reason', CHAT],
    ['anthropic.message.stop_reason', CHAT],
    ['llm.finish_reason', { 'openinference.span.kind': 'LLM' }],
    ['ai.response.finishReason', { 'ai.operationId': 'ai.generateText.doGenerate' }],
  ])('%s', (name, sign) => {
    expect(read({ attributes: { ...sign, [name]: 'error' } }).error).toBe(true);
    expect(read({ attributes: { ...sign, [name]: 'stop' } }).error).toBeUndefined();
  });

  test('the first attribute with a reason counts', () => {
    const both = { 'gen_ai.response.finish_reasons': ['stop'], 'gen_ai.response.finish_reason': 'error' };
    expect(read({ attributes: { ...CHAT, ...both } }).error).toBeUndefined();
  });

  test('an agent whose last call failed has not failed by that', () => {
    const attributes = {
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.response.finish_reasons': ['error'],
    };
    expect(read({ attributes }).error).toBeUndefined();
  });
});
