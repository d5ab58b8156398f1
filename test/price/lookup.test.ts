import { describe, expect, test } from '@jest/globals';
import { NAMES_REMEMBERED_MAX, namesOf, openLookup, rememberedLookup } from '../../src/price/lookup.ts';
import {
  cardOf,
  type Snapshot,
  type SnapshotModel,
  type SnapshotProvider,
} from '../../src/price/snapshot.ts';
import { openSnapshotIndex } from '../../src/price/snapshot-index.ts';
import { readUserFile } from '../../src/price/user-file.ts';
import type { UserTable } from '../../src/price/user-table.ts';

/** A small table of its own, in the shape of the bundled one. */
const model = (id: string, match: SnapshotModel['match'], input = '1'): SnapshotModel => ({
  id,
  match,
  prices: [{ usd: { input } }],
});
const tableOf = (...providers: readonly SnapshotProvider[]): Snapshot => ({
  format: 1,
  source: 'test',
  version: '0',
  published: '2026-01-01',
  read: '2026-01-01',
  hash: 'h',
  per: { input: 1_000_000, request: 1000 },
  providers,
});
const SMALL = tableOf(
  {
    id: 'openai',
    claims: { or: [{ starts_with: 'GPT-' }, { contains: 'davinci' }] },
    models: [
      model('gpt-1', { or: [{ equals: 'gpt-1' }, { starts_with: 'gpt-1' }] }),
      model('gpt-1-first', { equals: 'gpt-1-twice' }),
      model('gpt-1-second', { equals: 'gpt-1-twice' }),
      model('gpt-1-long', { starts_with: 'gpt-1-turbo' }),
      model('shared', { equals: 'shared' }),
    ],
  },
  { id: 'azure', fallback: ['openai', 'mistral'], models: [model('phi', { equals: 'phi' })] },
  { id: 'mistral', models: [model('shared', { equals: 'shared' }), model('small', { contains: 'small' })] },
  { id: 'reseller', models: [model('only-here', { equals: 'only-here' })] },
);

const indexOf = (snapshot: Snapshot) => openSnapshotIndex(snapshot, () => undefined);
const lookupOf = (snapshot: Snapshot, user: UserTable | undefined) =>
  openLookup(indexOf(snapshot), user, namesOf(snapshot.providers, user));

const userOf = (body: string) => {
  const file = readUserFile('prices.yaml', `version: 1\n${body}`, 'h');
  if (file.kind === 'refused') throw new Error(file.complaints.join('\n'));
  return file.table;
};

/** `priceId flags` of the best choice, `| next` of the next, or the reason. */
function told(lookup: ReturnType<typeof openLookup>, provider: string, name: string): string {
  const found = lookup(provider, name);
  if (found.kind === 'missing') return found.reason;
  return found.choices
    .map(({ card, flags }) => [card.periods[0]!.priceId.replace('genai-prices/', ''), ...flags].join(' '))
    .join(' | ');
}

describe('in the table', () => {
  const lookup = lookupOf(SMALL, undefined);
  test.each([
    ['openai', 'gpt-1', 'openai/gpt-1'],
    ['openai', 'gpt-1-latest', 'openai/gpt-1'],
    ['openai', 'gpt-1-thinking', 'openai/gpt-1 prefix_match'],
    ['openai', 'gpt-1-turbo-x', 'openai/gpt-1-long prefix_match'],
    ['openai', 'gpt-1-2', 'model_unknown'],
    // Of two rows of one name the first.
    ['openai', 'gpt-1-twice', 'openai/gpt-1-first'],
    // A name that a head uncovers, word for word, before what a pattern makes of the whole.
    ['openai', 'openai/gpt-1', 'openai/gpt-1'],
    ['mistral', 'mistral/shared', 'mistral/shared'],
    // Where the provider itself has none: those that it falls back to, in their order.
    ['azure', 'phi', 'azure/phi'],
    ['azure', 'gpt-1', 'openai/gpt-1 fallback_provider'],
    ['azure', 'shared', 'openai/shared fallback_provider'],
    ['azure', 'x-small', 'mistral/small fallback_provider'],
    ['azure', 'gpt-1-thinking', 'openai/gpt-1 fallback_provider prefix_match'],
    ['azure', 'nothing', 'model_unknown'],
    ['nobody', 'gpt-1', 'provider_unknown'],
    ['openai', '', 'model_missing'],
    ['nobody', ' ', 'model_missing'],
  ])('%s %s: %s', (provider, name, wanted) => {
    expect(told(lookup, provider, name)).toBe(wanted);
  });

  test.each([
    // The head tells, also one that only sells.
    ['openai/gpt-1', 'openai/gpt-1 provider_inferred'],
    ['reseller/only-here', 'reseller/only-here provider_inferred'],
    // Who claims the name, wherever it is mentioned.
    ['gpt-1', 'openai/gpt-1 provider_inferred'],
    // Who knows it; two that do are a guess.
    ['x-small', 'mistral/small provider_inferred'],
    ['shared', 'model_unknown'],
    ['only-here', 'model_unknown'],
    // Claimed, and not known: another’s price is not taken instead.
    ['davinci-small', 'model_unknown'],
    ['gpt-1-thinking', 'model_unknown'],
    ['unheard-of', 'model_unknown'],
  ])('without a provider %s: %s', (name, wanted) => {
    for (const provider of ['', 'litellm', 'unknown']) expect(told(lookup, provider, name)).toBe(wanted);
  });
});

