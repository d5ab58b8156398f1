import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseWindow } from '../../src/domain/window.ts';
import { table } from '../support/table.ts';

const cases = table(`
  text          ms
  1s            1000
  90m           5400000
  1h            3600000
  24h           86400000
  7d            604800000
  36525d        3155760000000
  36526d        _
  0h            _
  -1h           _
  1.5h          _
  1w            _
  h             _
  1·h           _
  1H            _
  3155760000s   3155760000000
  3155760001s   _
  52596000m     3155760000000
  52596001m     _
  876600h       3155760000000
  876601h       _
  10000000000s  _
  01h           _
  +1h           _
  1h1m          _
  1hh           _
  1ms           _
  _             _
`);
test.each(cases)('$text', ({ text, ms }) => {
  expect(parseWindow(text!)).toEqual(ms === '' ? undefined : { name: text, ms: Number(ms) });
});

test('a window is its count of its unit, under the name it was given', () => {
  const unit = fc.constantFrom<[string, number]>(['s', 1], ['m', 60], ['h', 3600], ['d', 86_400]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 36_525 }), unit, (count, [name, seconds]) => {
      const text = `${count}${name}`;
      expect(parseWindow(text)).toEqual({ name: text, ms: count * seconds * 1000 });
      expect(parseWindow(` ${text}`)).toBeUndefined();
      expect(parseWindow(`${text}\n`)).toBeUndefined();
    }),
  );
});
