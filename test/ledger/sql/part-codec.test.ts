import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TaskPart } from '../../../src/domain/task.ts';
import { partOf, partText, reportOf, reportText } from '../../../src/ledger/sql/part-codec.ts';
import { anyPart, anyReport } from '../changes.ts';
import { aPart } from '../samples.ts';

/** Past 2^53 a number is no longer every whole one. */
const BIG = 2n ** 53n + 1n;
const text = fc.string({ unit: 'binary', maxLength: 8 });

/** Texts that look like what the codec makes of bigints, and the names of its fields, where texts stand. */
const tricky = fc.oneof(text, fc.constantFrom('123', '0', 'amount', 'at', 'value', '__proto__', 'null'));
const trickyPart = fc
  .record({
    part: anyPart,
    names: fc.array(tricky, { minLength: 6, maxLength: 6 }),
    big: fc.bigInt(0n, 2n ** 63n - 1n),
  })
  .map(({ part, names, big }): TaskPart => {
    const [traceId, agentType, taskType, dimension, model, flag] = names as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    return {
      ...part,
      traceId,
      claim: { ...part.claim, agentType, taskType, dimensions: [dimension], startedAt: big, lastEnd: big },
      costs: [{ component: 'inference', provider: model, model, amount: big as never }],
      actions: [{ tool: model, status: 'ok', count: Number.MAX_SAFE_INTEGER }],
      flags: [flag, flag],
    };
  });

describe('a part', () => {
  test('comes back as it was', () => {
    fc.assert(fc.property(anyPart, (part) => expect(partOf(partText(part))).toEqual(part)));
  });

  test('comes back as it was, whatever its texts look like and however big its numbers', () => {
    fc.assert(fc.property(trickyPart, (part) => expect(partOf(partText(part))).toEqual(part)));
  });

  const whole = aPart();
  test.each<[string, Partial<TaskPart['claim']>]>([
    ['nothing that is optional', {}],
    ['a task type', { taskType: '' }],
    ['a prompt version', { promptVersion: '7' }],
    ['a user', { user: 'u-7' }],
    ['a root', { root: { end: BIG, error: true } }],
    ['an outcome', { outcome: { outcome: 'remediated', at: BIG } }],
    ['a value', { value: BIG as never }],
    ['a value of nothing', { value: 0n as never }],
    ['times before 1970', { startedAt: -1n, lastEnd: -BIG, topmost: { end: -1n, error: false } }],
    ['what was not counted', { suppressed: [{ spanId: 'a'.repeat(16), rule: 'nested_call' }] }],
    ['flags and dimensions', { flags: ['late'], dimensions: ['', 'x', ''] }],
  ])('comes back with %s', (_, claim) => {
    const part = { ...whole, claim: { ...whole.claim, ...claim } };
    expect(partOf(partText(part))).toStrictEqual(part);
  });

  test('with a bigint that the codec does not know is no text at all', () => {
    const part = { ...whole, claim: { ...whole.claim, receivedAt: 5n as never } };
    expect(() => partText(part)).toThrow(TypeError);
  });

  test('is one line of text, so that a damaged one is told from two', () => {
    fc.assert(fc.property(trickyPart, (part) => expect(partText(part)).not.toContain('\n')));
  });
});

describe('a report', () => {
  test('comes back as it was', () => {
    fc.assert(fc.property(anyReport, (report) => expect(reportOf(reportText(report))).toEqual(report)));
  });

  test.each([
    ['a cost', { cost: BIG }],
    ['minutes', { minutes: BIG }],
    ['both', { cost: BIG, minutes: 1n }],
    ['neither', undefined],
  ])('comes back with %s of remediation', (_, remediation) => {
    const report = {
      taskId: '12',
      outcome: 'remediated',
      at: BIG,
      remediation,
      value: BIG,
      source: '34',
      key: '56',
    } as never;
    expect(reportOf(reportText(report))).toStrictEqual(report);
  });
});
