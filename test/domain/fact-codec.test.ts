import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Context, Fact } from '../../src/domain/fact.ts';
import { LIST_ITEMS_MAX } from '../../src/domain/fact-layout.ts';
import { FactReader, isFactsRecord } from '../../src/domain/fact-reader.ts';
import { FactWriter } from '../../src/domain/fact-writer.ts';
import { InvariantError } from '../../src/lib/assert.ts';
import { anyFact, fact, TRACE, usage } from '../support/facts.ts';

function recordOf(facts: readonly Fact[], writer = new FactWriter()): Buffer {
  writer.begin(Math.min(...facts.map((one) => one.receivedAt), 2e12));
  for (const one of facts) writer.addFact(one);
  return writer.finish();
}

describe('a facts record', () => {
  test('gives back every fact as it was written, from one writer used again and again', () => {
    const writer = new FactWriter();
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 12 }), (facts) => {
        expect(new FactReader(recordOf(facts, writer)).facts()).toEqual(facts);
      }),
    );
  });

  test('any fact can be read alone, at the offset that each() tells', () => {
    fc.assert(
      fc.property(fc.array(anyFact, { minLength: 1, maxLength: 6 }), (facts) => {
        const reader = new FactReader(recordOf(facts));
        const seen: [string, Fact][] = [];
        reader.each((offset, traceKey) => {
          seen.push([Buffer.from(traceKey, 'latin1').toString('hex'), reader.fact(offset)]);
        });
        expect(seen).toEqual(facts.map((one) => [one.traceId, one]));
      }),
    );
  });

  test('ids that come again and again, near or far, are told apart', () => {
    const traceId = fc.constantFrom('0a'.repeat(16), '0a'.repeat(15) + '0b', '0b' + '0a'.repeat(15));
    const parentId = fc.constantFrom('', '00000000000000a1', '10000000000000a1');
    fc.assert(
      fc.property(fc.array(fc.record({ traceId, parentId }), { maxLength: 12 }), (ids) => {
        const facts = ids.map((one) => fact({ spanId: '1', ...one }));
        expect(new FactReader(recordOf(facts)).facts()).toEqual(facts);
      }),
    );
  });

  test('a plain edge takes at most 50 bytes', () => {
    const edge = fact({ spanId: '1', parentId: '2' });
    const one = recordOf([edge]).length;
    expect(recordOf([edge, edge]).length - one).toBeLessThanOrEqual(50);
  });

  test('a text said a thousand times is kept once', () => {
    const call = fact({ spanId: '1', kind: 'inference', model: 'm'.repeat(500), usage: usage(10, 5) });
    const record = recordOf(Array.from({ length: 1000 }, () => call));
    expect(record.length).toBeLessThan(1000 * 60 + 1000);
  });

  test('is told from other records by its head', () => {
    const record = recordOf([]);
    expect(isFactsRecord(record)).toBe(true);
    expect(isFactsRecord(record.subarray(0, 18))).toBe(true);
    expect(isFactsRecord(record.subarray(0, 17))).toBe(false);
    expect(isFactsRecord(Buffer.concat([Uint8Array.of(2), record.subarray(1)]))).toBe(false);
    expect(isFactsRecord(Buffer.concat([record.subarray(0, 1), Uint8Array.of(2), record.subarray(2)]))).toBe(
      false,
    );
    expect(isFactsRecord(Buffer.alloc(40))).toBe(false);
    expect(isFactsRecord(Buffer.alloc(0))).toBe(false);
    expect(() => new FactReader(Buffer.alloc(40))).toThrow('only facts records');
  });

  test('from a writer that wrote others before is, byte for byte, that of a fresh one', () => {
    const used = new FactWriter();
    fc.assert(
      fc.property(fc.array(anyFact, { maxLength: 6 }), (facts) => {
        expect(recordOf(facts, used).equals(recordOf(facts))).toBe(true);
        expect(used.count).toBe(facts.length);
      }),
    );
  });

  test('tells its count and its arrival without reading a fact', () => {
    const writer = new FactWriter();
    writer.begin(1_795_435_200_000.5);
    expect(writer.count).toBe(0);
    const empty = new FactReader(writer.finish());
    expect([empty.count, empty.receivedAt, empty.facts()]).toEqual([0, 1_795_435_200_000.5, []]);
    const three = new FactReader(recordOf(['1', '2', '3'].map((spanId) => fact({ spanId }))));
    expect(three.count).toBe(3);
  });

  test('begins with its earliest arrival: an earlier one is our mistake', () => {
    const writer = new FactWriter();
    writer.begin(1000);
    writer.addFact(fact({ spanId: '1', receivedAt: 1000 }));
    expect(() => writer.addFact(fact({ spanId: '2', receivedAt: 999 }))).toThrow(
      new InvariantError('a record begins with its earliest arrival'),
    );
  });
});

