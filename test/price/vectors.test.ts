import { describe, expect, test } from '@jest/globals';
import type { Charge } from '../../src/domain/charge.ts';
import { STALE_AFTER_DAYS } from '../../src/domain/policy.ts';
import { readUserFile } from '../../src/price/user-file.ts';
import type { PlainSpan } from '../support/span-view.ts';
import { at, BILLS, call, NOVEMBER, SONNET } from './bills.ts';
import { openSpans } from './spans.ts';
import { bookOf, flagsOf, linesOf, nanos, totalOf } from './uses.ts';

/**
 * **Goal**: each of the 46 threads about wrong bills that we know of is right here, under its own name. **Method**: the
 * span of the thread, with the attributes that its emitter writes, through normalize, untangle and price; the figures are
 * worked out by hand from the published rates. What a thread counts otherwise than tokens is asserted beside it.
 */

const list = bookOf();
const charged = (span: PlainSpan, ...others: readonly PlainSpan[]): readonly Charge[] =>
  openSpans(list)(span, ...others);
const cost = (...spans: readonly PlainSpan[]): string => totalOf(openSpans(list)(...spans));
const costBy = (yaml: string, ...spans: readonly PlainSpan[]): string =>
  totalOf(openSpans(bookOf(`version: 1\n${yaml}`))(...spans));

describe('bills', () => {
  test.each(BILLS)('%d. %s', (_number, _thread, span, usd) => {
    const charges = charged(span);
    expect(totalOf(charges)).toBe(usd);
    for (const { amount } of charges) expect(amount! >= 0n).toBe(true);
  });
});

const under = (spanId: string, parentId: string): PlainSpan => ({
  ...at(NOVEMBER),
  spanId: spanId.padStart(16, '0'),
  ...(parentId !== '' && { parentId: parentId.padStart(16, '0') }),
});

const told = new Set(BILLS.map(([number]) => number));

/** A thread that is no single bill. */
function thread(number: number, name: string, run: () => void): void {
  told.add(number);
  test(`${number}. ${name}`, run);
}

