/** Which of two spans of one call stays, and what it learns from the other. */
import { describe, expect, test } from '@jest/globals';
import { untangle } from '../../src/untangle/untangle.ts';
import { draw, fact, usage } from './traces.ts';

const NATIVE = 'inference dialect=gen-ai model=m in=10 out=2';
const OTHER = 'inference dialect=openinference model=m in=10 out=2';

describe('one model by two names', () => {
  test.each([
    ['gpt-4o', 'gpt-4o', true],
    ['gpt-4o', 'gpt-4o-2024-08-06', true],
    ['gpt-4o-2024-08-06', 'gpt-4o', true],
    ['gpt-4', 'gpt-4-0613', true],
    ['claude-sonnet-4-5', 'claude-sonnet-4-5-20250929', true],
    ['claude-sonnet-4-5', 'claude-sonnet-4-5@20250929', true],
    ['claude-sonnet-4', 'claude-sonnet-4-5', false],
    ['claude-sonnet-4', 'claude-sonnet-4-5-20250929', false],
    ['gemini-1.5-pro', 'gemini-1.5-pro-002', true],
    ['gpt-5', 'gpt-5-mini', false],
    ['gpt-4', 'gpt-4o', false],
    ['gpt-4o', 'gpt-4o-mini-2024-07-18', false],
    ['gpt-4o-2024-05-13', 'gpt-4o-2024-08-06', false],
    ['m', 'n', false],
  ])('%s and %s', (left, right, same) => {
    const call = (id: string, dialect: string, model: string) =>
      fact(id, 'r', { kind: 'inference', usage: usage(10, 2), dialect, model });
    const { uses } = untangle([
      fact('r', '', { kind: 'agent' }),
      call('a', 'openinference', left),
      call('b', 'gen-ai', right),
    ]);
    expect(uses).toHaveLength(same ? 1 : 2);
    if (same) expect(uses[0]!.fact.model).toBe(left.length > right.length ? left : right);
  });
});

test('the one that stays learns what only the other knows', () => {
  const { uses } = untangle(
    draw(`
    r agent
      c workflow
        a ${OTHER} read=5 thought=1
      b ${NATIVE} id=x provider=openai write=1 inference=0.5 unit=image`),
  );
  expect(uses).toHaveLength(1);
  expect(uses[0]).toMatchObject({
    fact: { spanId: 'a', provider: 'openai', model: 'm', stated: { usd: '0.5' } },
    usage: usage(10, 2, { cacheRead: 5, reasoning: 1 }),
    units: [{ unit: 'image', quantity: '1' }],
  });
});

test('the dated model stays, whose price may be its own, and learns the detail', () => {
  const { uses } = untangle(
    draw(`
    r agent
      c workflow
        a inference dialect=openinference model=gpt-4o in=10 out=2 read=5 thought=1
      b inference dialect=gen-ai model=gpt-4o-2024-05-13 in=10 out=2 id=x`),
  );
  expect(uses).toHaveLength(1);
  expect(uses[0]).toMatchObject({
    fact: { spanId: 'b', model: 'gpt-4o-2024-05-13' },
    usage: usage(10, 2, { cacheRead: 5, reasoning: 1 }),
  });
});
