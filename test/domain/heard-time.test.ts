import { expect, test } from '@jest/globals';
import { believedTime } from '../../src/domain/heard-time.ts';

const ns = (time: string): bigint => BigInt(Date.parse(time)) * 1_000_000n;

/** A row: what a clock says, when that was heard, and what counts. */
test.each([
  ['2026-11-27T08:00:00Z', '2026-11-27T09:00:00Z', '2026-11-27T08:00:00Z'],
  ['2026-11-27T10:00:00Z', '2026-11-27T09:00:00Z', '2026-11-27T10:00:00Z'],
  ['2026-11-27T10:00:00.001Z', '2026-11-27T09:00:00Z', '2026-11-27T09:00:00Z'],
  ['2100-01-01T00:00:00Z', '2026-11-27T09:00:00Z', '2026-11-27T09:00:00Z'],
  ['2000-01-01T00:00:00Z', '2026-11-27T09:00:00Z', '2000-01-01T00:00:00Z'],
  ['1999-12-31T23:59:59.999Z', '2026-11-27T09:00:00Z', '2026-11-27T09:00:00Z'],
  ['1970-01-01T00:00:00Z', '2026-11-27T09:00:00Z', '2026-11-27T09:00:00Z'],
  // A machine that lives in 1970 altogether is at one with itself.
  ['1970-01-01T00:00:10Z', '1970-01-01T00:00:11Z', '1970-01-01T00:00:10Z'],
])('%s, heard at %s, counts as %s', (said, heard, counts) => {
  expect(believedTime(ns(said), Date.parse(heard))).toBe(ns(counts));
});
