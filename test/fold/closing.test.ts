import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OUTCOMES, type OutcomeReport, type TaskPart } from '../../src/domain/task.ts';
import { fold, ms, ns, part, policyOf, report, seconds } from './tasks.ts';

const closing = (parts: readonly TaskPart[], reports: readonly OutcomeReport[] = [], now = 1_000_000) => {
  const { task } = fold(parts, reports, { nowMs: ms(now) });
  if (task.state === 'open')
    return task.dueAt === undefined ? 'open' : `open until ${task.dueAt / 1000 - ms(0) / 1000}`;
  expect(task.dueAt).toBeUndefined();
  return `${task.outcome} ${task.closedBy} ${seconds(task.closedAt!)}`;
};
/** No rule of remediation stands in the way. */
const plain = (claim: NonNullable<Parameters<typeof part>[0]>['claim'], traceId = 't1') =>
  part({ traceId, claim: { taskType: 'other', ...claim } });
const orphan = { root: undefined, topmost: { end: ns(9), error: false } };
const asking = { agentType: 'asks-human' };

describe('by its roots', () => {
  test.each([
    ['not before it was quiet', [plain({})], 15.9, 'open until 16'],
    ['once it was quiet', [plain({})], 16, 'solved inferred 10'],
    ['as the root’s status says', [plain({ root: { end: ns(8), error: true } })], 16, 'failed inferred 8'],
    [
      'the newest root decides, and a newer one moves the close time',
      [plain({ root: { end: ns(10), error: true } }), plain({ root: { end: ns(20), error: false } }, 't2')],
      99,
      'solved inferred 20',
    ],
    [
      'quiet counts from the newest arrival of any trace',
      [plain({}), plain({ receivedAt: ms(30) }, 't2')],
      34,
      'open until 35',
    ],
    ['a root that has not come is waited for', [plain({}), plain(orphan, 't2')], 70, 'open until 71'],
    ['then the top-most spans stand in', [plain(orphan)], 71, 'solved inferred 9'],
    [
      'of equal ends the same one whatever the order',
      [plain({ root: { end: ns(10), error: true } }, 't2'), plain({}, 't1')],
      99,
      'failed inferred 10',
    ],
  ] as const)('%s', (_, parts, now, expected) => {
    expect(closing(parts, [], now)).toBe(expected);
    expect(closing([...parts].reverse(), [], now)).toBe(expected);
  });
});

describe('a clock that is ahead', () => {
  const ahead = { root: { end: ns(3_600_012), error: true }, topmost: { end: ns(3_600_012), error: true } };
  const said = (at: number) => ({ outcome: { outcome: 'failed' as const, at: ns(at) } });

  test.each([
    [
      'by an hour is believed',
      [plain({ root: { end: ns(3_611), error: false } })],
      [],
      'solved inferred 3611',
    ],
    ['by more closes the task when it was heard', [plain(ahead)], [], 'failed inferred 11'],
    [
      'makes no root the newest',
      [plain(ahead), plain({ root: { end: ns(20), error: false } }, 't2')],
      [],
      'solved inferred 20',
    ],
    ['says an outcome no later than it was heard', [plain(said(9_999_999))], [], 'failed reported 11'],
    [
      'so that the API can say otherwise',
      [plain(said(9_999_999))],
      [report('solved', 15)],
      'solved reported 11',
    ],
  ] as const)('%s', (_, parts, reports, expected) => {
    expect(closing(parts, reports)).toBe(expected);
    expect(closing([...parts].reverse(), reports)).toBe(expected);
  });
});

describe('explicit: open until told', () => {
  test.each([
    ['its roots say nothing', [], 3_610, 'open until 3611'],
    ['it expires', [], 3_611, 'abandoned expired 3611'],
    ['an outcome', [report('solved', 40)], 50, 'solved reported 40'],
    [
      'an outcome after it had expired keeps the close time',
      [report('solved', 9_000)],
      9_999,
      'solved reported 3611',
    ],
  ] as const)('%s', (_, reports, now, expected) =>
    expect(closing([plain(asking)], reports, now)).toBe(expected),
  );

  test('a root that is waited for longer than a task may stay open expires too', () => {
    const { task } = fold([part({ claim: orphan })], [], {
      nowMs: ms(5_000_000),
      policy: policyOf({ openTaskMaxMs: 30_000 }),
    });
    expect([task.outcome, task.closedBy]).toEqual(['abandoned', 'expired']);
  });
});

