import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Charge } from '../../src/domain/charge.ts';
import { NO_USAGE, type Usage } from '../../src/domain/usage.ts';
import type { Use } from '../../src/domain/use.ts';
import { openPriceBook } from '../../src/price/book.ts';
import { loadPrices } from '../../src/price/load.ts';
import { rateOf } from '../../src/price/rate.ts';
import { actionOf, bookOf, callOf, nanos, noPolicy, priced, snapshot, totalOf } from './uses.ts';

const book = bookOf();

const usage: fc.Arbitrary<Usage> = fc
  .tuple(fc.nat(150_000), fc.nat(20_000), fc.nat(10_000), fc.nat(10_000), fc.nat(50_000), fc.nat(1000))
  .map(([fresh, cacheRead, cacheWrite5m, cacheWrite1h, answer, reasoning]) => ({
    input: fresh + cacheRead + cacheWrite5m + cacheWrite1h,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h,
    output: answer + reasoning,
    reasoning,
  }));
const known = fc.constantFrom(
  ['openai', 'gpt-4o'],
  ['openai', 'gpt-4-turbo'],
  ['anthropic', 'claude-sonnet-4-5'],
  ['google', 'gemini-2.5-pro'],
  ['perplexity', 'sonar-pro'],
  ['perplexity', 'sonar-deep-research'],
  ['aws.bedrock', 'us.anthropic.claude-sonnet-4-6'],
);
const sum = (charges: readonly Charge[]): bigint =>
  charges.reduce((total, { amount }) => total + amount!, 0n);

describe('laws of a model call', () => {
  test('every line is its quantity at its rate, and none is negative', () => {
    fc.assert(
      fc.property(known, usage, ([provider, model], tokens) => {
        for (const { amount, quantity, rate } of priced(book, callOf(provider!, model!, tokens))) {
          expect(amount! >= 0n).toBe(true);
          expect(Math.abs(Number(amount! * 1_000_000_000n - quantity * rate!))).toBeLessThanOrEqual(
            500_000_000,
          );
        }
      }),
    );
  });

  test('the lines cover every token once', () => {
    fc.assert(
      fc.property(known, usage, ([provider, model], tokens) => {
        const lines = priced(book, callOf(provider!, model!, tokens)).filter(
          (line) => line.class !== 'request',
        );
        const counted = lines.reduce((total, { quantity }) => total + quantity, 0n);
        expect(counted).toBe(BigInt(tokens.input + tokens.output) * 1_000_000n);
      }),
    );
  });

  test('a token more is never cheaper within a tier', () => {
    const parts = fc.constantFrom('input', 'output', 'cacheRead', 'cacheWrite5m', 'cacheWrite1h');
    fc.assert(
      fc.property(known, usage, parts, ([provider, model], tokens, part) => {
        const more = { ...tokens, [part]: tokens[part] + 1 };
        if (part !== 'input' && part !== 'output') more.input++;
        const call = (of: Usage) => sum(priced(book, callOf(provider!, model!, of)));
        expect(call(more) >= call(tokens)).toBe(true);
      }),
    );
  });
});

describe('laws of a trace', () => {
  const fact = callOf('openai', 'gpt-4o', NO_USAGE).fact;
  const uses: readonly Use[] = [
    callOf('openai', 'gpt-4o', { input: 10, output: 5 }),
    callOf('nobody', 'x', { input: 10 }),
    actionOf('tool', 'search'),
    actionOf('vector', 'pinecone', { pinecone_read_unit: '5' }),
    { kind: 'inference', fact, taskId: 't', usage: { ...NO_USAGE, input: 7, output: 2 }, units: [] },
    { kind: 'stated', fact, taskId: 't', component: 'compute', usd: '0.1' },
    { kind: 'remediation', fact, taskId: 't', costUsd: '10' },
  ];
  const byKey = (charges: readonly Charge[]) =>
    new Map(charges.map((charge) => [`${charge.traceId} ${charge.spanId} ${charge.line}`, charge]));

  test('keys are unique, and whatever the order of the uses each key has the same line', () => {
    const plain = byKey(priced(book, ...uses));
    fc.assert(
      fc.property(fc.shuffledSubarray([...uses], { minLength: uses.length }), (order) => {
        const charges = priced(book, ...order);
        expect(byKey(charges).size).toBe(charges.length);
        expect(byKey(charges)).toEqual(plain);
      }),
    );
  });

  test('an amount is missing exactly where there is a reason', () => {
    for (const { amount, reason } of priced(book, ...uses)) expect(amount === null).toBe(reason !== null);
  });

  test('the same trace costs the same whatever the book was asked before', () => {
    const before = priced(book, ...uses);
    for (const { id, models } of snapshot.providers)
      for (const model of models.slice(0, 3)) priced(book, callOf(id, model.id, { input: 1 }));
    expect(priced(book, ...uses)).toEqual(before);
  });
});