describe('the user’s rows before the table', () => {
  const lookup = lookupOf(
    SMALL,
    userOf(`
aliases:
  - {provider: azure, model: House, as: {provider: openai, model: gpt-1}}
  - {model: house, as: {provider: acme, model: big}}
  - {model: gpt-1-2, as: {provider: OpenAI, model: GPT-1}}
prices:
  - {id: any-star, match: {glob: "*b*"}, usd: {input: "1"}}
  - {id: any-big, match: {exact: big}, usd: {input: "1"}}
  - {id: acme-star, provider: acme, match: {glob: "*"}, usd: {input: "1"}}
  - {id: acme-dated, provider: acme, match: {exact: model, dated_snapshots: true}, usd: {input: "1"}}
  - {id: acme-prefix, provider: acme, match: {prefix: [mo, model-20]}, usd: {input: "1"}}
  - {id: other-big, provider: other, match: {exact: big}, usd: {input: "1"}}
  - {id: acme-rare, provider: acme, match: {exact: [rare, head/rare]}, usd: {input: "1"}}
  - {id: own-gpt, provider: openai, match: {exact: gpt-1}, usd: {input: "1"}}
  - {id: a-tool, kind: tool, match: {exact: tool}, usd: {call: "1"}}
`),
  );
  test.each([
    // A row of the provider before a row of any, however wide; then the more exact.
    ['acme', 'big', 'acme-star | any-big | any-star'],
    ['other', 'big', 'other-big | any-big | any-star'],
    ['nobody', 'big', 'any-big | any-star'],
    ['nobody', 'bob', 'any-star'],
    ['nobody', 'cat', 'provider_unknown'],
    ['acme', 'model', 'acme-dated | acme-prefix | acme-star'],
    ['acme', 'model-20260101', 'acme-dated | acme-prefix | acme-star'],
    ['acme', 'model-2026-01-01', 'acme-dated | acme-prefix | acme-star'],
    ['acme', 'model-202601011', 'acme-prefix | acme-star'],
    ['acme', 'model-1999-01-01', 'acme-prefix | acme-star'],
    ['acme', 'xmodel-20260101', 'acme-star'],
    ['acme', 'most', 'acme-prefix | acme-star'],
    // The table comes after.
    ['openai', 'gpt-1', 'own-gpt | openai/gpt-1'],
    ['openai', 'shared', 'openai/shared'],
    ['azure', 'gpt-1', 'openai/gpt-1 fallback_provider'],
    // Aliases first, that of the provider before that of any.
    ['azure', 'house', 'own-gpt | openai/gpt-1'],
    ['azure.ai.openai', ' HOUSE ', 'own-gpt | openai/gpt-1'],
    ['acme', 'house', 'acme-star | any-big | any-star'],
    ['', 'house', 'acme-star | any-big | any-star'],
    ['openai', 'gpt-1-2', 'own-gpt | openai/gpt-1'],
    // A head is cut where it is a provider’s.
    ['acme', 'acme/model', 'acme-dated | acme-prefix | acme-star'],
    // A price of a tool is for no model.
    ['nobody', 'tool', 'provider_unknown'],
  ])('%s %s: %s', (provider, name, wanted) => {
    expect(told(lookup, provider, name)).toBe(wanted);
  });

  test.each([
    ['rare', 'acme-rare provider_inferred'],
    ['head/rare', 'acme-rare provider_inferred'],
    // Two providers have a row for it: neither is taken, but a row of any would be.
    ['big', 'any-big'],
    ['gpt-1', 'own-gpt provider_inferred | openai/gpt-1 provider_inferred'],
  ])('without a provider %s: %s', (name, wanted) => {
    const without = lookupOf(
      SMALL,
      userOf(`
prices:
  - {id: any-big, match: {exact: big}, usd: {input: "1"}}
  - {id: acme-rare, provider: acme, match: {exact: [rare, head/rare]}, usd: {input: "1"}}
  - {id: own-gpt, provider: openai, match: {exact: gpt-1}, usd: {input: "1"}}
`),
    );
    expect(told(without, '', name)).toBe(wanted);
  });

  test('without a provider, rows of two of them are a guess, and none is taken', () => {
    const two = lookupOf(
      SMALL,
      userOf(`
prices:
  - {id: acme-big, provider: acme, match: {exact: big}, usd: {input: "1"}}
  - {id: other-big, provider: other, match: {prefix: bi}, usd: {input: "1"}}
`),
    );
    expect(told(two, '', 'big')).toBe('model_unknown');
    expect(told(two, 'acme', 'big')).toBe('acme-big');
    expect(told(two, '', 'bit')).toBe('other-big provider_inferred');
  });
});

