import { readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openJudge } from '../../src/domain/evaluation.ts';
import { FACT_FLAGS, FACT_KINDS } from '../../src/domain/fact.ts';
import { parseUsd } from '../../src/domain/money.ts';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { dialectTable } from '../../src/normalize/dialects.ts';
import { defaultNaming } from '../../src/normalize/naming.ts';
import { openNormalizer } from '../../src/normalize/normalizer.ts';
import { type PlainValue, spanView } from '../support/span-view.ts';

/** Opened once: the vocabulary then holds every name that is read. */
const vocabulary = new Vocabulary();
const normalizer = openNormalizer({
  vocabulary,
  naming: { ...defaultNaming, dimensions: [{ name: 'team', from: ['team'] }] },
  unitAttributes: [{ unit: 'page', attributes: ['pages'] }],
  judge: openJudge([{ name: '*', minScore: 1, outcome: 'solved' }]),
  nowMs: () => Date.UTC(2026, 10, 23, 12),
});
const names = vocabulary.freeze();

const value: fc.Arbitrary<PlainValue> = fc.oneof(
  fc.constantFrom(
    'chat',
    'execute_tool',
    'invoke_agent',
    'tools/call',
    'pinecone',
    'LLM',
    'solved',
    'generation',
    'CHAT_MODEL',
    'llm',
    'gen_ai.chat',
    'ai.generateText.doGenerate',
    'error',
    '["error"]',
    'anthropic',
    'claude-sonnet-4-5',
    'gemini-2.5-pro',
    '1e3',
    '-1',
    '{"__proto__":{"input":5},"constructor":3,"total":-1}',
    "{'cache_read': 5, 'audio': None}",
    '{"total_cost":"NaN","input_tokens":1.5}',
    '0.5',
    '',
    '{"input":12,"output":1e300,"input_cached_tokens":99,"total":7}',
    '{"cache_read":5,"ephemeral_1h_input_tokens":4}',
    '{"anthropic":{"usage":{"input_tokens":7,"cache_creation":{"ephemeral_1h_input_tokens":99}}}}',
    '{"usageMetadata":{"promptTokenCount":12,"candidatesTokenCount":1e300,"thoughtsTokenCount":99}}',
  ),
  fc.string({ unit: 'binary', maxLength: 2000 }),
  fc.double(),
  fc.nat(5000),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.string(), { maxLength: 3 }),
  fc.constant({ a: 1 }),
);
/** Names of two or three dialects that meet on one span, and any others. */
const attributes = fc.subarray([...dialectTable()], { maxLength: 3 }).chain((dialects) =>
  fc.dictionary(fc.constantFrom(...names, ...dialects.flatMap(({ reads }) => repeat(reads, 12))), value, {
    maxKeys: 25,
  }),
);
/** Often enough to be drawn among all the others. */
const repeat = (reads: readonly string[], times: number) => Array.from({ length: times }, () => reads).flat();

const nanos = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const span = fc.record({
  name: fc.string(),
  start: nanos,
  end: nanos,
  status: fc.nat(2),
  scope: fc.record({
    name: fc.constantFrom(
      '',
      'ai',
      'gen_ai',
      'strands-agents',
      'openlit',
      'com.anthropic.sdk.python',
      'openinference.instrumentation.anthropic',
      'opentelemetry.instrumentation.google_generativeai',
      'gcp.vertex.agent',
      'gemini-cli',
      '@voltagent/core',
      'com.anthropic.claude_code',
    ),
    version: fc.constantFrom('', '0.1.2', '1.1.1', 'unknown'),
  }),
  attributes,
  resource: attributes,
  events: fc.array(
    fc.record({ name: fc.constantFrom('', 'gen_ai.evaluation.result'), time: nanos, attributes }),
    { maxLength: 3 },
  ),
});

test('whatever the values are, the meaning is whole', () => {
  fc.assert(
    fc.property(span, (plain) => {
      const meaning = normalizer.read(spanView(vocabulary, plain));
      expect(FACT_KINDS).toContain(meaning.kind);
      for (const flag of meaning.flags ?? []) expect(FACT_FLAGS).toContain(flag);
      const { usage } = meaning;
      if (usage !== undefined) {
        for (const count of Object.values(usage))
          expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
        expect(usage.input).toBeGreaterThanOrEqual(usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h);
        expect(usage.output).toBeGreaterThanOrEqual(usage.reasoning);
      }
      const amounts = [
        meaning.stated?.usd,
        meaning.reportedUsd,
        meaning.valueUsd,
        meaning.remediation?.costUsd,
      ];
      for (const usd of amounts) if (usd !== undefined) expect(parseUsd(usd)).toBeDefined();
      for (const { quantity } of meaning.units ?? []) expect(quantity).toMatch(/^\d+(\.\d{1,6})?$/);
    }),
    { numRuns: 2000 },
  );
});

test('in whatever order its attributes come, it means the same', () => {
  fc.assert(
    fc.property(span, (plain) => {
      const view = spanView(vocabulary, plain);
      const backwards = { ...view, keyAt: (index: number) => view.keyAt(view.keyCount - 1 - index) };
      expect(normalizer.read(backwards)).toEqual(normalizer.read(view));
    }),
  );
});

test('a span read again means the same', () => {
  fc.assert(
    fc.property(span, (plain) => {
      const once = normalizer.read(spanView(vocabulary, plain));
      expect(normalizer.read(spanView(vocabulary, plain))).toEqual(once);
    }),
  );
});

test('every dialect says what it reads, once, and the vocabulary holds it', () => {
  const dialects = dialectTable();
  const known = dialects.map(({ name }) => name);
  expect(new Set(known).size).toBe(known.length);
  // The standard comes before the ones that it replaces, and databases before the frameworks around them.
  const order = ['mcp', 'db', 'gen-ai', 'openinference', 'openllmetry', 'langfuse'];
  expect(known.filter((name) => order.includes(name))).toEqual(order);
  // A dialect is a file of its own name; the other files hold names.
  const files = readdirSync('src/normalize/dialects').map((file) => file.replace('.ts', ''));
  const helpers = files.filter((file) => /-(?:names|said|systems)$/.test(file));
  expect([...known].sort()).toEqual(files.filter((file) => !helpers.includes(file)).sort());
  for (const { reads } of dialects) {
    expect(reads.length).toBeGreaterThan(0);
    for (const name of reads) expect(names).toContain(name);
  }
});
