import { describe, expect, test } from '@jest/globals';
import { openRow } from '../../src/price/user-match.ts';
import type { UserPattern } from '../../src/price/user-table.ts';
import { table } from '../support/table.ts';

const rowOf = (...patterns: readonly UserPattern[]) =>
  openRow({
    kind: 'model',
    provider: '',
    patterns,
    line: 1,
    priceId: 'p',
    periods: [],
    file: 'prices.yaml',
  });

describe('how well a pattern of the user’s fits', () => {
  const cases = table(`
    kind    text   name              rank
    exact   model  model             3000000
    exact   model  model-20260101    _
    exact   model  models            _
    dated   model  model             3000000
    dated   model  model-20260101    2000000
    dated   model  model-2026-01-01  2000000
    dated   model  model-2026-0101   _
    dated   model  model-202601011   _
    dated   model  model-2026-01-011 _
    dated   model  model-19990101    _
    dated   model  model20260101     _
    dated   model  model-x-20260101  _
    dated   model  xmodel-20260101   _
    prefix  model  model             5
    prefix  model  model-2           5
    prefix  model  a-model           _
    glob    m*l    model             2
    glob    *      model             0
    glob    **el   model             2
    glob    m*l    models            _
    glob    model  model             5
  `);
  test.each(cases)('$kind "$text" and $name', ({ kind, text, name, rank }) => {
    const pattern = { kind: kind as UserPattern['kind'], text: text! };
    expect(rowOf(pattern).rank(name!)?.toString() ?? '').toBe(rank);
  });

  test('of several the best, wherever it stands', () => {
    const patterns: readonly UserPattern[] = [
      { kind: 'glob', text: '*' },
      { kind: 'exact', text: 'model' },
      { kind: 'prefix', text: 'mod' },
      { kind: 'exact', text: 'other' },
    ];
    for (const order of [patterns, [...patterns].reverse()]) {
      const row = rowOf(...order);
      expect(['model', 'modern', 'x'].map((name) => row.rank(name))).toEqual([3_000_000, 3, 0]);
    }
    expect(rowOf().rank('x')).toBeUndefined();
  });
});
