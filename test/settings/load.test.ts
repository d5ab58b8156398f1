import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { loadSettings } from '../../src/settings/load.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solvent-settings-'));
  await writeFile(join(folder, 'a.yaml'), 'web_port: 1\nprices: p.yaml');
  await writeFile(join(folder, 'b.yaml'), 'web_port: 2');
});
afterAll(() => rm(folder, { recursive: true }));

test('no file, no complaint', async () => {
  expect(await loadSettings({ env: {} })).toMatchObject({ kind: 'ok', settings: { webPort: 9464 } });
  expect(await loadSettings({ env: { SOLVENT_CONFIG: '' } })).toMatchObject({ kind: 'ok' });
});

test('--config beats SOLVENT_CONFIG', async () => {
  const [a, b] = [join(folder, 'a.yaml'), join(folder, 'b.yaml')];
  const env = { SOLVENT_CONFIG: b };
  expect(await loadSettings({ env })).toMatchObject({ settings: { webPort: 2 } });
  expect(await loadSettings({ configPath: a, env })).toMatchObject({
    settings: { webPort: 1, prices: join(folder, 'p.yaml') },
  });
});

test('a file that cannot be read is told with all other mistakes', async () => {
  const configPath = join(folder, 'none.yaml');
  expect(await loadSettings({ configPath, env: { SOLVENT_WEB_PORT: 'x' } })).toEqual({
    kind: 'refused',
    complaints: [
      `${configPath} (--config) cannot be read: there is no such file`,
      'SOLVENT_WEB_PORT is "x", but should be a port from 0 to 65535 (0 picks a free one)',
    ],
  });
  expect(await loadSettings({ env: { SOLVENT_CONFIG: folder } })).toEqual({
    kind: 'refused',
    complaints: [`${folder} (SOLVENT_CONFIG) cannot be read: it is a folder`],
  });
});
