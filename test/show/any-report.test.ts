import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseUsd } from '../../src/domain/money.ts';
import { OUTCOMES, type OutcomeReport } from '../../src/domain/task.ts';
import { readReports } from '../../src/show/outcome-reports.ts';
import { ledgerOf, NOON } from '../support/tasks.ts';
import { dig, withWeb } from '../support/web.ts';

const NOW = Number(NOON / 1_000_000n);

const anyMoney = fc.oneof(
  fc.integer({ min: 0, max: 1e6 }),
  fc.constantFrom('0', '12.50', '1e-12', 0.1, '9223372.036854775807'),
);
const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const anyTime = fc
  .date({ min: new Date('2000-01-01'), max: new Date(NOW), noInvalidDate: true })
  .map((date) => date.toISOString());
const goodReport = fc.record(
  {
    task_id: fc.constantFrom('a', 'b', 'c/"é'),
    outcome: fc.constantFrom(...OUTCOMES),
    at: fc.option(anyTime),
    value_usd: fc.option(anyMoney),
    source: fc.option(anyText),
    idempotency_key: fc.option(fc.constantFrom('k', 'l', 'm')),
    remediation: fc.option(fc.record({ cost_usd: anyMoney, minutes: fc.option(fc.nat(1_000_000)) })),
  },
  { requiredKeys: ['task_id', 'outcome'] },
);

const reportsIn = (body: unknown): readonly OutcomeReport[] => {
  const read = readReports(body, NOW);
  if (read.kind === 'refused') throw new Error(JSON.stringify(read.errors));
  return read.reports;
};

/** Of reports of one task with one key the first counts: what the journal's reader does with two requests. */
function firstOfEachKey(reports: readonly OutcomeReport[]): readonly OutcomeReport[] {
  const kept = new Map<string, OutcomeReport>();
  for (const one of reports) {
    const name = JSON.stringify([one.taskId, one.key]);
    if (!kept.has(name)) kept.set(name, one);
  }
  return [...kept.values()];
}

describe('any good reports', () => {
  test('in one request say what they say one by one', () => {
    fc.assert(
      fc.property(fc.array(goodReport, { maxLength: 6 }), (all) => {
        const read = readReports(all, NOW);
        expect(read.kind === 'read' && read.reports).toEqual(firstOfEachKey(all.flatMap(reportsIn)));
        expect(read.kind === 'read' && read.reports.length + read.repeated).toBe(all.length);
      }),
    );
  });

  test('are read to the last digit, and known by what they say, whatever the order of the fields', () => {
    fc.assert(
      fc.property(goodReport, (given) => {
        const [report] = reportsIn(given) as [OutcomeReport];
        expect(report.value).toEqual(given.value_usd == null ? undefined : parseUsd(String(given.value_usd)));
        expect(report.remediation?.cost).toEqual(
          given.remediation == null ? undefined : parseUsd(String(given.remediation.cost_usd)),
        );
        const turned = Object.fromEntries(Object.entries(given).reverse());
        expect(reportsIn(turned)).toEqual([report]);
      }),
    );
  });

  test('one bad field refuses all of them, and names its place', () => {
    const bad = fc.constantFrom<readonly [string, Record<string, unknown>]>(
      ['outcome', { outcome: 'won' }],
      ['task_id', { task_id: 7 }],
      ['at', { at: 'soon' }],
      ['value_usd', { value_usd: [] }],
      ['remediation.minutes', { remediation: { minutes: -1 } }],
      ['colour', { colour: 'red' }],
    );
    fc.assert(
      fc.property(fc.array(goodReport, { minLength: 1 }), fc.nat(), bad, (all, at, [field, change]) => {
        const index = at % all.length;
        const body = all.map((one, place) => (place === index ? { ...one, ...change } : one));
        const read = readReports(body, NOW);
        expect(read).toMatchObject({ kind: 'refused', errors: [{ index, field }] });
      }),
    );
  });
});

