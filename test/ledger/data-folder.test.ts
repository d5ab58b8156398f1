import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DataDirectoryBusy, lockDataDirectory } from '../../src/ledger/lock.ts';
import { temporaryFolder } from '../support/service.ts';

describe('the data directory', () => {
  const folder = temporaryFolder();
  beforeAll(() => {
    writeFileSync(join(folder.path, 'file'), '');
  });
  afterAll(folder.remove);
  const at = (path: string): string => (path.startsWith('/') ? path : join(folder.path, path));

  test('is made with its parents, taken, and given back', async () => {
    const giveBack = await lockDataDirectory(at('a/b/c'));
    expect(readdirSync(at('a/b/c'))).toEqual(['solvent.lock']);
    await giveBack();
    expect(readdirSync(at('a/b/c'))).toEqual([]);
    await (await lockDataDirectory(at('a/b/c')))();
  });

  // Root may write anywhere but where there is nothing to write to.
  const PROC = existsSync('/proc/1') ? ['/proc/solvent', '/proc', '/proc/1/deep/er'] : [];

  test.each([
    ['file', 'a file is in its place'],
    ['file/below', 'a file is in its place'],
    ...PROC.map((path) => [path, 'no file or folder can be made there'] as const),
  ])('%s cannot be written: %s', async (path, why) => {
    const refused = lockDataDirectory(at(path));
    await expect(refused).rejects.toThrow(DataDirectoryBusy);
    await expect(refused).rejects.toThrow(
      `the data directory ${at(path)} cannot be written: ${why}. Set SOLVENT_DATA_DIR to another one.`,
    );
  });
});