describe('rates as integers', () => {
  test('a published price is exact, and what is finer than a femtodollar a unit is no rate', () => {
    expect(rateOf('0.003625', 1_000_000)).toMatchObject({ usd: 3_625_000n, pico: 3625n });
    expect(rateOf('0.083333333', 1_000_000)).toMatchObject({ usd: 83_333_333n, pico: undefined });
    expect(rateOf('1', 3)).toBeUndefined();
    expect(rateOf('-1', 1)).toBeUndefined();
    expect(rateOf('abc', 1)).toBeUndefined();
    expect(rateOf('9223.372036854775807', 1)?.usd).toBe(9_223_372_036_854_775_807n);
    expect(rateOf('9223.372036854775808', 1)).toBeUndefined();
  });

  test('a line whose rate is no whole picodollar rounds once', () => {
    const fine = bookOf('version: 1\nprices: [{provider: a, match: {exact: b}, usd: {input: 0.083333333}}]');
    const amounts = [1, 2, 3].map((input) => priced(fine, callOf('a', 'b', { input }))[0]!.amount);
    expect(amounts).toEqual([83_333n, 166_667n, 250_000n]);
  });

  test('every price of the snapshot compiles', () => {
    for (const { models } of snapshot.providers)
      for (const { prices } of models)
        for (const { usd, tiers } of prices)
          for (const one of [usd, ...(tiers ?? []).map((tier) => tier.usd)])
            for (const [name, text] of Object.entries(one))
              expect(rateOf(text, snapshot.per[name]!)).toBeDefined();
  });
});

describe('what the API shows', () => {
  test('the row in force, with its tiers', () => {
    expect(book.rates('openai', 'gpt-5.6-sol', Date.parse('2026-11-23'))).toEqual({
      provider: 'openai',
      model: 'gpt-5.6-sol',
      priceId: 'overlay/openai/gpt-5.6-sol',
      tableHash: book.tableHash,
      source: 'overlay',
      note: expect.stringContaining('OpenAI publishes "above 272K"'),
      when: '',
      basis: 'prompt_total',
      others: [],
      flags: [],
      validFrom: Date.parse('2026-08-21'),
      validTo: undefined,
      rates: expect.arrayContaining([{ class: 'input', usd: '4', per: 1_000_000 }]),
      tiers: [
        { above: 272_000, rates: expect.arrayContaining([{ class: 'input', usd: '8', per: 1_000_000 }]) },
      ],
    });
  });

  test('a row that was replaced says until when it held', () => {
    const card = book.rates('openai', 'gpt-5.6-sol', Date.parse('2026-08-20'));
    expect(card).toMatchObject({ validFrom: undefined, validTo: Date.parse('2026-08-21') });
  });

  test('nothing for a model that nobody knows', () => {
    expect(book.rates('openai', 'gpt-99', 0)).toBeUndefined();
    expect(book.rates('nobody', 'gpt-4o', 0)).toBeUndefined();
  });

  test('the age of the data counts from the day that it came out', () => {
    expect(book.ageMs(Date.parse('2026-09-24'))).toBe(86_400_000);
  });
});

describe('tables from files', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'solvent-prices-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const load = async (yaml: string) => {
    const path = join(folder, 'prices.yaml');
    await writeFile(path, yaml);
    const loaded = await loadPrices(path);
    if (loaded.kind === 'refused') throw new Error(loaded.complaints.join('\n'));
    return openPriceBook({ ...loaded, policy: noPolicy });
  };

  test('the hash names the snapshot and every byte of the file', async () => {
    const yaml = 'version: 1\nprices: [{provider: a, match: {exact: b}, usd: {input: "1"}}]\n';
    const one = await load(yaml);
    expect(one.tableHash).toMatch(/^[0-9a-f]{64}$/);
    expect((await load(yaml)).tableHash).toBe(one.tableHash);
    expect((await load(`${yaml}# seen\n`)).tableHash).not.toBe(one.tableHash);
    expect(book.tableHash).not.toBe(one.tableHash);
    expect(totalOf(priced(one, callOf('a', 'b', { input: 1e6 }, { end: nanos('1970-01-01') })))).toBe('1');
  });

  test('a file that is not there, or a folder without files, is one complaint', async () => {
    const missing = join(folder, 'none.yaml');
    expect(await loadPrices(missing)).toEqual({
      kind: 'refused',
      complaints: [`${missing}: the price file cannot be read: there is no such file`],
    });
    await mkdir(join(folder, 'empty'));
    expect(await loadPrices(join(folder, 'empty'))).toMatchObject({
      complaints: [`${join(folder, 'empty')}: the folder of prices has no .yaml file`],
    });
  });

  test('one snapshot is bundled, with its licence', async () => {
    const files = await readdir(new URL('../../src/price/snapshot/', import.meta.url));
    expect(files.sort()).toEqual(['NOTICE', `genai-prices-${snapshot.version}.json`]);
  });
});
