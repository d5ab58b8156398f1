/**
 * **Goal**: the answer depends on the set of facts only, invents nothing and loses no leaf.
 * **Method**: random trees with few ids and names, so that parents, twins, repeats and circles meet often.
 */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FACT_KINDS, type Fact } from '../../src/domain/fact.ts';
import { reports } from '../../src/untangle/layers.ts';
import { growTrace } from '../../src/untangle/trace.ts';
import { untangle } from '../../src/untangle/untangle.ts';
import { isModelKind } from '../../src/untangle/wrappers.ts';
import { fact, usage } from './traces.ts';

const someText = (...texts: readonly string[]) => fc.constantFrom(undefined, undefined, ...texts);
const noGaps = (given: object) =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

const anySpan = fc
  .record({
    spanId: fc.integer({ min: 0, max: 24 }).map(String),
    parentId: fc.oneof(fc.constant(''), fc.integer({ min: 0, max: 26 }).map(String)),
    start: fc.bigInt({ min: 0n, max: 9n }),
    end: fc.bigInt({ min: 9n, max: 12n }),
    kind: fc.constantFrom(...FACT_KINDS, 'inference' as const, 'inference' as const, 'tool' as const),
    tokens: fc.option(fc.record({ input: fc.nat(50), cacheRead: fc.nat(9), output: fc.nat(9) })),
    responseId: someText('x', 'y', 'z'),
    model: someText('m', 'n'),
    dialect: fc.constantFrom('gen-ai', 'openinference'),
    tool: someText('t', 'u'),
    callId: someText('c', 'd'),
    session: someText('S1', 'S2'),
    task: someText('T1', 'T2'),
    remediation: someText('5', '6'),
    stated: someText('7'),
    error: fc.boolean(),
    remoteParent: fc.boolean(),
    receivedAt: fc.nat(5),
  })
  .map(({ spanId, parentId, tokens, session, task, remediation, stated, ...rest }): Fact => {
    const detail = tokens && { cacheRead: Math.min(tokens.cacheRead, tokens.input) };
    return fact(spanId, parentId, {
      ...(noGaps(rest) as typeof rest),
      ...(tokens && { usage: usage(tokens.input, tokens.output, detail ?? {}) }),
      ...((session ?? task) !== undefined && { identity: noGaps({ session, task }) }),
      ...(remediation !== undefined && { remediation: { costUsd: remediation } }),
      ...(stated !== undefined && { stated: { usd: stated, component: 'tooling' as const } }),
    } as Partial<Fact>);
  });

const anyTrace = fc.array(anySpan, { minLength: 1, maxLength: 40 });

const inputOf = (facts: readonly Fact[]) => facts.reduce((sum, one) => sum + (one.usage?.input ?? 0), 0);

describe('laws of untangling', () => {
  test('any order and any repeats give the same answer', () => {
    const shuffled = anyTrace.chain((facts) =>
      fc.record({
        facts: fc.constant(facts),
        other: fc
          .tuple(fc.shuffledSubarray(facts, { minLength: facts.length }), fc.subarray(facts))
          .map(([all, again]) => [...again, ...all]),
      }),
    );
    fc.assert(
      fc.property(shuffled, ({ facts, other }) => {
        const { repeats, ...answer } = untangle(facts);
        const { repeats: more, ...again } = untangle(other);
        expect(again).toEqual(answer);
        expect(more - repeats).toBe(other.length - facts.length);
      }),
      { numRuns: 300 },
    );
  });

  test('no tokens are invented, and every use and suppression names a span of the trace', () => {
    fc.assert(
      fc.property(anyTrace, (facts) => {
        const once = growTrace(facts).facts;
        const { uses, claims } = untangle(facts);
        const charged = uses.reduce((sum, use) => sum + (('usage' in use && use.usage?.input) || 0), 0);
        expect(charged).toBeLessThanOrEqual(inputOf(once));
        const tasks = new Set(claims.map((claim) => claim.taskId));
        for (const use of uses) expect(tasks.has(use.taskId)).toBe(true);
        const spans = new Set(once.map((one) => one.spanId));
        for (const { suppressed } of claims) {
          for (const { spanId } of suppressed) expect(spans.has(spanId)).toBe(true);
        }
        for (const use of uses) {
          if (!('usage' in use) || use.usage === undefined) continue;
          const { input, output, cacheRead, cacheWrite5m, cacheWrite1h, reasoning } = use.usage;
          expect(input).toBeGreaterThanOrEqual(cacheRead + cacheWrite5m + cacheWrite1h);
          expect(output).toBeGreaterThanOrEqual(reasoning);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('every model call, tool and query is either used once or suppressed', () => {
    fc.assert(
      fc.property(anyTrace, (facts) => {
        const { facts: once } = growTrace(facts);
        const { uses, claims } = untangle(facts);
        const used = (spanId: string, kinds: readonly string[]) =>
          uses.filter((use) => use.fact.spanId === spanId && kinds.includes(use.kind)).length;
        const dropped = new Set(claims.flatMap((claim) => claim.suppressed.map((one) => one.spanId)));
        // A claim that holds nothing but finer tasks takes its suppressions with it, so only counted spans are sure.
        const isWhole = !once.some((one) => one.identity?.task !== undefined);
        for (const { spanId, kind } of once) {
          const own = isModelKind(kind)
            ? used(spanId, [kind])
            : kind === 'tool'
              ? used(spanId, ['tool'])
              : kind === 'vector' || kind === 'retrieval'
                ? used(spanId, ['vector'])
                : undefined;
          if (own === undefined) continue;
          expect(own).toBeLessThanOrEqual(1);
          if (own === 0 && isWhole) expect(dropped.has(spanId)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a leaf that reports usage, and that nobody else told, is charged all of it', () => {
    fc.assert(
      fc.property(anyTrace, (facts) => {
        const oneDialect = facts.map(({ responseId: _, ...rest }) => ({ ...rest, dialect: 'gen-ai' }));
        const { facts: once, last } = growTrace(oneDialect);
        const { uses } = untangle(once);
        once.forEach((leaf, node) => {
          if (last[node] !== node || !isModelKind(leaf.kind) || !reports(leaf.usage)) return;
          const use = uses.find((one) => 'usage' in one && one.fact.spanId === leaf.spanId);
          const charged = use !== undefined && 'usage' in use ? use.usage : undefined;
          expect(charged?.input).toBeGreaterThanOrEqual(leaf.usage.input);
          expect(charged?.output).toBeGreaterThanOrEqual(leaf.usage.output);
        });
      }),
      { numRuns: 200 },
    );
  });
});
