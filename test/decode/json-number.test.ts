import { describe, expect, test } from '@jest/globals';
import { table } from '../support/table.ts';
import { messageOf, tagOf, withIds } from './json-bodies.ts';

/** Numbers of section 1.4 of the receiver's reference. */
describe('1.4 J5: 64-bit numbers are exact, in quotes or bare', () => {
  test.each(
    table(`
    written                   nanoseconds
    "1795000000123456789"     1795000000123456789
    1795000000123456789       1795000000123456789
    18446744073709551615      18446744073709551615
    "18446744073709551615"    18446744073709551615
    9999999999999999999       9999999999999999999
    0                         0
    "0"                       0
    -0                        0
    null                      0
    1e3                       1000
    "1e3"                     1000
    1.5E1                     15
    179500000012345678.9e1    1795000000123456789
    1795000000.123456789e+9   1795000000123456789
    10.0                      10
  `),
  )('$written is $nanoseconds', ({ written, nanoseconds }) => {
    const { spans } = withIds(`"startTimeUnixNano":${written},"endTimeUnixNano":${written}`);
    expect([spans[0]!.start, spans[0]!.end]).toEqual([BigInt(nanoseconds!), BigInt(nanoseconds!)]);
  });

  test.each([
    '18446744073709551616',
    '"-1"',
    '1.5',
    '"1.5"',
    '""',
    '"0x10"',
    '"1 "',
    '"noon"',
    'true',
    '[]',
    '1e999',
    '1e-1',
  ])('a time of %s is malformed', (written) =>
    expect(messageOf(withIds(`"endTimeUnixNano":${written}`))).toMatch(
      /wanted a .*number.* endTimeUnixNano$/,
    ),
  );

  test.each(
    table(`
    written                   text                    number
    5                         5                       5
    "5"                       5                       5
    "-5"                      -5                      -5
    9223372036854775807       9223372036854775807     9223372036854775807
    "-9223372036854775808"    -9223372036854775808    -9223372036854775808
    9007199254740993          9007199254740993        9007199254740993
    1e3                       1000                    1000
    -12.50e2                  -1250                   -1250
  `),
  )('intValue $written is $text', ({ written, text, number }) => {
    expect(tagOf(`{"intValue":${written}}`).spans[0]!.attributes.tags).toMatchObject({
      text,
      number: Number(number),
    });
  });

  test.each(['9223372036854775808', '"-9223372036854775809"', '0.5', '"x"', 'false'])(
    'intValue %s is malformed',
    (written) => {
      expect(messageOf(tagOf(`{"intValue":${written}}`))).toMatch(/wanted a .*number.* intValue$/);
    },
  );
});

describe('1.4 J6: doubles are numbers, or words for what JSON has no number for', () => {
  test.each(
    table(`
    written        seen
    0.1            0.1
    "0.1"          0.1
    -0             -0
    3              3
    1e308          1e308
    5e-324         5e-324
    "NaN"          NaN
    "Infinity"     Infinity
    "-Infinity"    -Infinity
  `),
  )('$written is $seen', ({ written, seen }) => {
    expect(tagOf(`{"doubleValue":${written}}`).spans[0]!.attributes.tags!.number).toBe(Number(seen));
  });

  test.each(['"nan"', '"inf"', '""', '"toString"', 'true', '{}', '"0x1"'])('%s is malformed', (written) => {
    expect(messageOf(tagOf(`{"doubleValue":${written}}`))).toMatch(/wanted a number for doubleValue$/);
  });
});
