import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { copyBackup, copyDataFiles } from '../../src/ledger/backup-files.ts';
import {
  BackupUnusable,
  filesBelow,
  isBackedUp,
  readBackup,
  seal,
} from '../../src/ledger/backup-manifest.ts';
import { openDuckDbLedger } from '../../src/ledger/duckdb/ledger.ts';
import { lockDataDirectory } from '../../src/ledger/lock.ts';
import { restoreBackup } from '../../src/ledger/restore.ts';
import { temporaryFolder } from '../support/service.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const at = (name: string): string => join(folder.path, name);
const ABOUT = { made_at: '2026-11-27T08:00:00.000Z', program: '0.1.0', schema: 5, position: '' };

function dataDir(name: string): string {
  for (const part of ['journal', 'prices', 'backups', 'exports'])
    mkdirSync(at(`${name}/${part}`), { recursive: true });
  const files = {
    'solvent.duckdb': 'ledger',
    'solvent.duckdb.wal': 'log',
    'solvent.lock': 'pid',
    'journal/0000000001.journal': '1'.repeat(40),
    'journal/0000000002.journal': '2'.repeat(40),
    'journal/0000000003.journal': '3'.repeat(40),
    'journal/notes.txt': 'not ours',
    'prices/tables.jsonl': '{}',
    'prices/half.new': 'not whole',
    'exports/charges.parquet': 'scratch',
    'backups/older': 'an older one',
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(at(`${name}/${path}`), text);
  return at(name);
}

test.each([
  ['solvent.duckdb', true],
  ['solvent.duckdb.wal', true],
  ['journal/0000000001.journal', true],
  ['journal/../0000000001.journal', false],
  ['../solvent.duckdb', false],
  ['/etc/passwd', false],
  ['prices/tables.jsonl', true],
  [`prices/${'a'.repeat(64)}`, true],
  ['price-snapshots/genai-prices-0.1.8-abc.json', true],
  ['price-snapshots/../x.json', false],
  ['solvent.lock', false],
  ['backups/x/solvent.duckdb', false],
])('%s belongs into a backup: %s', (path, belongs) => {
  expect(isBackedUp(path)).toBe(belongs);
});

test('what is copied are the files of the ledger and what a backup may have, the journal up to its end', async () => {
  const from = dataDir('copied');
  await copyDataFiles(from, at('copy'), { journalEnd: '0000000002:000000000025' });
  expect(await filesBelow(at('copy'))).toEqual([
    'journal/0000000001.journal',
    'journal/0000000002.journal',
    'prices/tables.jsonl',
    'solvent.duckdb',
    'solvent.duckdb.wal',
  ]);
  expect(readFileSync(at('copy/journal/0000000001.journal'), 'utf8')).toBe('1'.repeat(40));
  expect(readFileSync(at('copy/journal/0000000002.journal'), 'utf8')).toBe('2'.repeat(25));
});

test('a sealed backup is read back; with any of its files changed it is not', async () => {
  const from = dataDir('sealed');
  await copyDataFiles(from, at('whole'), { journalEnd: undefined });
  const manifest = await seal(at('whole'), ABOUT);
  expect(manifest.files.map(({ path }) => path)).toHaveLength(6);
  expect(await readBackup(at('whole'))).toEqual(manifest);
  await copyBackup(at('whole'), at('elsewhere'));
  expect(await readBackup(at('elsewhere'))).toEqual(manifest);
  await expect(copyBackup(at('whole'), at('elsewhere'))).rejects.toThrow('is not empty');
  for (const { path } of manifest.files) {
    const file = join(at('elsewhere'), path);
    const before = readFileSync(file);
    appendFileSync(file, 'x');
    await expect(readBackup(at('elsewhere'))).rejects.toThrow(BackupUnusable);
    truncateSync(file, before.length - 1);
    await expect(readBackup(at('elsewhere'))).rejects.toThrow(`${file} is not what was backed up there`);
    writeFileSync(file, before);
  }
  expect(await readBackup(at('elsewhere'))).toEqual(manifest);
});

test('copying the ledger of this process leaves its lock: another process is refused all the same', async () => {
  const path = at('locked/solvent.duckdb');
  const ledger = await openDuckDbLedger({ path });
  await ledger.checkpoint();
  await copyDataFiles(at('locked'), at('unlocked'), { journalEnd: undefined });
  expect(readdirSync(at('unlocked'))).toContain('solvent.duckdb');
  expect(lockedBySomebody(path)).toBe(true);
  await ledger.close();
  expect(lockedBySomebody(path)).toBe(false);
});

/** By the kernel's list of locks, which names inodes. */
function lockedBySomebody(path: string): boolean {
  const { ino } = statSync(path);
  return new RegExp(`:${ino} `).test(readFileSync('/proc/locks', 'utf8'));
}

test('a restore takes the lock of its target, and leaves a target that it refuses as it was', async () => {
  const from = dataDir('source');
  await copyDataFiles(from, at('backup'), { journalEnd: undefined });
  await seal(at('backup'), ABOUT);
  const giveBack = await lockDataDirectory(at('held'));
  await expect(restoreBackup(at('backup'), at('held'))).rejects.toThrow('is in use by process');
  await giveBack();
  await restoreBackup(at('backup'), at('held'));
  expect(readdirSync(at('held')).sort()).toEqual([
    'journal',
    'prices',
    'solvent.duckdb',
    'solvent.duckdb.wal',
  ]);
  await expect(restoreBackup(at('backup'), at('held'))).rejects.toThrow('is not empty');
  // A folder elsewhere, as a mount is to the path.
  mkdirSync(at('mount'));
  symlinkSync(at('mount'), at('link'));
  await restoreBackup(at('backup'), at('link'));
  expect(readdirSync(at('mount')).sort()).toEqual(readdirSync(at('held')).sort());
});
