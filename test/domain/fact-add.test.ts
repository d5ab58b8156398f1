import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FACT_FLAGS, FACT_KINDS, type Fact, type Meaning } from '../../src/domain/fact.ts';
import { FactReader } from '../../src/domain/fact-reader.ts';
import { FactWriter } from '../../src/domain/fact-writer.ts';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { anyFact, usage } from '../support/facts.ts';
import { type PlainSpan, SPAN_START, spanView } from '../support/span-view.ts';
import { table } from '../support/table.ts';

/**
 * **Goal**: a span that was decoded and read is the fact that comes back. **Method**: spans as decode hands them over
 * (`support/span-view.ts`) are added to a record, and the record is read.
 */

const ARRIVAL = 1_795_435_201_000;
const EDGE: Meaning = { kind: 'edge', context: {}, dialect: '' };
const vocabulary = new Vocabulary();

function recordOf(...spans: readonly (readonly [PlainSpan, Meaning])[]): FactReader {
  const writer = new FactWriter();
  writer.begin(ARRIVAL);
  for (const [span, meaning] of spans) writer.add(spanView(vocabulary, span), meaning);
  expect(writer.count).toBe(spans.length);
  return new FactReader(writer.finish());
}

const factOf = (span: PlainSpan, meaning: Meaning = EDGE): Fact => recordOf([span, meaning]).facts()[0]!;

describe('ids', () => {
  test('are those of the span, in lower-case hex', () => {
    const span = {
      traceId: '0AF7651916CD43DD8448EB211C80319C',
      spanId: 'B7AD6B7169203331',
      parentId: '00F067AA0BA902B7',
    };
    expect(factOf(span)).toMatchObject({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      parentId: '00f067aa0ba902b7',
      receivedAt: ARRIVAL,
    });
  });

  const parents = table(`
    parent            flags  id                remote  enters
    _                 0      _                 no      yes
    0000000000000000  0      _                 no      yes
    0000000000000001  0      0000000000000001  no      no
    0100000000000000  0      0100000000000000  no      no
    00f067aa0ba902b7  0      00f067aa0ba902b7  no      no
    # only where its remoteness is known and it is remote
    00f067aa0ba902b7  1      00f067aa0ba902b7  no      no
    00f067aa0ba902b7  256    00f067aa0ba902b7  no      no
    00f067aa0ba902b7  512    00f067aa0ba902b7  no      no
    00f067aa0ba902b7  768    00f067aa0ba902b7  yes     yes
    00f067aa0ba902b7  1023   00f067aa0ba902b7  yes     yes
    _                 768    _                 yes     yes
  `);
  test.each(parents)('a parent "$parent" with flags $flags', ({ parent, flags, id, remote, enters }) => {
    const reader = recordOf([{ parentId: parent!, flags: Number(flags) }, EDGE]);
    reader.each((offset) => {
      expect(reader.entersTrace(offset)).toBe(enters === 'yes');
      expect(reader.fact(offset)).toMatchObject({ parentId: id, remoteParent: remote === 'yes' });
    });
  });
});

describe('errors', () => {
  const cases = table(`
    status  dialect  error
    0       _        no
    1       _        no
    2       _        yes
    3       _        no
    0       sees     yes
    1       sees     yes
    2       sees     yes
  `);
  test.each(cases)('status $status, and the dialect "$dialect"', ({ status, dialect, error }) => {
    const meaning: Meaning = dialect === 'sees' ? { ...EDGE, error: true } : EDGE;
    const fact = factOf({ status: Number(status) }, meaning);
    expect(fact.error).toBe(error === 'yes');
    // What the dialect saw is one bit with the status: a span is no richer for it.
    expect(Object.keys(fact).sort()).toEqual(Object.keys(factOf({})).sort());
  });
});

describe('times', () => {
  const MAX = BigInt(Number.MAX_SAFE_INTEGER);
  test.each<[string, bigint, bigint, bigint]>([
    ['a second', SPAN_START, SPAN_START + 1_000_000_000n, 1_000_000_000n],
    ['nothing', SPAN_START, SPAN_START, 0n],
    ['a nanosecond', SPAN_START, SPAN_START + 1n, 1n],
    ['across the border of the halves', 0x1_ffff_ffffn, 0x2_0000_0000n, 1n],
    ['from zero', 0n, 5n, 5n],
    ['to the last nanosecond of 64 bits', 2n ** 64n - 2n, 2n ** 64n - 1n, 1n],
    ['as long as is believed', SPAN_START, SPAN_START + MAX, MAX],
  ])('%s', (_, start, end, duration) => {
    const fact = factOf({ start, end });
    expect([fact.start, fact.end]).toEqual([start, start + duration]);
    expect(fact.flags).toBeUndefined();
  });

  test.each<[string, bigint, bigint]>([
    ['a nanosecond before its start', SPAN_START, SPAN_START - 1n],
    ['a second before it', SPAN_START, SPAN_START - 1_000_000_000n],
    ['before it by the upper half alone', 0x2_0000_0000n, 0x1_ffff_ffffn],
    ['never, and started', SPAN_START, 0n],
    ['longer after it than is believed', SPAN_START, SPAN_START + MAX + 1n],
    ['at the other end of time', 0n, 2n ** 64n - 1n],
  ])('a span that ends %s ends where it starts, flagged', (_, start, end) => {
    const flagged = { start, end: start, flags: ['clock_skewed'] };
    expect(factOf({ start, end })).toMatchObject(flagged);
    const call: Meaning = { ...EDGE, kind: 'inference', dialect: 'gen-ai', model: 'm' };
    expect(factOf({ start, end }, call)).toMatchObject({ ...flagged, model: 'm' });
  });

  test('the skew is a flag beside the others, once', () => {
    const end = SPAN_START - 1n;
    expect(factOf({ end }, { ...EDGE, flags: ['text_cut', 'clamped'] }).flags).toEqual([
      'clamped',
      'clock_skewed',
      'text_cut',
    ]);
    expect(factOf({ end }, { ...EDGE, flags: ['clock_skewed'] }).flags).toEqual(['clock_skewed']);
  });
});

