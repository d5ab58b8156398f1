import { describe, expect, test } from '@jest/globals';
import { fitsScope, isBefore } from '../../src/normalize/scope.ts';
import { table } from '../support/table.ts';

describe('a version before another', () => {
  const cases = table(`
    version       other   before
    1.1.0         1.1.1   yes
    1.1.1         1.1.1   no
    1.1.2         1.1.1   no
    1.0           1.1.1   yes
    1.1           1.1.1   yes
    1             1.1.1   yes
    0.9.12        1.1.1   yes
    0.27.0        0.9     no
    10.0          9.1     no
    v1.0.2        1.1.1   yes
    1.1.1-rc.1    1.1.1   no
    1.0.0b2       1.1.1   yes
    _             1.1.1   no
    unknown       1.1.1   no
    1.1.1.1       1.1.1   no
  `);
  test.each(cases)('"$version" before $other: $before', ({ version = '', other = '', before }) => {
    expect(isBefore(version, other)).toBe(before === 'yes');
  });
});

test('a row fits by the beginning of the scope, the whole of it, or a version besides', () => {
  expect(fitsScope({ scope: 'ai' }, 'airline', '')).toBe(true);
  expect(fitsScope({ scope: 'ai', whole: true }, 'airline', '')).toBe(false);
  expect(fitsScope({ scope: 'ai', whole: true }, 'ai', '')).toBe(true);
  expect(fitsScope({ scope: 'ai' }, 'main', '')).toBe(false);
  expect(fitsScope({ scope: 'ai', before: '2' }, 'ai', '1.9')).toBe(true);
  expect(fitsScope({ scope: 'ai', before: '2' }, 'ai', '2.0')).toBe(false);
});
