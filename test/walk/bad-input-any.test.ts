import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OUTCOMES } from '../../src/domain/task.ts';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { openNormalizer } from '../../src/normalize/normalizer.ts';
import { namingSettings } from '../../src/settings/derived.ts';
import { sampleOf } from '../support/metrics.ts';
import { testSettings, withService } from '../support/service.ts';
import { until } from '../support/until.ts';
import { type Asked, expectSound, metricsOf, post, Witnesses } from './witness.ts';

/**
 * Goal: no spans of any kind stop a settle step, which would stop it for everybody and for ever. Method: random
 * trees of random spans, few ids so that they collide, every attribute that is read at all, hostile values; outcomes
 * of the API over the same tasks; good spans among them. Then all is settled, sound, exact, and the books balance.
 */

const REQUESTS = 12;

function attributeNames(): readonly string[] {
  const vocabulary = new Vocabulary();
  const naming = namingSettings(testSettings());
  openNormalizer({ vocabulary, naming, unitAttributes: [], nowMs: Date.now });
  return vocabulary.freeze();
}

const now = BigInt(Date.now()) * 1_000_000n;
const TEXTS = [
  ...[
    '',
    'a',
    'gpt-4o',
    'openai',
    'chat',
    'execute_tool',
    'invoke_agent',
    'embeddings',
    'pinecone',
    'LLM',
    'TOOL',
    'CHAIN',
  ],
  ...[
    '__proto__',
    'constructor',
    '1e300',
    '9000000',
    '-5',
    'NaN',
    'true',
    'tooling',
    'remediation',
    'compute',
    ...OUTCOMES,
  ],
  ...[
    '{"a":1}',
    '[1,2]',
    '{',
    '\0',
    '\ufeff',
    '\ud800',
    '"',
    'x'.repeat(3000),
    '{"input_tokens":1e999}',
    '1000000000000',
  ],
];
const text = fc.constantFrom(...TEXTS);
const time = fc.constantFrom(
  '0',
  '1',
  '18446744073709551615',
  '4102444800000000000',
  `${now}`,
  `${now - 60_000_000_000n}`,
);
const id = (digits: number, max: number) =>
  fc.integer({ min: 1, max }).map((number) => number.toString(16).padStart(digits, '0'));

const { value } = fc.letrec<{ value: object }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    text.map((stringValue) => ({ stringValue })),
    fc
      .constantFrom('0', '5', '1000000000001', '9223372036854775807', '-9223372036854775808')
      .map((intValue) => ({ intValue })),
    fc.constantFrom(0.5, -1e300, 'NaN', 'Infinity', 3).map((doubleValue) => ({ doubleValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    fc.constant({ bytesValue: 'AAEC' }),
    fc.constant({}),
    fc.array(tie('value'), { maxLength: 3 }).map((values) => ({ arrayValue: { values } })),
    fc.record({ key: text, value: tie('value') }).map((pair) => ({ kvlistValue: { values: [pair] } })),
  ),
}));

function requestOf(names: readonly string[]) {
  const attribute = fc.record({ key: fc.constantFrom(...names), value });
  const attributes = (maxLength: number) => fc.array(attribute, { maxLength });
  const event = fc.record({ name: text, timeUnixNano: time, attributes: attributes(3) });
  const span = fc.record(
    {
      traceId: id(32, 12),
      spanId: id(16, 60),
      parentSpanId: id(16, 60),
      name: text,
      kind: fc.nat(6),
      startTimeUnixNano: time,
      endTimeUnixNano: time,
      attributes: attributes(12),
      events: fc.array(event, { maxLength: 2 }),
      status: fc.record({ code: fc.nat(3) }),
      flags: fc.constantFrom(0, 0x100, 0x300),
    },
    { requiredKeys: ['traceId', 'spanId'] },
  );
  const spans = fc.array(span, { minLength: 20, maxLength: 40 });
  return fc.record({ resource: fc.record({ attributes: attributes(3) }), spans });
}

const report = fc.record(
  {
    task_id: fc.constantFrom(...TEXTS.filter((one) => one !== '' && one.length < 1000)),
    outcome: fc.constantFrom(...OUTCOMES),
    remediation: fc.constantFrom({ cost_usd: '9000000' }, { minutes: 1_000_000 }, { cost_usd: '0' }),
    value_usd: fc.constantFrom('9000000', '0'),
  },
  { requiredKeys: ['task_id', 'outcome'] },
);

const tell = async ({ addresses }: Asked, body: object): Promise<number> => {
  const headers = { 'content-type': 'application/json' };
  const sent = { method: 'POST', headers, body: JSON.stringify(body) };
  return (await fetch(`${addresses.web}/api/v1/outcomes`, sent)).status;
};

test('no spans of any kind stop the settling', async () => {
  const seed = Number(process.env.SOLVENT_TEST_SEED ?? 20261123);
  const requests = fc.sample(requestOf(attributeNames()), { numRuns: REQUESTS, seed });
  const reports = fc.sample(report, { numRuns: REQUESTS, seed });
  const env = { SOLVENT_REMEDIATION: '[{cost_usd: "900000"}]', SOLVENT_REMEDIATION_HOURLY_USD: '500000' };
  await withService(env, async (service) => {
    const witnesses = new Witnesses();
    for (const [index, { resource, spans }] of requests.entries()) {
      const resourceSpans = [
        { resource, scopeSpans: [{ spans }] },
        { scopeSpans: [{ spans: [witnesses.span()] }] },
      ];
      const { status, text: said } = await post(service, JSON.stringify({ resourceSpans }));
      expect({ seed, index, status, said }).toEqual({ seed, index, status: 200, said: '{}' });
      expect({ seed, index, told: await tell(service, reports[index]!) }).toEqual({ seed, index, told: 200 });
    }
    await witnesses.charged(service);
    const samples = await until('nothing is pending', async () => {
      const page = await metricsOf(service);
      return sampleOf(page, 'solvent_spans_pending') === 0 && page;
    });
    const of = (name: string): number => sampleOf(samples, `solvent_${name}_total`) ?? 0;
    expect(of('spans_received')).toBe(
      of('spans_refused') + of('spans_edges') + of('facts_new') + of('facts_repeated'),
    );
    await expectSound(service);
  });
}, 60_000);
