import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fact } from '../../src/domain/fact.ts';
import { OpenTraces } from '../../src/ledger/open-traces.ts';
import { readSkeleton, writeSkeleton } from '../../src/ledger/skeleton.ts';
import { anyFact, fact } from '../support/facts.ts';

const RIPENESS = { graceMs: 1000, quietMs: 5000, interimMs: 10_000, spansMax: 100 };
const ALL = Number.MAX_SAFE_INTEGER;
const other = 'f'.repeat(32);

const open = (ripeness = RIPENESS) => new OpenTraces(ripeness);
const root = fact({ spanId: '1' });
const child = fact({ spanId: '2', parentId: '1' });
const ids = (traces: readonly { traceId: string }[]) => traces.map((trace) => trace.traceId);

describe('a trace is ripe', () => {
  test('a grace after its root was seen and nothing more came', () => {
    const traces = open();
    traces.add(writeSkeleton([child, root]), 'a', 0);
    expect(traces.take(999, ALL)).toEqual([]);
    expect(ids(traces.take(1000, ALL))).toEqual([root.traceId]);
  });

  test('later, where no root was seen', () => {
    const traces = open();
    traces.add(writeSkeleton([child]), 'a', 0);
    expect(traces.take(4999, ALL)).toEqual([]);
    expect(traces.take(5000, ALL)).toHaveLength(1);
  });

  test('a span with a remote parent enters the trace as a root does', () => {
    const traces = open();
    traces.add(writeSkeleton([{ ...child, remoteParent: true }]), 'a', 0);
    expect(traces.take(1000, ALL)).toHaveLength(1);
  });

  test('when it has been open for the interim time, however busy', () => {
    const traces = open();
    for (let ms = 0; ms <= 10_000; ms += 500) traces.add(writeSkeleton([child]), 'a', ms);
    expect(traces.take(9_999, ALL)).toEqual([]);
    expect(traces.take(10_000, ALL)[0]?.facts()).toHaveLength(21);
  });

  test('at once, the oldest first, while more spans are held than may be', () => {
    const traces = open({ ...RIPENESS, spansMax: 1 });
    traces.add(writeSkeleton([child]), 'a', 0);
    traces.add(writeSkeleton([{ ...child, traceId: other }]), 'b', 0);
    expect(ids(traces.take(1, ALL))).toEqual([child.traceId]);
  });
});

describe('what is taken', () => {
  test('is needed until it is settled, and counted until then', () => {
    const traces = open();
    traces.add(writeSkeleton([root]), 'a', 0);
    traces.add(writeSkeleton([{ ...root, traceId: other }]), 'b', 500);
    expect(traces.oldestUntaken()).toBe('a');
    expect(traces.take(1000, ALL)).toHaveLength(1);
    expect([traces.oldestUntaken(), traces.spans]).toEqual(['b', 2]);
    traces.settled();
    expect(traces.spans).toBe(1);
  });

  test('comes back before what arrived since, and joins it', () => {
    const traces = open();
    traces.add(writeSkeleton([root]), 'a', 0);
    traces.add(writeSkeleton([{ ...root, traceId: other }]), 'b', 0);
    expect(traces.take(1000, 1)).toHaveLength(1);
    traces.add(writeSkeleton([child]), 'c', 1000);
    traces.putBack({ last: false, nowMs: 0 });
    expect(traces.oldestUntaken()).toBe('a');
    const [first] = traces.take(2000, 1);
    expect(first?.facts().map((one) => one.spanId)).toEqual([root.spanId, child.spanId]);
  });

  test('goes last where it is at fault, waits anew, and its position is still needed', () => {
    const traces = open();
    traces.add(writeSkeleton([root]), 'a', 0);
    traces.add(writeSkeleton([{ ...root, traceId: other }]), 'b', 0);
    expect(ids(traces.take(1000, 1))).toEqual([root.traceId]);
    traces.putBack({ last: true, nowMs: 1000 });
    expect(traces.oldestUntaken()).toBe('a');
    expect(ids(traces.take(1000, ALL))).toEqual([other]);
    expect(traces.oldestUntaken()).toBe('a');
    traces.settled();
    expect(ids(traces.take(2000, ALL))).toEqual([root.traceId]);
    traces.settled();
    traces.add(writeSkeleton([root]), 'c', 2000);
    expect([traces.oldestUntaken(), traces.spans]).toEqual(['c', 1]);
  });

  test('at fault, joins what came since for the same trace', () => {
    const traces = open();
    traces.add(writeSkeleton([root]), 'a', 0);
    traces.take(1000, 1);
    traces.add(writeSkeleton([child]), 'b', 1000);
    traces.putBack({ last: true, nowMs: 1500 });
    expect(traces.oldestUntaken()).toBe('a');
    expect(traces.take(2499, ALL)).toEqual([]);
    expect(traces.take(2500, ALL)[0]?.facts()).toHaveLength(2);
  });

  test('is bounded by spans, whole traces at a time', () => {
    const traces = open();
    for (const traceId of ['1', '2', '3']) {
      traces.add(
        writeSkeleton([
          { ...root, traceId: traceId.repeat(32) },
          { ...child, traceId: traceId.repeat(32) },
        ]),
        'a',
        0,
      );
    }
    expect(traces.take(1000, 3)).toHaveLength(2);
    traces.settled();
    expect(traces.take(1000, 3)).toHaveLength(1);
  });
});

