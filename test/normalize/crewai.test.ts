import { expect, test } from '@jest/globals';
import { expectTested } from './lists.ts';
import { openReader } from './reading.ts';

const read = openReader();
const METRICS = 'crewai.crew.usage_metrics';
const PRINTED =
  "{'total_tokens': 8336, 'prompt_tokens': 6928, 'cached_prompt_tokens': 4096, 'completion_tokens': 1408, " +
  "'reasoning_tokens': 256, 'cache_creation_tokens': 1024, 'successful_requests': 4}";
const USAGE = {
  input: 6928,
  cacheRead: 4096,
  cacheWrite5m: 1024,
  cacheWrite1h: 0,
  output: 1408,
  reasoning: 256,
};

test.each([
  ['a workflow', {}, 'workflow'],
  ['an agent, as OpenLLMetry says', { 'gen_ai.operation.name': 'invoke_agent' }, 'agent'],
])('a crew is %s, with the sum of all', (_what, attributes, kind) => {
  const meaning = read({ name: 'crewai.workflow', attributes: { ...attributes, [METRICS]: PRINTED } });
  expect(meaning).toMatchObject({ kind, usage: USAGE, model: undefined });
});

test("a call's own counts are not the crew's", () => {
  const attributes = { 'gen_ai.operation.name': 'chat', [METRICS]: PRINTED };
  expect(read({ attributes })).toMatchObject({ kind: 'inference', usage: undefined });
});

test.each([['None'], ['{}'], ["{'total_tokens': 0}"]])('%s is no usage', (text) => {
  expect(read({ attributes: { [METRICS]: text } })).toMatchObject({ kind: 'workflow', usage: undefined });
});

test('it reads what is tested here', () => {
  expectTested(['crewai'], { alone: [METRICS], texts: [], counts: [] });
});