describe('the index', () => {
  test('compiles a row once, and answers for a provider that it does not have', () => {
    const index = indexOf(SMALL);
    const spelled = [{ model: 'gpt-1', head: undefined }];
    expect(index.find('openai', spelled)?.card).toBe(index.find('openai', spelled)?.card);
    expect(index.find('nobody', spelled)).toBeUndefined();
    expect(index.claims('nobody', 'gpt-1')).toBe(false);
    expect(index.claims('mistral', 'small')).toBe(false);
    expect(index.fallbacks('nobody')).toEqual([]);
    expect(index.fallbacks('azure')).toEqual(['openai', 'mistral']);
  });

  test('an exact name in any spelling before a pattern in the first', () => {
    const index = indexOf(SMALL);
    const spellings = [
      { model: 'gpt-1-latest', head: undefined },
      { model: 'shared', head: undefined },
    ];
    expect(index.find('openai', spellings)?.card.model).toBe('shared');
  });
});

describe('a row of the table, compiled', () => {
  const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
  const MORNING = [60, 270];
  const NIGHT = [990, 1470];

  test('dates begin at midnight; a time of day holds from the dated row that it follows', () => {
    const { periods, always } = cardOf(SMALL, 'p', {
      id: 'm',
      match: { equals: 'm' },
      prices: [
        { usd: { input: '1' } },
        { daily: ['01:00:00Z', '04:30:00Z'], usd: { input: '2' } },
        { from: '2026-08-17', usd: { input: '3' } },
        { daily: ['16:30:00Z', '00:30:00Z'], usd: { input: '4' } },
      ],
    });
    expect(always).toBeUndefined();
    const hours = ({ when: { schedule } }: (typeof periods)[number]) => schedule?.spans.slice(0, 2);
    // The shorter hours before the longer ones, and both before what always holds.
    expect(periods.map((period) => [period.from, period.to, hours(period)])).toEqual([
      [-Infinity, day('2026-08-17'), [MORNING, MORNING.map((minute) => minute + 1440)]],
      [day('2026-08-17'), Infinity, [[0, 30], NIGHT]],
      [day('2026-08-17'), Infinity, undefined],
      [-Infinity, Infinity, undefined],
    ]);
    for (const { priceId, source } of periods)
      expect([priceId, source]).toEqual(['genai-prices/p/m', 'snapshot']);
  });

  test('a price is for as many units as the table says of its class, or for one', () => {
    const { always } = cardOf(SMALL, 'p', {
      id: 'm',
      match: { equals: 'm' },
      prices: [{ usd: { input: '1', request: '5', new_class: '2' } }],
    });
    expect([...always!.period.tiers[0].rates].map(([name, rate]) => [name, rate.per, rate.usd])).toEqual([
      ['input', 1_000_000, 1_000_000_000n],
      ['request', 1000, 5_000_000_000_000n],
      ['new_class', 1, 2_000_000_000_000_000n],
    ]);
  });

  test('a price that cannot be exact is our own mistake', () => {
    const bad = { id: 'm', match: { equals: 'm' }, prices: [{ usd: { input: '0.0000000001' } }] };
    expect(() => cardOf(SMALL, 'p', bad)).toThrow("the snapshot's price of p/m input is exact: 0.0000000001");
  });
});

test('an answer is remembered for each provider and model by itself', () => {
  const asked: string[] = [];
  const lookup = rememberedLookup((provider, name) => {
    asked.push(`${provider} ${name}`);
    return { kind: 'missing', reason: provider === 'a' ? 'model_unknown' : 'provider_unknown' };
  });
  for (const [provider, name] of [
    ['a', 'x'],
    ['b', 'x'],
    ['a', 'x'],
    ['a', 'y'],
    ['b', 'x'],
  ] as const)
    lookup(provider, name);
  expect(asked).toEqual(['a x', 'b x', 'a y']);
  expect(lookup('b', 'x')).toEqual({ kind: 'missing', reason: 'provider_unknown' });
});

test('after everything was forgotten it is remembered anew, also for a provider that was known', () => {
  let asked = 0;
  const lookup = rememberedLookup(() => {
    asked += 1;
    return { kind: 'missing', reason: 'model_unknown' };
  });
  for (let name = 0; name < NAMES_REMEMBERED_MAX; name += 1) lookup('p', `m${name}`);
  lookup('p', 'one more');
  lookup('p', 'another');
  for (const name of ['one more', 'another', 'one more']) lookup('p', name);
  expect(asked).toBe(NAMES_REMEMBERED_MAX + 2);
  expect(NAMES_REMEMBERED_MAX).toBe(8192);
});
