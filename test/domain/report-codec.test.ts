import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isFactsRecord } from '../../src/domain/fact-reader.ts';
import { FactWriter } from '../../src/domain/fact-writer.ts';
import type { MicroUnits, UsdPico } from '../../src/domain/money.ts';
import { isReportsRecord, readReports, writeReports } from '../../src/domain/report-codec.ts';
import { OUTCOMES, type OutcomeReport } from '../../src/domain/task.ts';

const REPORT: OutcomeReport = {
  taskId: 'ticket-1',
  outcome: 'solved',
  at: 1_795_435_200_000_000_000n,
  remediation: undefined,
  value: undefined,
  source: '',
  key: 'k',
};

/** Texts that look like the amounts beside them, among any others. */
const text = fc.oneof(
  fc.constantFrom('', '5n', 'n', '-5n', '123', 'at', '"', '\\', '\u2028', '\u0000'),
  fc.string({ maxLength: 12 }),
);
const pico = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map((amount) => amount as UsdPico);
const micro = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }).map((amount) => amount as MicroUnits);

const report: fc.Arbitrary<OutcomeReport> = fc.record({
  taskId: text,
  outcome: fc.constantFrom(...OUTCOMES),
  at: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
  remediation: fc.option(fc.record({ cost: pico, minutes: micro }, { requiredKeys: [] }), { nil: undefined }),
  value: fc.option(pico, { nil: undefined }),
  source: text,
  key: text,
});

describe('a record of reports', () => {
  test('gives back every report, each amount to the last digit and each text as it was', () => {
    fc.assert(
      fc.property(fc.array(report, { maxLength: 4 }), (reports) => {
        expect(readReports(writeReports(reports))).toEqual(reports);
      }),
    );
  });

  test('is read in the middle of other bytes', () => {
    const record = writeReports([REPORT]);
    const whole = Buffer.concat([Buffer.alloc(7, 0xaa), record, Buffer.alloc(3, 0xbb)]);
    expect(readReports(whole.subarray(7, 7 + record.length))).toEqual([REPORT]);
    const plain = new Uint8Array(whole).subarray(7, 7 + record.length);
    expect(readReports(plain)).toEqual([REPORT]);
  });

  test('is its head and JSON: journals outlive the version that wrote them', () => {
    const record = writeReports([
      { ...REPORT, remediation: { cost: 10n as UsdPico, minutes: 5n as MicroUnits }, value: 2n as UsdPico },
    ]);
    expect([...record.subarray(0, 2)]).toEqual([1, 2]);
    expect(record.subarray(2).toString()).toBe(
      '[{"taskId":"ticket-1","outcome":"solved","at":"1795435200000000000n",' +
        '"remediation":{"cost":"10n","minutes":"5n"},"value":"2n","source":"","key":"k"}]',
    );
  });

  test('is told from a record of facts by its head', () => {
    const reports = writeReports([]);
    expect([isReportsRecord(reports), isFactsRecord(reports)]).toEqual([true, false]);
    const writer = new FactWriter();
    writer.begin(0);
    const facts = writer.finish();
    expect([isReportsRecord(facts), isFactsRecord(facts)]).toEqual([false, true]);
    expect(isReportsRecord(Uint8Array.of(2, 2))).toBe(false);
    expect(isReportsRecord(Uint8Array.of(1))).toBe(false);
    expect(isReportsRecord(new Uint8Array(0))).toBe(false);
  });
});