describe('the way through a record', () => {
  const OTHER = TRACE.replace(/^0/, '1');
  const near = `${TRACE.slice(0, 31)}d`;

  test('each fact has the key of its own trace, also where traces take turns or differ in one digit', () => {
    const traces = [TRACE, TRACE, near, TRACE, OTHER, OTHER, near];
    const reader = new FactReader(recordOf(traces.map((traceId) => fact({ spanId: '1', traceId }))));
    const keys: string[] = [];
    reader.each((_, key) => keys.push(Buffer.from(key, 'latin1').toString('hex')));
    expect(keys).toEqual(traces);
  });

  test('each fact has its own trace and parent, also where they share half of their digits', () => {
    const parents = ['00000000000000ab', '00000000000000ac', '10000000000000ab', '', '00000000000000ab', ''];
    const facts = [TRACE, near, OTHER].flatMap((traceId) =>
      parents.map((parentId, index) => fact({ spanId: `${index + 1}`, traceId, parentId })),
    );
    expect(new FactReader(recordOf(facts)).facts()).toEqual(facts);
    const backwards = [...facts].reverse();
    expect(new FactReader(recordOf(backwards)).facts()).toEqual(backwards);
  });

  test('a fact leads to the next, the last to the end of the facts', () => {
    const record = recordOf(['1', '2', '3'].map((spanId) => fact({ spanId })));
    const reader = new FactReader(record);
    const offsets: number[] = [];
    reader.each((offset) => offsets.push(offset));
    expect(offsets.map((offset) => reader.next(offset))).toEqual([
      offsets[1],
      offsets[2],
      record.readUInt32LE(14),
    ]);
    expect(offsets.map((offset) => reader.fact(offset).spanId.at(-1))).toEqual(['1', '2', '3']);
  });

  test('facts can be read in any order, and again', () => {
    const facts = ['1', '2'].map((spanId) => fact({ spanId, kind: 'tool', tool: `tool-${spanId}` }));
    const reader = new FactReader(recordOf(facts));
    const [first, second] = [reader.facts(), reader.facts()];
    expect(second).toEqual(first);
    expect(first[0]!.context).toBe(second[0]!.context);
  });
});

describe('lists', () => {
  const units = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ unit: `unit_${index}`, quantity: `${index}` }));
  const dimensions = (count: number) => units(count).map(({ unit }) => unit);
  const written = (given: Partial<Fact>) =>
    new FactReader(recordOf([fact({ spanId: '1', kind: 'tool', ...given })])).facts()[0]!;

  test('at their limit are kept whole, past it cut', () => {
    expect(written({ units: units(LIST_ITEMS_MAX) }).units).toEqual(units(LIST_ITEMS_MAX));
    expect(written({ units: units(LIST_ITEMS_MAX + 1) }).units).toEqual(units(LIST_ITEMS_MAX));
    const kept = { dimensions: dimensions(LIST_ITEMS_MAX) };
    expect(written({ identity: kept }).identity).toEqual(kept);
    expect(written({ identity: { dimensions: dimensions(LIST_ITEMS_MAX + 1) } }).identity).toEqual(kept);
  });

  test('of a hundred facts at the limit outgrow the writer’s first buffer', () => {
    const facts = Array.from({ length: 100 }, (_, index) =>
      fact({
        spanId: `${index}`,
        kind: 'vector',
        units: units(LIST_ITEMS_MAX),
        identity: { session: `s${index}`, dimensions: dimensions(LIST_ITEMS_MAX) },
      }),
    );
    expect(new FactReader(recordOf(facts)).facts()).toEqual(facts);
  });
});

