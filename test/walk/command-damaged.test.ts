import {
  chmodSync,
  chownSync,
  cpSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/service.ts';
import { smallDisk } from '../support/small-disk.ts';
import { type Ended, mayRead, serving, solvent, stop } from './solvent.ts';
import { bodyOf, expectSound, post, Witnesses } from './witness.ts';

/**
 * Goal: files that cannot be used stop the start with one line that names the file and what to do, whatever is wrong with
 * them; nothing undamaged is touched by it, and with the damage gone everything is there. Method: the built command line
 * over a data directory that a kill left, with a ledger, its log and a journal; one file of it is harmed.
 */

const folder = temporaryFolder();
const disk = smallDisk(64 * 1024 * 1024);
afterAll(() => {
  folder.remove();
  disk?.remove();
});
const at = (name: string): string => join(folder.path, name);
const witnesses = new Witnesses();

beforeAll(async () => {
  const first = await serving(at('first'));
  for (let request = 0; request < 5; request += 1)
    expect((await post(first, bodyOf([witnesses.span()]))).status).toBe(200);
  await witnesses.charged(first);
  await stop(first);
  // The second life leaves its changes in the log, and ends in a journal file of its own.
  const second = await serving(at('first'));
  for (let request = 0; request < 5; request += 1)
    expect((await post(second, bodyOf([witnesses.span()]))).status).toBe(200);
  await witnesses.charged(second);
  second.child.kill('SIGKILL');
  await second.ended;
  rmSync(join(at('first'), 'solvent.lock'));
  expect(readdirSync(at('first')).sort()).toEqual(
    expect.arrayContaining(['journal', 'prices', 'solvent.duckdb', 'solvent.duckdb.wal']),
  );
});

const flip = (path: string, from: number): void => {
  const bytes = readFileSync(path);
  for (let index = from; index < from + 8; index += 1) bytes[index]! ^= 0xff;
  writeFileSync(path, bytes);
};
const cut = (path: string, bytes: number): void => writeFileSync(path, readFileSync(path).subarray(0, bytes));
const sizeOf = (path: string): number => readFileSync(path).length;

const RESTORE = 'restore it from a backup (solvent restore)';
type Harm = (data: string) => void;
const HARMS: readonly (readonly [string, Harm, string, string])[] = [
  ['the ledger’s first bytes', (data) => flip(join(data, 'solvent.duckdb'), 16), 'solvent.duckdb', RESTORE],
  [
    'the ledger’s second header',
    (data) => flip(join(data, 'solvent.duckdb'), 4104),
    'solvent.duckdb',
    RESTORE,
  ],
  ['half a ledger', (data) => cut(join(data, 'solvent.duckdb'), 200_000), 'solvent.duckdb', RESTORE],
  ['no byte of a ledger', (data) => cut(join(data, 'solvent.duckdb'), 0), 'solvent.duckdb', RESTORE],
  [
    'a database of another kind',
    (data) =>
      writeFileSync(
        join(data, 'solvent.duckdb'),
        Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(8192)]),
      ),
    'solvent.duckdb',
    RESTORE,
  ],
  [
    'its log, in the middle',
    (data) => flip(join(data, 'solvent.duckdb.wal'), sizeOf(join(data, 'solvent.duckdb.wal')) >> 1),
    'solvent.duckdb.wal',
    RESTORE,
  ],
  [
    'another journal file in place of one',
    (data) => {
      const journal = join(data, 'journal');
      const [name = ''] = readdirSync(journal).sort();
      writeFileSync(join(journal, name), 'no journal at all, but longer than its magic');
    },
    'journal',
    'is no journal segment of this version',
  ],
];

