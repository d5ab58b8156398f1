import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatTime, nanosOfMs, parseTime } from '../../src/lib/rfc3339.ts';
import { table } from '../support/table.ts';

describe('times as text', () => {
  const cases = table(`
    text                                     nanos                  back
    1970-01-01T00:00:00Z                     0                      1970-01-01T00:00:00Z
    2026-11-23T12:00:00Z                     1795435200000000000    2026-11-23T12:00:00Z
    2026-11-23t12:00:00z                     1795435200000000000    2026-11-23T12:00:00Z
    2026-11-23·12:00:00Z                     1795435200000000000    2026-11-23T12:00:00Z
    2026-11-23T12:00:00.5Z                   1795435200500000000    2026-11-23T12:00:00.5Z
    2026-11-23T12:00:00.123456789Z           1795435200123456789    2026-11-23T12:00:00.123456789Z
    2026-11-23T12:00:00.1234567899Z          1795435200123456789    2026-11-23T12:00:00.123456789Z
    2026-11-23T12:00:00.000Z                 1795435200000000000    2026-11-23T12:00:00Z
    2026-11-23T13:30:00+01:30                1795435200000000000    2026-11-23T12:00:00Z
    2026-11-22T23:00:00-13:00                1795435200000000000    2026-11-23T12:00:00Z
    2016-12-31T23:59:60Z                     1483228800000000000    2017-01-01T00:00:00Z
    1969-12-31T23:59:59.999999999Z           -1                     1969-12-31T23:59:59.999999999Z
    2024-02-29T00:00:00Z                     1709164800000000000    2024-02-29T00:00:00Z
    0001-01-01T00:00:00Z                     -62135596800000000000  0001-01-01T00:00:00Z
    2023-02-29T00:00:00Z                     _                      _
    1900-02-29T00:00:00Z                     _                      _
    2026-13-01T00:00:00Z                     _                      _
    2026-00-01T00:00:00Z                     _                      _
    2026-04-31T00:00:00Z                     _                      _
    2026-11-23T24:00:00Z                     _                      _
    2026-11-23T12:60:00Z                     _                      _
    2026-11-23T12:00:00                      _                      _
    2026-11-23                               _                      _
    2026-11-23T12:00:61Z                     _                      _
    2026-11-23T12:00:00+23:59                1795348860000000000    2026-11-22T12:01:00Z
    2026-11-23T12:00:00-00:00                1795435200000000000    2026-11-23T12:00:00Z
    2026-11-23T12:00:00+24:00                _                      _
    2026-11-23T12:00:00+00:60                _                      _
    2026-11-23T12:00:00+0100                 _                      _
    2026-11-23T12:00Z                        _                      _
    2026-11-23T12:00:00.123456789012345678Z  1795435200123456789    2026-11-23T12:00:00.123456789Z
    2026-11-23T12:00:00.1234567890123456789Z _                      _
    02026-11-23T12:00:00Z                    _                      _
    2026-11-23T12:00:00ZZ                    _                      _
    2026-11-23T12:00:00.Z                    _                      _
    yesterday                                _                      _
    1795435200                               _                      _
  `);
  test.each(cases)('$text', ({ text, nanos, back }) => {
    const parsed = parseTime(text!);
    expect(parsed?.toString() ?? '').toBe(nanos);
    if (parsed !== undefined) expect(formatTime(parsed)).toBe(back);
  });

  test('every time of four-digit years survives being written and read', () => {
    const year0 = -62_167_219_200_000_000_000n;
    const year9999 = 253_402_300_799_999_999_999n;
    fc.assert(
      fc.property(fc.bigInt({ min: year0, max: year9999 }), (nanos) => {
        expect(parseTime(formatTime(nanos))).toBe(nanos);
      }),
    );
  });
});

describe('days of the calendar', () => {
  const months = table(`
    month  days  leap
    01     31    31
    02     28    29
    03     31    31
    04     30    30
    05     31    31
    06     30    30
    07     31    31
    08     31    31
    09     30    30
    10     31    31
    11     30    30
    12     31    31
  `);
  const has = (year: string, month: string, day: number): boolean =>
    parseTime(`${year}-${month}-${String(day).padStart(2, '0')}T00:00:00Z`) !== undefined;

  test.each(months)('month $month has $days days, in a leap year $leap', ({ month, days, leap }) => {
    for (const [year, last] of [
      ['2026', Number(days)],
      ['1900', Number(days)],
      ['2024', Number(leap)],
      ['2000', Number(leap)],
    ] as const) {
      expect([0, 1, last, last + 1].map((day) => has(year, month!, day))).toEqual([false, true, true, false]);
    }
  });

  test('a time of any place is the time of UTC less its offset', () => {
    const part = (max: number) => fc.nat({ max });
    const two = (value: number) => String(value).padStart(2, '0');
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 1970, max: 2200 }), part(11), part(27), part(23), part(59), part(59)),
        fc.constantFrom('+', '-'),
        part(23),
        part(59),
        ([year, month, day, hour, minute, second], sign, hours, minutes) => {
          const utc = Date.UTC(year, month, day + 1, hour, minute, second);
          const offset = (sign === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000;
          const date = `${year}-${two(month + 1)}-${two(day + 1)}`;
          const text = `${date}T${two(hour)}:${two(minute)}:${two(second)}${sign}${two(hours)}:${two(minutes)}`;
          expect(parseTime(text)).toBe(nanosOfMs(utc - offset));
        },
      ),
    );
  });

  test('milliseconds are a million nanoseconds each', () => {
    expect(nanosOfMs(0)).toBe(0n);
    expect(nanosOfMs(-1)).toBe(-1_000_000n);
    expect(nanosOfMs(1_795_435_200_123)).toBe(1_795_435_200_123_000_000n);
  });
});