test('every fact that was added is taken exactly once, whatever the batches', () => {
  const trace = fc.constantFrom('1'.repeat(32), '2'.repeat(32), '3'.repeat(32));
  const batch = fc.array(fc.tuple(anyFact, trace), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 6 }), fc.boolean(), (batches, fails) => {
      const traces = open();
      const sent: Fact[] = [];
      for (const [index, rows] of batches.entries()) {
        // Read back once, so that both sides have their fields in one order.
        const facts = readSkeleton(writeSkeleton(rows.map(([one, traceId]) => ({ ...one, traceId }))));
        sent.push(...facts);
        traces.add(writeSkeleton(facts), String(index), index);
      }
      if (fails) {
        traces.take(20_000, 5);
        traces.putBack({ last: false, nowMs: 0 });
      }
      const got = traces.take(30_000, ALL).flatMap((one) => one.facts());
      const key = (one: Fact) =>
        JSON.stringify(one, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
      expect(got.map(key).sort()).toEqual(sent.map(key).sort());
      expect(traces.spans).toBe(sent.length);
    }),
  );
});

test('the oldest position that is needed is never after that of a trace that is not taken, however often steps fail', () => {
  const names = [0, 1, 2, 3, 4].map((name) => String(name).repeat(32));
  const step = fc.record({
    add: fc.option(fc.record({ trace: fc.constantFrom(...names), entered: fc.boolean() }), {
      nil: undefined,
    }),
    room: fc.integer({ min: 0, max: 4 }),
    ends: fc.constantFrom('settled' as const, 'put back' as const, 'put back last' as const),
    ms: fc.integer({ min: 0, max: 3000 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const traces = open();
      const needed = new Map<string, string>();
      let nowMs = 0;
      for (const [index, { add, room, ends, ms }] of steps.entries()) {
        nowMs += ms;
        if (add !== undefined) {
          const position = String(index).padStart(4, '0');
          const spanId = index.toString(16).padStart(16, '0');
          const one = add.entered ? root : child;
          traces.add(writeSkeleton([{ ...one, traceId: add.trace, spanId }]), position, nowMs);
          if (!needed.has(add.trace)) needed.set(add.trace, position);
        }
        const taken = new Set(ids(traces.take(nowMs, room)));
        const untaken = [...needed].filter(([trace]) => !taken.has(trace)).map(([, position]) => position);
        expect(traces.oldestUntaken()).toBe(untaken.sort()[0]);
        if (ends === 'settled') {
          traces.settled();
          for (const trace of taken) needed.delete(trace);
        } else traces.putBack({ last: ends === 'put back last' && taken.size === 1, nowMs });
      }
    }),
    { numRuns: 1000 },
  );
});

test('a skeleton gives back its facts', () => {
  fc.assert(
    fc.property(fc.array(anyFact, { maxLength: 10 }), (facts) =>
      expect(readSkeleton(writeSkeleton(facts))).toEqual(facts),
    ),
  );
});

test('an empty skeleton is no accident', () => {
  expect(readSkeleton(writeSkeleton([]))).toEqual([]);
});