describe('texts of a report', () => {
  const told = (fields: object) => reportsIn({ task_id: 't', outcome: 'solved', ...fields })[0]!;

  test('half a surrogate pair is U+FFFD, in memory as on disk: one task, one key, one source', () => {
    expect(told({ task_id: 'a\ud800', idempotency_key: '\udc00k', source: '\ud83d' })).toMatchObject({
      taskId: 'a\ufffd',
      key: '\ufffdk',
      source: '\ufffd',
    });
    expect(told({ task_id: '🎫', source: '語' })).toMatchObject({ taskId: '🎫', source: '語' });
    const both = [
      { task_id: 'a\ud800', outcome: 'solved', idempotency_key: 'k' },
      { task_id: 'a\ufffd', outcome: 'failed', idempotency_key: 'k' },
    ];
    expect(readReports(both, NOW)).toMatchObject({ reports: [{ outcome: 'solved' }], repeated: 1 });
  });

  test('what is null is left out', () => {
    const nothing = { at: null, remediation: null, value_usd: null, source: null, idempotency_key: null };
    expect(told(nothing)).toEqual(told({}));
    expect(told({ remediation: { cost_usd: '1', minutes: null } }).remediation).toEqual({
      cost: parseUsd('1'),
    });
  });
});

describe('the refusal', () => {
  test.each([
    [{}, 'task_id is missing, but should be a text of 1 to 1024 bytes (and 1 more); nothing was taken'],
    [[], undefined],
    [
      7,
      'the report is 7, but should be an object with task_id, outcome, at, remediation, value_usd, source, idempotency_key; nothing was taken',
    ],
    [
      [null],
      '[0] is null, but should be an object with task_id, outcome, at, remediation, value_usd, source, idempotency_key; nothing was taken',
    ],
    [
      { task_id: 't', outcome: 'solved', at: '2027-01-01T00:00:00Z' },
      'at is "2027-01-01T00:00:00Z", but should be after 2000 and at most an hour from now; nothing was taken',
    ],
    [
      { task_id: 't', outcome: 'solved', remediation: { cost_usd: 'x', minutes: 'y' } },
      'remediation.cost_usd is "x", but should be dollars of at least 0, such as "12.50" (and 1 more); nothing was taken',
    ],
    [
      { task_id: 't', outcome: 'solved', remediation: {} },
      'remediation is {}, but should be {cost_usd} or {minutes}; nothing was taken',
    ],
    [
      [{ task_id: 't', outcome: 'solved', remediation: { minutes: 1e7 } }],
      '[0].remediation.minutes is 10000000, but should be minutes from 0 to 1000000, such as 30 or "7.5"; nothing was taken',
    ],
    [
      { task_id: 't', outcome: 'solved', cost: 1 },
      'cost is unknown; wanted task_id, outcome, at, remediation, value_usd, source, idempotency_key; nothing was taken',
    ],
  ])('of %j is one sentence', async (body, detail) => {
    await withWeb(await ledgerOf({}), {}, async ({ post }) => {
      expect(dig((await post(body)).body, 'detail')).toBe(detail);
    });
  });

  test('any JSON at all is taken or refused with its errors, never a fault', async () => {
    const near = fc
      .tuple(goodReport, fc.dictionary(fc.constantFrom('at', 'outcome', 'x'), fc.jsonValue()))
      .map(([good, changes]) => ({ ...good, ...changes }));
    await withWeb(await ledgerOf({}), {}, async ({ post }) => {
      await fc.assert(
        fc.asyncProperty(fc.oneof(fc.jsonValue(), near, fc.array(near)), async (body) => {
          const { status, body: told } = await post(body);
          if (status === 200) expect(dig(told, 'accepted')).toBe(Array.isArray(body) ? body.length : 1);
          else {
            expect(told).toMatchObject({ status: 400, title: 'Bad Request' });
            // Without errors only where the parser stopped at a name that would change a prototype.
            if (dig(told, 'errors') === undefined)
              expect(JSON.stringify(body)).toMatch(/__proto__|constructor/);
          }
        }),
        { numRuns: 200 },
      );
    });
  });
});
