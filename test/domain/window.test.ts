import { expect, test } from '@jest/globals';
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
  10000000000s  _
`);
test.each(cases)('$text', ({ text, ms }) => {
  expect(parseWindow(text!)).toEqual(ms === '' ? undefined : { name: text, ms: Number(ms) });
});
