import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { waitForUpdate } from '@pydantic/genai-prices';
import { changesBetween, nextSnapshot, snapshotText } from '../../src/price/import.ts';
import { CLASS_PER, type PackageProvider, readPackage } from '../../src/price/package-prices.ts';
import type { Snapshot, SnapshotPrice, SnapshotProvider } from '../../src/price/snapshot.ts';
import { snapshot } from './uses.ts';

const hashOf = (providers: unknown) => createHash('sha256').update(JSON.stringify(providers)).digest('hex');

describe('the package, compiled', () => {
  test('is the bundled snapshot, to the byte', async () => {
    const read = readPackage((await waitForUpdate()) as unknown as readonly PackageProvider[]);
    if (read.kind === 'refused') throw new Error(read.complaints.join('\n'));
    expect(hashOf(read.providers)).toBe(snapshot.hash);
    expect(hashOf(snapshot.providers)).toBe(snapshot.hash);
    expect(CLASS_PER).toEqual(snapshot.per);
    expect(JSON.parse(snapshotText(snapshot))).toEqual(snapshot);
  });

  test.each<[string, unknown, string]>([
    ['a new key', { smell_mtok: 1 }, 'its price key smell_mtok is new: give it a class in package-prices.ts'],
    ['a new condition', [{ constraint: { type: 'moon' }, prices: {} }], 'its condition moon is new'],
    ['too fine a price', { input_mtok: 1.5e-10 }, 'its price 1.5e-10 does not survive nine decimals'],
    ['no number', { input_mtok: Number.NaN }, 'its price NaN does not survive nine decimals'],
  ])('%s is a complaint with its model', (_, prices, why) => {
    const data = [{ id: 'p', models: [{ id: 'm', match: { equals: 'm' }, prices }] }];
    const read = readPackage(data as unknown as readonly PackageProvider[]);
    expect(read).toEqual({ kind: 'refused', complaints: [`p/m: ${why}`] });
  });

  test('a free model is free, and another without prices has none', () => {
    const model = (id: string) => ({ id, match: { equals: id }, prices: {} });
    const read = readPackage([{ id: 'p', models: [model('m:free'), model('m')] }]);
    expect(read).toMatchObject({
      providers: [
        { models: [{ prices: [{ usd: { input: '0', output: '0' } }] }, { prices: [{ usd: {} }] }] },
      ],
    });
  });
});

const list = (models: Readonly<Record<string, readonly SnapshotPrice[]>>): readonly SnapshotProvider[] => [
  { id: 'p', models: Object.entries(models).map(([id, prices]) => ({ id, match: { equals: id }, prices })) },
];
const head = { source: 's', version: '2', published: '2026-12-01', read: '2026-12-02' };
const old = (models: Parameters<typeof list>[0]): Snapshot => ({ ...snapshot, providers: list(models) });
const historyOf = (before: readonly SnapshotPrice[], ...after: readonly (readonly SnapshotPrice[])[]) => {
  const last = after.reduce(
    (known, prices, index) =>
      nextSnapshot(known, list({ m: prices }), { ...head, read: `2026-12-0${index + 2}` }),
    old({ m: before }),
  );
  return last.providers[0]!.models[0]!.prices;
};
const [ONE, TWO, THREE] = ['1', '2', '3'].map((input): SnapshotPrice => ({ usd: { input } })) as [
  SnapshotPrice,
  SnapshotPrice,
  SnapshotPrice,
];
const seen = (price: SnapshotPrice, from: string): SnapshotPrice => ({ from, observed: true, ...price });

describe('what a price was before', () => {
  const dated = [ONE, { from: '2026-06-01', ...TWO }];
  const hourly: SnapshotPrice = { daily: ['01:00:00Z', '04:00:00Z'], usd: { input: '9' } };
  test.each<
    [string, readonly SnapshotPrice[], readonly (readonly SnapshotPrice[])[], readonly SnapshotPrice[]]
  >([
    ['stays where nothing changed', [ONE], [[ONE], [ONE]], [ONE]],
    ['holds until the day on which another was seen', [ONE], [[TWO]], [ONE, seen(TWO, '2026-12-02')]],
    ['is not seen twice', [ONE], [[TWO], [TWO]], [ONE, seen(TWO, '2026-12-02')]],
    [
      'grows by each change',
      [ONE],
      [[TWO], [THREE]],
      [ONE, seen(TWO, '2026-12-02'), seen(THREE, '2026-12-03')],
    ],
    ['comes back', [ONE], [[TWO], [ONE]], [ONE, seen(TWO, '2026-12-02'), seen(ONE, '2026-12-03')]],
    ['is theirs, where they publish dates', [ONE], [dated], dated],
    ['keeps its hours', [ONE], [[TWO, hourly]], [ONE, seen(TWO, '2026-12-02'), seen(hourly, '2026-12-02')]],
  ])('%s', (_, before, after, wanted) => {
    expect(historyOf(before, ...after)).toEqual(wanted);
  });

  test('is kept of models and providers that are gone', () => {
    const before = {
      ...old({ m: [ONE], gone: [TWO] }),
      providers: [...list({ m: [ONE], gone: [TWO] }), { id: 'q', models: [] }],
    };
    const next = nextSnapshot(before, list({ m: [ONE], fresh: [THREE] }), head);
    expect(next.providers.map(({ id, models }) => [id, models.map((model) => model.id)])).toEqual([
      ['p', ['m', 'fresh', 'gone']],
      ['q', []],
    ]);
    expect(next.hash).toBe(hashOf(next.providers));
    expect(next).toMatchObject(head);
  });
});

describe('what an import changes', () => {
  const changed = (before: SnapshotPrice, after: SnapshotPrice) =>
    changesBetween(old({ m: [before] }), nextSnapshot(old({ m: [before] }), list({ m: [after] }), head)).map(
      ({ class: name, before: from, after: to, jump }) => [name, from, to, jump],
    );
  test.each<[string, string, boolean]>([
    ['1', '5', false],
    ['1', '5.1', true],
    ['5', '1', false],
    ['5.1', '1', true],
    ['0', '1', true],
    ['1', '0', true],
  ])('from %s to %s is a jump: %s', (from, to, jump) => {
    expect(changed({ usd: { input: from } }, { usd: { input: to } })).toEqual([['input', from, to, jump]]);
  });

  test('is told by class, also above a threshold, and of classes that come and go', () => {
    const before: SnapshotPrice = {
      usd: { input: '1', output: '2' },
      tiers: [{ gt: 5, usd: { input: '2' } }],
    };
    const after: SnapshotPrice = {
      usd: { input: '1', cache_read: '0.1' },
      tiers: [{ gt: 5, usd: { input: '3' } }],
    };
    expect(changed(before, after)).toEqual([
      ['cache_read', undefined, '0.1', false],
      ['input>5', '2', '3', false],
      ['output', '2', undefined, false],
    ]);
    expect(changed(before, before)).toEqual([]);
  });

  test('a new model is told as one', () => {
    const next = nextSnapshot(old({ m: [ONE] }), list({ m: [ONE], fresh: [TWO] }), head);
    expect(changesBetween(old({ m: [ONE] }), next)).toEqual([
      { provider: 'p', model: 'fresh', class: '', before: undefined, after: 'new', jump: false },
    ]);
  });
});