describe('a file that cannot be used', () => {
  test.each(HARMS)('%s: one line, and the rest is left as it was', async (name, harm, file, wanted) => {
    const data = at(name.replaceAll(/\W+/g, '-'));
    cpSync(at('first'), data, { recursive: true });
    harm(data);
    const before = fingerprint(data);
    const ended = await solvent(['serve'], { SOLVENT_DATA_DIR: data }).ended;
    expectOneLine(ended, file, wanted);
    // A ledger that could be opened wrote its log into its file.
    const ofJournal = ([path]: readonly [string, string]) => !path.includes('solvent.duckdb');
    const [was, is] = [before, fingerprint(data)];
    if (file === 'journal') expect(is.filter(ofJournal)).toEqual(was.filter(ofJournal));
    else expect(is).toEqual(was);
  });

  test('the journal is never older than the ledger: a gap between them is told', async () => {
    const data = at('gap');
    cpSync(at('first'), data, { recursive: true });
    const journal = join(data, 'journal');
    const names = readdirSync(journal).sort();
    const missing = names.at(-1)!;
    for (const name of names) renameSync(join(journal, name), at(`gap-${name}`));
    const later = `${String(Number(missing.slice(0, 10)) + 3).padStart(10, '0')}.journal`;
    writeFileSync(join(journal, later), '');
    const ended = await solvent(['serve'], { SOLVENT_DATA_DIR: data }).ended;
    expectOneLine(
      ended,
      `begins with ${later}, but the ledger ends in ${missing}`,
      'Restore both from a backup',
    );
    // The way out that the line names.
    writeFileSync(join(journal, missing), '');
    const again = await serving(data);
    await expectSound(again);
    await stop(again);
  });

  test('unharmed, the same directory has everything', async () => {
    const data = at('unharmed');
    cpSync(at('first'), data, { recursive: true });
    const again = await serving(data);
    await witnesses.charged(again);
    await expectSound(again);
    await stop(again);
  });
});

describe('a place that cannot be written', () => {
  (disk === undefined ? test.skip : test)('on a read-only file system', async () => {
    const data = join(disk!.path, 'data');
    cpSync(at('first'), data, { recursive: true });
    disk!.readOnly(true);
    const ended = await solvent(['serve'], { SOLVENT_DATA_DIR: data }).ended;
    disk!.readOnly(false);
    expectOneLine(ended, data, 'its file system is read-only');
    const again = await serving(data);
    await witnesses.charged(again);
    await stop(again);
  });

  const NOBODY = 65_534;
  const asNobody = mayRead(NOBODY) ? test : test.skip;
  asNobody.each([
    ['the folder', (data: string) => chmodSync(data, 0o555), 'this user may not write there'],
    ['the ledger', (data: string) => chmodSync(join(data, 'solvent.duckdb'), 0o400), 'solvent.duckdb'],
    ['the journal', (data: string) => chmodSync(join(data, 'journal'), 0o500), 'journal'],
  ])('by a user who may not: %s', async (name, forbid, wanted) => {
    const data = at(`nobody-${name.replaceAll(' ', '-')}`);
    cpSync(at('first'), data, { recursive: true });
    chmodSync(folder.path, 0o755);
    for (const path of ['', ...readdirSync(data, { recursive: true, encoding: 'utf8' })])
      chownSync(join(data, path), NOBODY, NOBODY);
    forbid(data);
    const ended = await solvent(['serve'], { SOLVENT_DATA_DIR: data }, NOBODY).ended;
    expectOneLine(ended, data, wanted);
  });
});

function expectOneLine(ended: Ended, ...parts: readonly string[]): void {
  expect(ended).toMatchObject({ code: 1, signal: null, stdout: '' });
  expect(ended.complaints).toHaveLength(1);
  for (const part of parts) expect(ended.complaints[0]).toContain(part);
}

/** Names and bytes of everything in it. */
const fingerprint = (dir: string): readonly (readonly [string, string])[] =>
  readdirSync(dir, { recursive: true, encoding: 'utf8', withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort()
    .map((path) => [path, readFileSync(path).toString('base64')] as const);