describe('contexts', () => {
  const facts = (...contexts: readonly Context[]) =>
    contexts.map((context, index) => fact({ spanId: `${index}`, context }));

  test('one object of many facts is kept once, and comes back as one object', () => {
    const shared: Context = { service: 'svc', session: 's'.repeat(500) };
    const record = recordOf(facts(...Array.from({ length: 50 }, () => shared)));
    expect(record.length).toBeLessThan(50 * 50 + 600);
    const read = new FactReader(record).facts();
    expect(new Set(read.map(({ context }) => context)).size).toBe(1);
    expect(read[0]!.context).toEqual(shared);
  });

  test('different ones stay with their facts', () => {
    const given = facts({ service: 'a' }, { service: 'b' }, { service: 'a', dimensions: ['x', ''] }, {});
    expect(new FactReader(recordOf(given)).facts()).toEqual(given);
  });
});

describe('the bytes, since journals outlive the version that wrote them', () => {
  const head = (facts: number, tables: number) =>
    `0101${'000000c585317a42'}${Buffer.from(Uint32Array.of(facts, tables).buffer).toString('hex')}`;

  test('of an edge', () => {
    const writer = new FactWriter();
    writer.begin(1_800_000_000_000);
    writer.addFact({
      ...fact({ spanId: 'b', parentId: 'a', receivedAt: 1_800_000_000_300 }),
      start: 0x0102030405060708n,
      end: 0x0102030405060708n + 300n,
      remoteParent: true,
      error: true,
    });
    expect(writer.finish().toString('hex')).toBe(
      [
        head(1, 18 + 50),
        // size, ids, start, bits, kind, duration, arrival, context, mask
        `3200${TRACE}000000000000000b000000000000000a`,
        '0807060504030201' + '03' + '00' + 'ac02' + 'ac02' + '00' + '00',
        // no texts; one context: {}
        '00' + '01' + '027b7d',
      ].join(''),
    );
  });

  test('of a call', () => {
    const writer = new FactWriter();
    writer.begin(1_800_000_000_000);
    writer.addFact({
      ...fact({ spanId: 'b', receivedAt: 1_800_000_000_000, kind: 'inference' }),
      start: 0n,
      end: 1n,
      usage: usage(300, 5, { cacheRead: 1 }),
      model: 'm',
      outcome: { outcome: 'failed', at: 7n },
      stated: { usd: '1', component: 'compute' },
      flags: ['bad_component'],
      identity: { session: 'm', dimensions: ['', 'd'] },
    });
    expect(writer.finish().toString('hex')).toBe(
      [
        head(1, 18 + 69),
        `4500${TRACE}000000000000000b0000000000000000`,
        '0000000000000000' + '04' + '01' + '01' + '00' + '00' + '85e501',
        // dialect, usage, model, stated, outcome, flags, identity
        '00' + '13ac020105' + '01' + '0203' + '0203' + '8001' + '8101' + '01' + '020405',
        // six texts: gen-ai, m, 1, 7, the empty one, d; one context
        '06' + '0667656e2d6169' + '016d' + '0131' + '0137' + '00' + '0164' + '01' + '027b7d',
      ].join(''),
    );
  });
});
