import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/domain/fact.ts';
import { distinct } from '../../src/untangle/distinct.ts';
import { growTrace, holds } from '../../src/untangle/trace.ts';
import { untangle } from '../../src/untangle/untangle.ts';
import { draw, fact, told, usage } from './traces.ts';

const ids = (facts: readonly Fact[]) => facts.map((one) => one.spanId).join(' ');

describe('each span once', () => {
  test('an exporter’s retry is no news: the first arrival stays', () => {
    const first = fact('a', '', { kind: 'tool', receivedAt: 5 });
    const retry = fact('a', '', { kind: 'tool', receivedAt: 9 });
    expect(distinct([retry, first])).toEqual([first]);
    expect(untangle([first, retry, first])).toMatchObject({ repeats: 2, claims: [{ receivedAt: 5 }] });
  });

  test.each([
    ['the later end', fact('a', '', { end: 3n }), fact('a', '', { end: 2n, usage: usage(9) })],
    ['more usage', fact('a', '', { usage: usage(9) }), fact('a', '', { usage: usage(8), model: 'z' })],
    ['usage before none', fact('a', '', { usage: usage(0) }), fact('a', '', { model: 'z' })],
    ['a fixed order of contents', fact('a', '', { model: 'z' }), fact('a', '', { model: 'b' })],
  ])('of two contents: %s', (_, kept, dropped) => {
    expect(distinct([kept, dropped])).toEqual([kept]);
    expect(distinct([dropped, kept])).toEqual([kept]);
  });

  test('the order in which a fact’s fields were set is no difference', () => {
    const one = fact('a', '', { model: 'm', provider: 'p' });
    const other = Object.fromEntries(Object.entries(one).reverse()) as unknown as Fact;
    expect(distinct([one, other])).toEqual([one]);
  });

  test('in order of start and span id', () => {
    const late = fact('a', '', { start: 9n });
    const early = fact('c', '', { start: 1n });
    const same = fact('b', '', { start: 1n });
    expect(ids(distinct([late, early, same]))).toBe('b c a');
  });
});

describe('the tree', () => {
  test('parents before children, however they arrive', () => {
    const trace = growTrace(draw('a edge\n  b edge\n    c edge\n  d edge').reverse());
    expect(ids(trace.facts)).toBe('a b c d');
    expect(trace.parent).toEqual([-1, 0, 1, 0]);
    expect(trace.last).toEqual([3, 2, 2, 3]);
    expect(trace.depth).toEqual([0, 1, 2, 1]);
    expect(holds(trace, 1, 2)).toBe(true);
    expect(holds(trace, 1, 3)).toBe(false);
  });

  test('a child that started before its parent (skewed clocks)', () => {
    const trace = growTrace([fact('a', '', { start: 9n }), fact('b', 'a', { start: 1n })]);
    expect(ids(trace.facts)).toBe('a b');
  });

  test('an unseen parent makes a span top-most, and so does being one’s own parent', () => {
    expect(growTrace([fact('a', 'gone'), fact('b', 'b')]).parent).toEqual([-1, -1]);
  });

  test('a circle of parents is cut above its earliest span, whatever hangs on it', () => {
    const circle = [
      fact('x', 'a', { start: 0n }),
      fact('a', 'c', { start: 2n }),
      fact('b', 'a', { start: 1n }),
      fact('c', 'b', { start: 3n }),
    ];
    for (const facts of [circle, [...circle].reverse()]) {
      const trace = growTrace(facts);
      expect(ids(trace.facts)).toBe('b c a x');
      expect(trace.parent).toEqual([-1, 0, 1, 2]);
    }
  });

  test('a chain of 100,000 spans, each a layer of one call', () => {
    const chain = Array.from({ length: 100_000 }, (_, at) =>
      fact(`${at}`, at === 0 ? '' : `${at - 1}`, { kind: 'inference', usage: usage(at + 1) }),
    );
    expect(told(untangle(chain))).toBe('99999:100000+0');
  });

  test.each([
    ['calls with ids of their own', { kind: 'inference', usage: usage(1) }, 'responseId'],
    ['tools of different names', { kind: 'tool' }, 'tool'],
    ['tasks in tasks', { kind: 'agent' }, 'task'],
  ] as const)('a deep chain of %s is answered in good time', (_, sayings, name) => {
    const chain = Array.from({ length: 30_000 }, (_, at) => {
      const own = name === 'task' ? { identity: { task: `${at}` } } : { [name]: `${at}` };
      return fact(`${at}`, at === 0 ? '' : `${at - 1}`, { ...sayings, ...own });
    });
    const start = performance.now();
    const { uses, claims } = untangle(chain);
    expect(Math.max(uses.length, claims.length)).toBe(30_000);
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
