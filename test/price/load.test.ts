import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compilePrices, loadPrices } from '../../src/price/load.ts';
import { overlay, snapshot } from './uses.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solvent-prices-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(text: string) {
  const path = join(folder, 'prices.yaml');
  await writeFile(path, text);
  return { path, loaded: await loadPrices(path) };
}

describe('the tables that a book is opened with', () => {
  test('without a file: the bundled one alone', async () => {
    expect(await loadPrices(undefined)).toEqual({
      kind: 'loaded',
      snapshot,
      overlay,
      userTable: undefined,
      warnings: [],
      texts: [
        { kind: 'snapshot', name: 'genai-prices-0.1.8.json', text: expect.any(String) },
        { kind: 'tiers', name: 'service-tiers.json', text: expect.any(String) },
        { kind: 'corrections', name: 'corrections.json', text: expect.any(String) },
      ],
    });
  });

  test('a file is named by its own id, or else by its path, and hashed by its bytes', async () => {
    const text = 'version: 1\ntable: {id: acme}\n';
    const { loaded } = await load(text);
    const hash = createHash('sha256').update(text).digest('hex');
    expect(loaded).toMatchObject({ kind: 'loaded', userTable: { id: 'acme', hash, rows: [], aliases: [] } });
    const nameless = await load('version: 1');
    expect(nameless.loaded).toMatchObject({ userTable: { id: nameless.path } });
  });

  test('the texts that were read make the same tables again', async () => {
    const { path, loaded } = await load('version: 1\naliases: [{model: m, as: {provider: p, model: n}}]');
    if (loaded.kind === 'refused') throw new Error(loaded.complaints.join());
    expect(loaded.texts.map(({ kind, name }) => [kind, name])).toEqual([
      ['snapshot', 'genai-prices-0.1.8.json'],
      ['tiers', 'service-tiers.json'],
      ['corrections', 'corrections.json'],
      ['user', path],
    ]);
    await rm(path);
    expect(compilePrices(loaded.texts)).toEqual(loaded);
  });

  test('letters are UTF-8', async () => {
    const { loaded } = await load('version: 1\naliases: [{model: größe, as: {provider: p, model: m}}]');
    expect(loaded).toMatchObject({ userTable: { aliases: [{ model: 'größe' }] } });
  });

  test('warnings are told, and the file is taken', async () => {
    const { path, loaded } = await load(
      'version: 1\nprices: [{match: {exact: a}, usd: {input: "2"}, tiers: [{gt: 5, usd: {input: "1"}}]}]',
    );
    expect(loaded).toMatchObject({
      kind: 'loaded',
      warnings: [`${path}:2: prices[0].tiers[0] asks less for input than below it`],
    });
  });

  test('complaints refuse it', async () => {
    const { path, loaded } = await load('version: 2');
    expect(loaded).toEqual({ kind: 'refused', complaints: [`${path}:1: version must be one of 1, not "2"`] });
  });

  test('an imported snapshot counts where its data came out later, and a damaged one is refused by name', async () => {
    const imported = join(folder, 'imported');
    await mkdir(imported);
    const text = JSON.stringify({ ...snapshot, version: '9', published: '2026-12-01' });
    const versionIn = (loaded: Awaited<ReturnType<typeof loadPrices>>) =>
      loaded.kind === 'loaded' ? loaded.snapshot.version : loaded.complaints;
    expect(versionIn(await loadPrices(undefined, imported))).toBe('0.1.8');
    await writeFile(join(imported, 'b.json'), text.replace('2026-12-01', '2026-01-01'));
    expect(versionIn(await loadPrices(undefined, imported))).toBe('0.1.8');
    await writeFile(join(imported, 'a.json'), text);
    expect(versionIn(await loadPrices(undefined, imported))).toBe('9');
    await writeFile(join(imported, 'a.json'), text.slice(0, 5000));
    expect(versionIn(await loadPrices(undefined, imported))).toEqual([
      'a.json: is no whole snapshot of prices; delete it, or import it anew',
    ]);
  });
});
