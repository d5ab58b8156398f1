import { expect, test } from '@jest/globals';
import { type CountList, describeCounts, expectTested } from './lists.ts';
import { openReader } from './reading.ts';

const read = openReader();
const SUM = 'gen_ai.aggregated_usage.';
const RUN = {
  'gen_ai.operation.name': 'invoke_agent',
  [`${SUM}input_tokens`]: 5,
  [`${SUM}output_tokens`]: 5,
};

const COUNTS: readonly CountList[] = [
  ['input of a run', { 'gen_ai.operation.name': 'invoke_agent' }, 'input', [`${SUM}input_tokens`]],
  ['output of a run', { 'gen_ai.operation.name': 'invoke_agent' }, 'output', [`${SUM}output_tokens`]],
  [
    'cache reads of a run',
    RUN,
    'cacheRead',
    [`${SUM}cache_read.input_tokens`, `${SUM}details.cache_read_tokens`],
  ],
  [
    'cache writes of a run',
    RUN,
    'cacheWrite5m',
    [
      `${SUM}cache_write.input_tokens`,
      `${SUM}cache_creation.input_tokens`,
      `${SUM}details.cache_write_tokens`,
    ],
  ],
  [
    'thoughts of a run',
    { ...RUN, [`${SUM}output_tokens`]: 50 },
    'reasoning',
    [`${SUM}reasoning.output_tokens`, `${SUM}details.reasoning_tokens`],
  ],
];
describeCounts(COUNTS);

test('a sum makes a wrapper of a span that says nothing else', () => {
  expect(read({ attributes: { [`${SUM}input_tokens`]: 5 } })).toMatchObject({
    kind: 'agent',
    dialect: 'pydantic-ai',
    usage: { input: 5 },
  });
});

test('a call has no sum', () => {
  const attributes = { 'gen_ai.operation.name': 'chat', [`${SUM}input_tokens`]: 5 };
  expect(read({ attributes })).toMatchObject({ kind: 'inference', usage: undefined });
});

test("the run's own usage is believed before its sum", () => {
  expect(read({ attributes: { ...RUN, 'gen_ai.usage.input_tokens': 7 } }).usage?.input).toBe(7);
});

test('it reads what is tested here', () => {
  expectTested(['pydantic-ai'], { alone: [], texts: [], counts: COUNTS });
});