describe('reported', () => {
  const hint = (outcome: (typeof OUTCOMES)[number], at: number, traceId = 't1') =>
    plain({ outcome: { outcome, at: ns(at) } }, traceId);
  test.each([
    ['an attribute beats the roots, at once', [hint('failed', 7)], [], 11, 'failed reported 7'],
    ['the API too', [plain({})], [report('failed', 12)], 13, 'failed reported 12'],
    [
      'the later word counts, the first close time stays',
      [plain({})],
      [report('failed', 12), report('solved', 14)],
      99,
      'solved reported 12',
    ],
    ['attribute before API', [hint('failed', 8)], [report('solved', 14)], 99, 'solved reported 8'],
    ['attribute after API', [hint('failed', 14)], [report('solved', 12)], 99, 'failed reported 12'],
    ['at one time the API’s', [hint('failed', 12)], [report('solved', 12)], 99, 'solved reported 12'],
    [
      'of two of the API at one time, by key',
      [plain({})],
      [report('solved', 12), report('failed', 12, { key: 'a' })],
      99,
      'solved reported 12',
    ],
    [
      'of two attributes at one time, by trace',
      [hint('solved', 12), hint('failed', 12, 't2')],
      [],
      99,
      'failed reported 12',
    ],
    ['remediated is an outcome', [plain({})], [report('remediated', 12)], 99, 'remediated reported 12'],
    [
      'days after its roots had closed it: the window of then is restated',
      [plain({})],
      [report('failed', 200_000)],
      300_000,
      'failed reported 10',
    ],
    ['just before its roots would have', [plain({})], [report('failed', 16)], 99, 'failed reported 16'],
    [
      'before any span came: it is kept and joined later',
      [],
      [report('failed', 12)],
      99,
      'failed reported 12',
    ],
    [
      'before any span came, and revised',
      [],
      [report('failed', 12), report('solved', 500_000)],
      99,
      'solved reported 12',
    ],
  ] as const)('%s', (_, parts, reports, now, expected) => {
    expect(closing(parts, reports, now)).toBe(expected);
    expect(closing([...parts].reverse(), [...reports].reverse(), now)).toBe(expected);
  });
});

describe('laws of closing', () => {
  const anyOutcome = fc.constantFrom(...OUTCOMES);
  const anyPart = fc
    .record({
      traceId: fc.constantFrom('t1', 't2', 't3', 't4', 't5'),
      hint: fc.option(fc.record({ outcome: anyOutcome, at: fc.integer({ min: 0, max: 30 }).map(ns) })),
      root: fc.option(fc.record({ end: fc.integer({ min: 0, max: 30 }).map(ns), error: fc.boolean() })),
      receivedAt: fc.integer({ min: 0, max: 60 }).map(ms),
      startedAt: fc.integer({ min: 0, max: 3 }).map(ns),
      agentType: fc.constantFrom('helper', 'asks-human'),
      agentTypeRank: fc.nat(4),
      taskType: fc.constantFrom(undefined, 'ticket', 'other'),
      human: fc.option(fc.constantFrom('0', '5', '7')),
    })
    .map(({ traceId, hint, root, human, ...claim }) =>
      part({
        traceId,
        claim: { ...claim, root: root ?? undefined, outcome: hint ?? undefined },
        costs:
          human === null
            ? []
            : [{ component: 'remediation', provider: '', model: '', amount: BigInt(human) as never }],
      }),
    );
  const anyReport = fc
    .record({
      outcome: anyOutcome,
      at: fc.integer({ min: 0, max: 60 }),
      key: fc.constantFrom('k1', 'k2', 'k3', 'k4'),
      costs: fc.constantFrom(undefined, '0', '3'),
      minutes: fc.constantFrom(undefined, 0, 6),
    })
    .map(({ outcome, at, key, costs, minutes }) =>
      report(outcome, at, {
        key,
        ...(costs !== undefined && { costs }),
        ...(minutes !== undefined && { minutes }),
      }),
    );

  test('any order of parts and reports gives the same task and the same charges', () => {
    const told = fc.record({
      parts: fc.uniqueArray(anyPart, { selector: (one) => one.traceId, maxLength: 5 }),
      reports: fc.uniqueArray(anyReport, { selector: (one) => one.key, maxLength: 4, minLength: 1 }),
      silent: fc.boolean(),
      now: fc.integer({ min: 0, max: 5_000 }),
      seed: fc.func(fc.integer()),
    });
    fc.assert(
      fc.property(told, ({ parts, reports, silent, now, seed }) => {
        const heard = silent && parts.length > 0 ? [] : reports;
        const at = { nowMs: ms(now) };
        const by = <T>(items: readonly T[]) =>
          items.toSorted((a, b) => seed(items.indexOf(a)) - seed(items.indexOf(b)));
        expect(fold(by(parts), by(heard), at)).toEqual(fold(parts, heard, at));
      }),
      { numRuns: 500 },
    );
  });

  test('a closed task has an outcome, a reason and a time; an open one has none; an imputed amount only a remediated one', () => {
    fc.assert(
      fc.property(
        fc.array(anyPart, { minLength: 1, maxLength: 4 }),
        fc.array(anyReport, { maxLength: 3 }),
        (parts, reports) => {
          const { task, charges } = fold(parts, reports, { nowMs: ms(70) });
          const known = [task.outcome, task.closedBy, task.closedAt].map((one) => one !== undefined);
          expect(known).toEqual(known.map(() => task.state === 'closed'));
          if (charges.some((charge) => charge.flags.includes('imputed')))
            expect(task.outcome).toBe('remediated');
          expect(task.cost.remediation).toBeGreaterThanOrEqual(0n);
        },
      ),
      { numRuns: 500 },
    );
  });
});
