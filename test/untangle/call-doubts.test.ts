import { describe, expect, test } from '@jest/globals';
import type { ModelUse } from '../../src/domain/use.ts';
import { untangle } from '../../src/untangle/untangle.ts';
import { draw, fact, usage } from './traces.ts';

describe('what one layer of a call knows and another does not', () => {
  test('how long a cache write lives, from the layer that knows it', () => {
    const written = (outer: string, inner: string) => {
      const { usage } = untangle(
        draw(`\n      a inference in=900 out=9 ${outer}\n        b inference in=900 out=9 ${inner}`),
      ).uses[0] as ModelUse;
      return [usage!.cacheRead, usage!.cacheWrite5m, usage!.cacheWrite1h];
    };
    expect(written('read=400 write1h=30 write=70', 'read=400 write=100')).toEqual([400, 70, 30]);
    expect(written('read=400 write=100', 'read=400 write1h=30 write=70')).toEqual([400, 70, 30]);
    // Another cache altogether: the layer nearer to the provider is believed.
    expect(written('read=400 write1h=30 write=70', 'read=401 write=100')).toEqual([401, 100, 0]);
    expect(written('read=400 write1h=30 write=70', 'read=400 write=99')).toEqual([400, 99, 0]);
  });

  test('what one layer of a call leaves out is no doubt where another layer says it', () => {
    const flags = ['cache_unreported', 'reasoning_unreported', 'clamped'] as const;
    const seen = usage(9, 3);
    const doubts = (outer: Parameters<typeof fact>[2]) => {
      const blind = fact('b', 'a', { kind: 'inference', model: 'm', flags, usage: seen });
      const { claims, uses } = untangle([fact('a', '', outer), blind]);
      return [claims[0]!.flags, uses.map((use) => use.fact.flags)];
    };
    expect(doubts({ kind: 'agent' })).toEqual([
      ['clamped', 'cache_unreported', 'reasoning_unreported'],
      [flags],
    ]);
    const seeing = { kind: 'inference', model: 'm' } as const;
    expect(doubts({ ...seeing, usage: seen })).toEqual([['clamped'], [['clamped']]]);
    expect(doubts({ ...seeing, usage: seen, flags: ['cache_unreported'] })).toEqual([
      ['clamped', 'cache_unreported'],
      [['cache_unreported', 'clamped']],
    ]);
    // A layer without usage has not seen anything.
    expect(doubts(seeing)[0]).toEqual(['clamped', 'cache_unreported', 'reasoning_unreported']);
  });
});
