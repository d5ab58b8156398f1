import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fact } from '../../src/domain/fact.ts';
import { NO_USAGE } from '../../src/domain/usage.ts';
import { type Found, Tally } from '../../src/tally.ts';
import { openSelfMetrics } from '../../src/telemetry/registry.ts';
import { distinct } from '../../src/untangle/distinct.ts';
import { charge, claim } from '../fold/tasks.ts';

const fact = (spanId: string, given: Partial<Fact> = {}): Fact => ({
  traceId: 't1',
  spanId,
  parentId: '',
  remoteParent: false,
  start: 0n,
  end: 1n,
  error: false,
  receivedAt: 0,
  kind: 'edge',
  context: {},
  dialect: '',
  ...given,
});
const call = (spanId: string, given: Partial<Fact> = {}): Fact =>
  fact(spanId, { kind: 'inference', usage: { ...NO_USAGE, input: 1 }, ...given });

/** The books after `arrived` was settled over `kept`, by name and label. */
function booksOf(arrived: readonly Fact[], kept: readonly Fact[] = [], given: Partial<Found> = {}) {
  return told((tally) => add(tally, arrived, kept, given));
}

function add(
  tally: Tally,
  arrived: readonly Fact[],
  kept: readonly Fact[] = [],
  given: Partial<Found> = {},
): void {
  const facts = distinct([...kept, ...arrived]);
  tally.addSpans({ arrived, kept, facts });
  tally.addFindings({ claims: [], before: [], charges: [], ...given });
}

/** What one tally tells of all that was added to it. */
function told(adding: (tally: Tally) => void): Record<string, number> {
  const self = openSelfMetrics();
  const tally = new Tally();
  adding(tally);
  tally.tell(self.count);
  const books = self.read().filter(({ value }) => value !== 0);
  return Object.fromEntries(
    books.map(({ name, labels, value }) => [[name, ...Object.values(labels)].join(' '), value]),
  );
}

describe('spans', () => {
  test.each<[string, readonly Fact[], readonly Fact[], Record<string, number>]>([
    ['a new call', [call('a')], [], { facts_new: 1 }],
    ['the same call again', [call('a')], [call('a')], { facts_repeated: 1 }],
    ['twice in one batch', [call('a'), call('a')], [], { facts_new: 1, facts_repeated: 1 }],
    ['an edge, however often', [fact('a'), fact('a')], [fact('a')], { spans_edges: 2 }],
    ['a call that was an edge before', [call('a', { end: 2n })], [fact('a')], { facts_new: 1 }],
    ['an edge that was a call before', [fact('a')], [call('a')], { spans_edges: 1 }],
    ['nothing at all', [], [call('a')], {}],
  ])('%s', (_what, arrived, kept, books) => {
    expect(booksOf(arrived, kept)).toEqual({ ...books, settle_traces: 1 });
  });

  test.each<[string, Partial<Fact>]>([
    ['states a cost', { stated: { component: 'tooling', usd: '1' } }],
    ['tells an outcome', { outcome: { outcome: 'solved', at: 1n } }],
    ['tells a remediation', { remediation: { costUsd: '1' } }],
  ] as readonly [string, Partial<Fact>][])('an edge that %s means something', (_what, given) => {
    expect(booksOf([fact('a', given)])).toEqual({ facts_new: 1, settle_traces: 1 });
  });

  test('of several traces are told in one sum', () => {
    const charges = [charge({ reason: 'no_rate' })];
    const books = told((tally) => {
      add(tally, [call('a'), fact('b')], [], { charges });
      add(tally, [call('a'), call('a')], [call('a')], { charges });
    });
    expect(books).toEqual({
      settle_traces: 2,
      spans_edges: 1,
      facts_new: 1,
      facts_repeated: 2,
      'charges inference': 2,
      'unpriced no_rate': 2,
    });
    expect(told(() => {})).toEqual({});
  });

  test('whatever came before and comes again, each is in the books once and none is below zero', () => {
    const anyFact = fc
      .record({ span: fc.constantFrom('a', 'b', 'c'), isCall: fc.boolean(), end: fc.bigInt(1n, 3n) })
      .map(({ span, isCall, end }) => (isCall ? call(span, { end }) : fact(span, { end })));
    fc.assert(
      fc.property(fc.array(fc.array(anyFact, { maxLength: 5 }), { maxLength: 4 }), (batches) => {
        let kept: readonly Fact[] = [];
        for (const arrived of batches) {
          const { spans_edges = 0, facts_new = 0, facts_repeated = 0 } = booksOf(arrived, kept);
          expect(spans_edges + facts_new + facts_repeated).toBe(arrived.length);
          expect(Math.min(spans_edges, facts_new, facts_repeated)).toBeGreaterThanOrEqual(0);
          kept = distinct([...kept, ...arrived]);
        }
      }),
    );
  });
});

describe('findings', () => {
  test('of a trace that is settled again only what is news', () => {
    const nested = { spanId: 'a', rule: 'nested_call' } as const;
    const before = [
      claim({ suppressed: [nested], flags: ['clamped'], unattributed: { input: 5, output: 9 } }),
    ];
    const claims = [
      claim({
        suppressed: [nested, { ...nested, spanId: 'b' }, { spanId: 'c', rule: 'response_twin' }],
        flags: ['clamped', 'bad_count'],
        unattributed: { input: 7, output: 1 },
      }),
    ];
    expect(booksOf([], [], { claims, before })).toEqual({
      settle_traces: 1,
      'suppressed nested_call': 1,
      'suppressed response_twin': 1,
      'span_flags bad_count': 1,
      'wrapper_tokens_unattributed input': 2,
    });
    expect(booksOf([], [], { claims, before: claims })).toEqual({ settle_traces: 1 });
  });

  test('suppressed spans by rule and flags of spans, over all tasks of the trace', () => {
    const suppressed = [
      { spanId: 'a', rule: 'response_twin' },
      { spanId: 'b', rule: 'response_twin' },
    ] as const;
    const claims = [
      claim({ suppressed, flags: ['clamped', 'assumed_inclusive'] }),
      claim({ suppressed: [{ spanId: 'c', rule: 'nested_tool' }], flags: ['clamped'] }),
    ];
    expect(booksOf([], [], { claims })).toEqual({
      settle_traces: 1,
      'suppressed response_twin': 2,
      'suppressed nested_tool': 1,
      'span_flags clamped': 2,
      'span_flags assumed_inclusive': 1,
    });
  });

  test('lines by component, and by the reason why they have no amount', () => {
    const charges = [
      charge({}),
      charge({ component: 'tooling', reason: 'no_rate' }),
      charge({ reason: 'model_unknown' }),
    ];
    expect(booksOf([], [], { charges })).toEqual({
      settle_traces: 1,
      'charges inference': 2,
      'charges tooling': 1,
      'unpriced no_rate': 1,
      'unpriced model_unknown': 1,
    });
  });
});
