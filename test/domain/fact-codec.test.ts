import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fact } from '../../src/domain/fact.ts';
import { FactReader, isFactsRecord } from '../../src/domain/fact-reader.ts';
import { FactWriter } from '../../src/domain/fact-writer.ts';
import { anyFact, fact, usage } from '../support/facts.ts';

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
    expect(isFactsRecord(recordOf([]))).toBe(true);
    expect(isFactsRecord(Buffer.alloc(40))).toBe(false);
    expect(isFactsRecord(Buffer.alloc(0))).toBe(false);
    expect(() => new FactReader(Buffer.alloc(40))).toThrow('only facts records');
  });
});