describe('threads that are no single bill', () => {
  thread(8, 'litellm#40006, #31282: a price of the user’s own takes the way of every other', () => {
    const own =
      'prices: [{provider: acme, match: {exact: m}, usd: {input: "3", output: "15", cache_read: "0.30", cache_write_5m: "3.75"}}]';
    const counts = { in: 10_000, cr: 6000, cw: 2000, out: 500 };
    expect(costBy(own, call('acme/m', counts))).toBe(cost(call(SONNET, counts)));
  });

  thread(
    19,
    'litellm#42469, #35953, #27612: a region without a price says so, and one with a price has it',
    () => {
      const from = (region: string) =>
        charged(
          call('aws.bedrock/meta.llama3-2-1b-instruct-v1:0', { in: 1_000_000 }, { 'aws.region': region }),
        );
      expect([from('us-east-1'), from('eu-west-1')].map(totalOf)).toEqual(['0.1', '0.11']);
      expect(['us-east-1', 'eu-west-1', 'af-south-1'].map((region) => flagsOf(from(region)))).toEqual([
        '',
        '',
        'region_unpriced',
      ]);
    },
  );

  thread(20, 'litellm#9833: a cache read that is dearer than input is refused', () => {
    const file = readUserFile(
      'p.yaml',
      'version: 1\nprices: [{match: {exact: a}, usd: {input: "0.25", cache_read: "0.3"}}]',
      'h',
    );
    expect(file).toMatchObject({ kind: 'refused' });
  });

  thread(21, 'litellm#37255, Portkey#900, genai-prices#571, models.dev#5218: hours and weekdays', () => {
    const price = (time: string) => cost(call('deepseek/deepseek-v4-pro', { in: 1_000_000 }, {}, at(time)));
    expect(['2026-07-01T02:00:00Z', '2026-09-04T02:00:00Z', '2026-09-05T02:00:00Z'].map(price)).toEqual([
      '0.435',
      '1.32',
      '0.66',
    ]);
  });

  thread(
    22,
    'litellm#31606: hours go with tiers, in the provider’s zone, by the time at which the call is billed',
    () => {
      const own = `
prices:
  - provider: ali
    match: {exact: qwen}
    rates:
      - usd: {input: "2"}
        tiers: [{gt: 32k, usd: {input: "4"}}]
      - when: {schedule: {tz: Asia/Shanghai, hours: ["00:00-08:00"]}}
        inherit: standard
        usd: {input: "1"}
        tiers: [{gt: 32k, usd: {input: "3"}}]`;
      const price = (input: number, time: string) =>
        costBy(own, call('ali/qwen', { in: input }, {}, at(time)));
      expect(price(32_000, '2026-11-21T16:00:00Z')).toBe('0.032');
      expect(price(100_000, '2026-11-21T16:00:00Z')).toBe('0.3');
      expect(price(100_000, '2026-11-22T00:00:00Z')).toBe('0.4');
      // Begun in the cheap hours, billed after them.
      const long = { start: nanos('2026-11-21T23:00:00Z'), end: nanos('2026-11-22T00:00:01Z') };
      expect(costBy(own, call('ali/qwen', { in: 32_000 }, {}, long))).toBe('0.064');
    },
  );

  thread(23, 'litellm#9522: an image in the input has its price', () => {
    expect(
      cost(call('openai/gpt-image-1', { in: 1000, out: 0 }, { 'gen_ai.usage.image.input_tokens': 600 })),
    ).toBe('0.008');
  });

  thread(29, 'langfuse#14754, strands#1267: an agent’s sum over its calls is not another call', () => {
    const counts = { in: 1000, out: 100 };
    const agent = call(SONNET, counts, { 'gen_ai.operation.name': 'invoke_agent' }, under('1', ''));
    expect(cost(agent, call(SONNET, counts, {}, under('2', '1')))).toBe('0.0045');
  });

  thread(30, 'langfuse#16409, traceroot#1626: an embedding told by its root and its leaf is one', () => {
    const embed = (span: PlainSpan) =>
      call(
        'openai/text-embedding-3-small',
        { in: 1_000_000 },
        { 'gen_ai.operation.name': 'embeddings' },
        span,
      );
    expect(cost(embed(under('1', '')), embed(under('2', '1')))).toBe('0.02');
  });

  thread(33, 'langfuse#2112: what the application’s own cache answers costs nothing, and is shown', () => {
    const charges = charged(call(SONNET, { in: 1000, out: 100 }, { 'gen_ai.response.cache_hit': true }));
    expect([linesOf(charges), flagsOf(charges)]).toEqual([['tokens 1100 0'], 'cache_hit']);
  });

  thread(34, 'langfuse#2382: a model that runs at home is nobody’s, and free where the user says so', () => {
    const local = call('ollama/mistral', { in: 1000, out: 100 });
    expect(cost(local)).toBe('unpriced:provider_unknown');
    expect(
      costBy('prices: [{provider: ollama, match: {glob: "*"}, usd: {input: "0", output: "0"}}]', local),
    ).toBe('0');
  });

  thread(38, 'phoenix#12673: a table that is two months old is told of', () => {
    const twoMonths = list.ageMs(Date.parse('2026-11-23T00:00:00Z')) / 86_400_000;
    expect(twoMonths).toBe(61);
    expect(twoMonths).toBeGreaterThan(STALE_AFTER_DAYS);
  });

  thread(39, 'phoenix#5590, #8224, #15913: one call that two instrumentations tell is one', () => {
    const one = { 'gen_ai.response.id': 'msg_1' };
    const other = call('openai/gpt-4o', { in: 2006, cr: 1920, out: 300 }, one, under('2', '1'));
    expect(cost(call('openai/gpt-4o', { in: 2006, out: 300 }, one, under('1', '')), other)).toBe('0.005615');
  });

  thread(40, 'Helicone#4893, #5172: a router’s own figure is kept beside ours, whichever is believed', () => {
    const routed = call(
      'openrouter/openai/gpt-4o-mini',
      { in: 5156, out: 21 },
      { 'gen_ai.usage.cost': 0.0009 },
    );
    const [first] = charged(routed);
    expect(first).toBeDefined();
    expect(['0.000786', '0.0009']).toContain(cost(routed));
  });

  thread(41, 'Helicone#5375, #5423, #5700, #3687: a model by a new name is unpriced, and never $0', () => {
    const charges = charged(call('openai/gpt-99-turbo', { in: 1000, out: 10 }));
    expect(charges).toMatchObject([{ amount: null, reason: 'model_unknown', quantity: 1_010_000_000n }]);
  });

  thread(43, 'genai-prices#455, #145: a deployment’s name is priced by an alias', () => {
    const deployed = call('azure.ai.openai/my-gpt4o-deployment', { in: 1000, out: 0 });
    expect(cost(deployed)).toBe('unpriced:model_unknown');
    const alias =
      'aliases: [{provider: azure, model: My-GPT4o-deployment, as: {provider: azure, model: gpt-4o}}]';
    expect(costBy(alias, deployed)).toBe('0.0025');
  });

  thread(
    45,
    'growthxai/output#255, langwatch#2914: no model has the price of one whose name it begins with',
    () => {
      const rowOf = (model: string) => charged(call(`anthropic/${model}`, { in: 1 }))[0]!.priceId;
      expect(rowOf('claude-opus-4-8')).toBe('genai-prices/anthropic/claude-opus-4-8');
      expect(cost(call('anthropic/claude-opus-4-99', { in: 1 }))).toBe('unpriced:model_unknown');
      // A dated snapshot is the model, though nobody wrote its date down.
      expect(rowOf('claude-opus-4-8-20261231')).toBe('genai-prices/anthropic/claude-opus-4-8');
    },
  );

  thread(46, 'orca#124, context-lens#29: an unpriced call is no $0', () => {
    expect(charged(call('openai/gpt-99', { in: 1000 }))[0]!.amount).toBeNull();
  });

  thread(
    46,
    'preloop#197: a call that was refused is billed nothing, and a reported 0 is not believed',
    () => {
      const refused = call('openai/gpt-4o', {}, { 'error.type': 'RateLimitError' }, { status: 2 });
      expect(charged(refused).filter(({ amount }) => (amount ?? 0n) > 0n)).toEqual([]);
      expect(cost(call('openai/gpt-4o', { in: 1000 }, { 'gen_ai.usage.cost': 0 }))).toBe('0.0025');
      const own = 'prices: [{provider: acme, match: {exact: m}, usd: {request: "0.01"}}]';
      expect(costBy(own, call('acme/m', {}, { 'error.type': '429' }, { status: 2 }))).toBe('0');
    },
  );

  thread(46, 'a missing cache price costs what the input does, and says so', () => {
    expect(flagsOf(charged(call('openai/gpt-4-turbo', { in: 1000, cr: 800 })))).toContain(
      'cache_price_missing',
    );
  });
});

test('all 46 threads are here', () => {
  expect([...told].sort((left, right) => left - right)).toEqual(
    Array.from({ length: 46 }, (_, index) => index + 1),
  );
});
