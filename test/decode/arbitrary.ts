import fc from 'fast-check';
import type {
  AnyValue,
  KeyValue,
  OtlpEvent,
  OtlpRequest,
  OtlpSpan,
  ResourceSpans,
  ScopeSpans,
} from './reference.ts';

/** A vocabulary with every length that the key table treats apart, and names that differ in one byte. */
export const NAMES = [
  'a',
  'ab',
  'abc',
  'abcd',
  'abcde',
  '__proto__',
  'constructor',
  'agent.session.id',
  'gen_ai.usage.input_tokens',
  'gen_ai.usage.output_tokens',
  'gen_ai.usage.prompt_tokens',
  'gen_ai.request.model',
  'gen_ai.response.model',
  'ключ',
  `long.${'x'.repeat(200)}`,
];

const key = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...NAMES) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('', 'b', 'abd', 'agent.session.ie', 'gen_ai.usage.input_token', 'toString'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);

export const text = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom('gpt-4o', 'gpt-4o', 'gpt-4o-mini', '', '12', '-1.5e3', 'NaN', 'a"b\\c\n'),
  },
  { weight: 4, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 200, maxLength: 600 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 1015, max: 1030 }), fc.constantFrom('e', 'é', '€', '😀'))
      .map(([length, last]) => 'x'.repeat(length) + last.repeat(4)),
  },
);

const long = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const nanos = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String);

const { value } = fc.letrec<{ value: AnyValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text.map((stringValue): AnyValue => ({ stringValue })),
    fc.boolean().map((boolValue): AnyValue => ({ boolValue })),
    fc.oneof(fc.integer().map(String), long.map(String)).map((intValue): AnyValue => ({ intValue })),
    fc.double().map((doubleValue): AnyValue => ({ doubleValue })),
    fc.constant<AnyValue>({}),
    fc.uint8Array({ maxLength: 9 }).map((bytesValue): AnyValue => ({ bytesValue })),
    fc.array(tie('value'), { maxLength: 4 }).map((values): AnyValue => ({ arrayValue: { values } })),
    fc
      .array(fc.record({ key, value: tie('value') }), { maxLength: 3 })
      .map((values): AnyValue => ({ kvlistValue: { values } })),
  ),
}));

export { value };

const attributes: fc.Arbitrary<readonly KeyValue[]> = fc.array(
  fc.record({ key, value }, { requiredKeys: ['key'] }),
  { maxLength: 8 },
);

const filled = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const id = (length: number) =>
  fc.oneof(
    { weight: 12, arbitrary: filled(length) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        new Uint8Array(length),
        new Uint8Array(0),
        new Uint8Array(length + 1).fill(7),
      ),
    },
  );

const event: fc.Arbitrary<OtlpEvent> = fc.record(
  {
    timeUnixNano: nanos,
    name: fc.constantFrom(
      'exception',
      'gen_ai.evaluation.result',
      'gen_ai.evaluation.resulT',
      'gen_ai.choice',
    ),
    attributes,
  },
  { requiredKeys: [] },
);

const span: fc.Arbitrary<OtlpSpan> = fc.record(
  {
    traceId: id(16),
    spanId: id(8),
    parentSpanId: id(8),
    name: text,
    kind: fc.integer({ min: 0, max: 6 }),
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    attributes,
    events: fc.array(event, { maxLength: 3 }),
    status: fc.record({ code: fc.integer({ min: 0, max: 3 }) }, { requiredKeys: [] }),
    flags: fc.nat(2 ** 32 - 1),
  },
  { requiredKeys: ['traceId', 'spanId'] },
);

const scopeSpans: fc.Arbitrary<ScopeSpans> = fc.record(
  {
    scope: fc.record({ name: text, version: text }, { requiredKeys: [] }),
    spans: fc.array(span, { maxLength: 4 }),
  },
  { requiredKeys: [] },
);

const resourceSpans: fc.Arbitrary<ResourceSpans> = fc.record(
  {
    resource: fc.record({ attributes }, { requiredKeys: [] }),
    scopeSpans: fc.array(scopeSpans, { maxLength: 3 }),
  },
  { requiredKeys: [] },
);

/** Any request: several resources and scopes, all kinds of values, now and then a bad id. */
export const request: fc.Arbitrary<OtlpRequest> = fc.record(
  { resourceSpans: fc.array(resourceSpans, { maxLength: 3 }) },
  { requiredKeys: [] },
);

/** Throws of a die, from which a writer takes its freedoms; a shrunk case throws zeros. */
export const dice: fc.Arbitrary<readonly number[]> = fc.array(fc.nat(999), { minLength: 1, maxLength: 60 });
