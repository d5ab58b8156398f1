/**
 * **Goal**: more spans of running traces than may be held are neither refused nor lost: what is held stays within the
 * limit, and what was put aside comes back with the next span of its trace.
 * **Method**: traces of a hundred agents at once, each told span by span over the whole time, children long after their
 * parents and the root last; the clock stands still, so that no trace is ever ripe by its time.
 */
import { expect, test } from '@jest/globals';
import type { TestSpan } from '../support/send.ts';
import { openTestWalk } from '../support/walk.ts';

const LIMIT = 200;
const TRACES = 100;
const ROUNDS = 12;

const call = (trace: number, round: number): TestSpan => ({
  trace: `${trace + 1}`,
  span: `${round + 2}`,
  parent: '1',
  start: round,
  attributes: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'openai',
    'gen_ai.response.model': 'gpt-4o',
    'gen_ai.response.id': `chatcmpl-${trace}-${round}`,
    'gen_ai.usage.input_tokens': 100 + trace,
    'gen_ai.usage.output_tokens': 1 + round,
  },
});

const root = (trace: number): TestSpan => ({
  trace: `${trace + 1}`,
  span: '1',
  end: ROUNDS,
  attributes: { 'gen_ai.operation.name': 'invoke_agent', 'agent.session.id': `task-${trace}` },
});

test('running traces past the limit are put aside and come back, nobody is refused, and every total is exact', async () => {
  const walk = await openTestWalk({ pendingSpansMax: LIMIT });
  let most = 0;
  const tell = async (spans: readonly TestSpan[]) => {
    expect(await walk.take(spans)).toMatchObject({ kind: 'accepted' });
    most = Math.max(most, walk.rooms.openTraces.spans);
    await walk.settleAfter(0);
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (let from = 0; from < TRACES; from += 25) {
      await tell(Array.from({ length: 25 }, (_, at) => call(from + at, round)));
    }
  }
  for (let from = 0; from < TRACES; from += 25) {
    await tell(Array.from({ length: 25 }, (_, at) => root(from + at)));
  }
  // As much as waited is what the limit lets wait, and not what was told.
  expect(most).toBeLessThanOrEqual(LIMIT);
  expect(most).toBeGreaterThan(LIMIT / 2);
  await walk.settleAfter(20_000);
  const { ledger } = walk.rooms;
  for (let trace = 0; trace < TRACES; trace += 1) {
    const task = (await ledger.task(`task-${trace}`))!;
    expect(task.tokens).toMatchObject({ input: ROUNDS * (100 + trace), output: (ROUNDS * (ROUNDS + 1)) / 2 });
    expect(task.calls.inference).toBe(ROUNDS);
  }
  expect((await ledger.tasks({ sort: 'cost', limit: 1000 })).tasks).toHaveLength(TRACES);
  const settled = walk.counter('facts_new');
  expect([settled, walk.counter('facts_repeated'), walk.counter('spans_edges')]).toEqual([
    TRACES * (ROUNDS + 1),
    0,
    0,
  ]);
});

test('a sender that is quicker than settling is told to come again, and loses nothing by it', async () => {
  const walk = await openTestWalk({ pendingSpansMax: 60 });
  const left = Array.from({ length: 30 }, (_, trace) => [root(trace), call(trace, 0), call(trace, 1)]);
  let refused = 0;
  while (left.length > 0) {
    const answer = await walk.take(left[0]!);
    if (answer.kind === 'accepted') left.shift();
    else {
      refused += 1;
      await walk.settleAfter(0);
    }
  }
  expect(refused).toBeGreaterThan(0);
  await walk.settleAfter(20_000);
  const { tasks } = await walk.rooms.ledger.tasks({ sort: 'cost', limit: 100 });
  expect(tasks.map(({ tokens }) => tokens.output)).toEqual(Array.from({ length: 30 }, () => 3));
});
