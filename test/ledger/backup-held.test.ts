import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { openBackups } from '../../src/backups.ts';
import { neverCrash } from '../../src/ledger/crash-point.ts';
import { openDuckDbLedger } from '../../src/ledger/duckdb/ledger.ts';
import { restoreBackup } from '../../src/ledger/restore.ts';
import { silentLog } from '../../src/lib/log.ts';
import { handClock } from '../support/clock.ts';
import { temporaryFolder } from '../support/service.ts';
import { until } from '../support/until.ts';
import { everything, linesOf } from './answers.ts';
import { NOTHING } from './changes.ts';
import { ids } from './roll-off-samples.ts';
import { aCharge, aPart, aTask, aTrace } from './samples.ts';

/**
 * Goal: a backup is made while an export is open that began before lines rolled off, and holds everything. Method: a real
 * ledger and a snapshot of it held open; DuckDB then refuses every checkpoint, so what came since is in the log alone.
 */

const folder = temporaryFolder();
afterAll(folder.remove);
const at = (name: string): string => join(folder.path, name);

const [OCTOBER, NOVEMBER] = [Date.UTC(2026, 9), Date.UTC(2026, 10)] as const;
const known = { traces: [1, 2, 3].map(ids), tasks: ['ticket-1'] };

const settled = (number: number, settledAt: number) => {
  const traceId = ids(number);
  return {
    ...NOTHING,
    traces: [aTrace({ traceId, settledAt, parts: [aPart({ traceId })], charges: [aCharge({ traceId })] })],
    tasks: [{ task: aTask({ inference: BigInt(number) }), charges: [] }],
  };
};

test('while something is held from before lines rolled off, a backup has the log too, and all that came since', async () => {
  const ledger = await openDuckDbLedger({ path: at('data/solvent.duckdb') });
  await ledger.apply(settled(1, OCTOBER));
  await ledger.apply(settled(2, NOVEMBER));
  await ledger.checkpoint();
  const snapshot = await ledger.snapshot();
  expect(await ledger.rollOff(NOVEMBER)).toBe(1);
  await ledger.apply(settled(3, NOVEMBER + 1));

  const backups = openBackups({
    dataDir: at('data'),
    ledger,
    checkpoint: ledger.checkpoint,
    journal: { end: () => '' },
    between: (work) => work(),
    keep: 3,
    program: '0.1.0',
    clock: handClock(),
    crash: neverCrash,
    log: silentLog,
  });
  backups.start();
  await until('the backup has ended', async () => backups.made()[0]!.state !== 'running');
  expect(backups.made()[0]).toMatchObject({ state: 'done', why: '' });
  // What is held is still as it was.
  const seen = [];
  for await (const page of snapshot.lines({})) seen.push(...page);
  expect(seen.map(({ traceId }) => traceId)).toEqual([1, 2].map(ids));
  await snapshot.close();

  const { name } = backups.made()[0]!;
  expect(readdirSync(at(`data/backups/${name}`)).sort()).toEqual([
    'manifest.json',
    'solvent.duckdb',
    'solvent.duckdb.wal',
  ]);
  await restoreBackup(at(`data/backups/${name}`), at('restored'));
  const restored = await openDuckDbLedger({ path: at('restored/solvent.duckdb') });
  expect((await linesOf(restored, {})).map(({ traceId }) => traceId)).toEqual([2, 3].map(ids));
  expect(await everything(restored, known)).toEqual(await everything(ledger, known));

  // Nothing is held any more: the next one is of the file alone.
  backups.start();
  await until('the second backup has ended', async () => backups.made()[1]?.state === 'done');
  expect(readdirSync(at(`data/backups/${backups.made()[1]!.name}`)).sort()).toEqual([
    'manifest.json',
    'solvent.duckdb',
  ]);
  await restored.close();
  await backups.close();
  await ledger.close();
});
