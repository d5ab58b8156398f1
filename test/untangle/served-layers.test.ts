import { describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/domain/fact.ts';
import { untangle } from '../../src/untangle/untangle.ts';
import { fact, usage } from '../support/facts.ts';

/** A framework's span over the client's, which is charged: one call by its response id. */
function charged(outer: Partial<Fact>, inner: Partial<Fact>): string {
  const call = { kind: 'inference', model: 'm', responseId: 'r', usage: usage(10, 5) } as const;
  const facts = [
    fact({ spanId: '1', ...call, ...outer }),
    fact({ spanId: '2', parentId: '1', ...call, ...inner }),
  ];
  const uses = untangle(facts).uses;
  expect(uses).toHaveLength(1);
  const { served, flags = [] } = uses[0]!.fact;
  return [...Object.entries(served ?? {}).map(([name, value]) => `${name}=${value}`), ...flags].join(' ');
}

describe('how a call was served, told by its layers', () => {
  const asked = { served: { tier: 'priority' }, flags: ['tier_requested'] } as const;
  test.each<[string, Partial<Fact>, Partial<Fact>, string]>([
    ['nobody says', {}, {}, ''],
    ['the client says', {}, { served: { tier: 'flex' } }, 'tier=flex'],
    ['the framework says', { served: { tier: 'flex' } }, {}, 'tier=flex'],
    [
      'both say: the client is believed',
      { served: { tier: 'batch' } },
      { served: { tier: 'flex' } },
      'tier=flex',
    ],
    ['each says a part', { served: { tier: 'flex' } }, { served: { region: 'eu' } }, 'tier=flex region=eu'],
    ['the client knows what it asked for', {}, asked, 'tier=priority tier_requested'],
    ['and the framework what served', { served: { tier: 'flex' } }, asked, 'tier=flex'],
    // The client may know that it was the standard tier, which is said by saying none.
    ['the framework only knows what it asked for', asked, {}, ''],
  ])('%s', (_, outer, inner, wanted) => {
    expect(charged(outer, inner)).toBe(wanted);
  });
});