describe('what normalize read', () => {
  test.each(FACT_KINDS)('a span of kind %s', (kind) => {
    expect(factOf({}, { ...EDGE, kind }).kind).toBe(kind);
  });

  test.each(FACT_FLAGS)('a span flagged %s, an edge too', (flag) => {
    expect(factOf({}, { ...EDGE, flags: [flag] }).flags).toEqual([flag]);
  });

  test('an edge that nothing is said of has no further field', () => {
    expect(factOf({})).toEqual({
      traceId: '11'.repeat(16),
      spanId: '22'.repeat(8),
      parentId: '',
      remoteParent: false,
      start: SPAN_START,
      end: SPAN_START + 1_000_000_000n,
      error: false,
      receivedAt: ARRIVAL,
      kind: 'edge',
      context: {},
      dialect: '',
    });
  });

  const said: readonly Partial<Meaning>[] = [
    { dialect: 'gen-ai' },
    { usage: usage(0, 0) },
    { usage: usage(1000, 200, { cacheRead: 1, cacheWrite5m: 2, cacheWrite1h: 3, reasoning: 4 }) },
    { provider: 'openai', model: 'gpt-4o', responseId: 'resp_1' },
    { tool: 'search', callId: 'call_1' },
    { units: [] },
    {
      units: [
        { unit: 'pinecone_read_unit', quantity: '1.5' },
        { unit: 'gb_second', quantity: '2' },
      ],
    },
    { stated: { usd: '0.25', component: 'compute' } },
    { reportedUsd: '0' },
    { outcome: { outcome: 'remediated', at: 2n ** 64n - 1n }, valueUsd: '12.5' },
    { remediation: { costUsd: '10' } },
    { remediation: { minutes: '7.5' } },
    { remediation: { costUsd: '10', minutes: '7.5' } },
    { identity: {} },
    { identity: { session: 's', task: 't', dimensions: [] } },
    { identity: { dialectSession: 's', agentType: 'a', agentName: 'n', taskType: 't', promptVersion: 'v' } },
    { identity: { user: 'u' } },
    { identity: { session: 's', user: 'u', dimensions: ['', 'blue'] } },
    { identity: { dimensions: ['', 'blue'] }, context: { service: 'svc', session: 'r' } },
  ];
  test.each(said.map((one) => [Object.keys(one).join(', '), one] as const))('%s', (_, more) => {
    // An edge may carry any of it as well: an outcome on a plain span, an identity on the root.
    for (const kind of ['edge', 'inference'] as const)
      expect(factOf({}, { ...EDGE, kind, ...more })).toMatchObject({ kind, ...more });
  });
});

describe('laws', () => {
  const meaningOf = ({ kind, context, dialect, ...rest }: Fact): Meaning => {
    const { traceId, spanId, parentId, remoteParent, start, end, error, receivedAt, ...said } = rest;
    return { kind, context, dialect, ...said };
  };
  const spanOf = ({ traceId, spanId, parentId, start, end, remoteParent, error }: Fact): PlainSpan => ({
    traceId,
    spanId,
    parentId,
    start,
    end,
    flags: remoteParent ? 0x300 : 0x100,
    status: error ? 2 : 1,
  });

  test('any fact comes back from the span that says it', () => {
    const writer = new FactWriter();
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 8 }), (facts) => {
        writer.begin(ARRIVAL);
        for (const fact of facts) writer.add(spanView(vocabulary, spanOf(fact)), meaningOf(fact));
        const wanted = facts.map((fact) => ({ ...fact, receivedAt: ARRIVAL }));
        expect(new FactReader(writer.finish()).facts()).toEqual(wanted);
      }),
    );
  });

  test('a span and the fact that was read from it are the same bytes', () => {
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 8 }), (facts) => {
        const writer = new FactWriter();
        writer.begin(ARRIVAL);
        for (const fact of facts) writer.add(spanView(vocabulary, spanOf(fact)), meaningOf(fact));
        const record = writer.finish();
        writer.begin(ARRIVAL);
        for (const fact of facts) writer.addFact({ ...fact, receivedAt: ARRIVAL });
        expect(writer.finish().equals(record)).toBe(true);
      }),
    );
  });
});
