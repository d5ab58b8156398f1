import { expect } from '@jest/globals';
import type { TestSpan } from '../support/send.ts';
import { openTestWalk, type TestWalk } from '../support/walk.ts';

export type Said = NonNullable<TestSpan['attributes']>;

/** A call as OpenTelemetry's conventions tell it, 1000 tokens in and 100 out unless said otherwise. */
export const call = (
  trace: string,
  span: string,
  said: Said = {},
  place: Partial<TestSpan> = {},
): TestSpan => ({
  trace,
  span,
  attributes: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.response.model': 'gpt-4o-2024-08-06',
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.output_tokens': 100,
    ...said,
  },
  ...place,
});

/** The same call as a framework under OpenInference tells it: without a response id, by the name that was asked for. */
export const framed = (
  trace: string,
  span: string,
  said: Said = {},
  place: Partial<TestSpan> = {},
): TestSpan => ({
  trace,
  span,
  attributes: {
    'openinference.span.kind': 'LLM',
    'llm.provider': 'openai',
    'llm.model_name': 'gpt-4o',
    'llm.token_count.prompt': 1000,
    'llm.token_count.completion': 100,
    ...said,
  },
  ...place,
});

export const agent = (
  trace: string,
  span: string,
  session?: string,
  place: Partial<TestSpan> = {},
): TestSpan => ({
  trace,
  span,
  attributes: {
    'gen_ai.operation.name': 'invoke_agent',
    ...(session !== undefined && { 'agent.session.id': session }),
  },
  ...place,
});

export const id = (text: string): Said => ({ 'gen_ai.response.id': text });
export const session = (text: string): Said => ({ 'agent.session.id': text });

/** Each task with its tokens, calls and what was not counted. */
export async function told({ rooms: { ledger } }: TestWalk): Promise<string[]> {
  const { tasks } = await ledger.tasks({ sort: 'started_at', limit: 20 });
  const lines = [];
  for (const { taskId, tokens, calls } of tasks) {
    const { suppressed, flags } = (await ledger.task(taskId))!;
    const left = suppressed.map(({ spanId, rule }) => `-${spanId.at(-1)}:${rule}`).sort();
    const flagged = flags.filter((flag) => flag === 'suspected_twin' || flag === 'running_total');
    const name = taskId.replace(/^0+/, '');
    lines.push(
      [`${name}: ${tokens.input}+${tokens.output} in ${calls.inference}`, ...left, ...flagged].join(' '),
    );
  }
  return lines.sort();
}

/** Settles each batch by itself; the answer is the same in both orders. */
export async function bothWays(batches: readonly (readonly TestSpan[])[]): Promise<string[]> {
  const answers: string[][] = [];
  for (const order of [batches, batches.toReversed()]) {
    const walk = await openTestWalk();
    for (const batch of order) {
      await walk.take(batch);
      await walk.settleAfter(10_000);
    }
    answers.push(await told(walk));
  }
  expect(answers[1]).toEqual(answers[0]);
  return answers[0]!;
}
