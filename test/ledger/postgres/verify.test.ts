import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import pg from 'pg';
import { checksumsOf } from '../../../src/audit/checksums.ts';
import { exportColumns } from '../../../src/audit/columns.ts';
import { verify } from '../../../src/audit/verify.ts';
import type { Ledger } from '../../../src/domain/ledger.ts';
import { openDuckDbLedger } from '../../../src/ledger/duckdb/ledger.ts';
import { openMemoryLedger } from '../../../src/ledger/memory.ts';
import { openPostgresLedger } from '../../../src/ledger/postgres/ledger.ts';
import { describePostgres } from '../../support/postgres.ts';
import { asked } from '../../support/postgres-server.ts';
import { solvent } from '../../walk/solvent.ts';
import { NOTHING } from '../changes.ts';
import { liveThrough } from '../lived.ts';
import { aCharge, aTask, aTrace } from '../samples.ts';
import { ledgerDatabases } from './databases.ts';

/** Goal: an auditor is told the same whatever engine keeps the ledger. Method: one life on all of them; damage by hand. */

async function audited(ledger: Ledger) {
  const snapshot = await ledger.snapshot();
  try {
    const checksums = [];
    for await (const day of checksumsOf(snapshot.lines({}), exportColumns(['team']))) checksums.push(day);
    return { ...(await verify(snapshot)), checksums };
  } finally {
    await snapshot.close();
  }
}

describePostgres('an audit of a ledger in PostgreSQL', (postgres) => {
  const databases = ledgerDatabases(postgres);

  test('finds what it finds in DuckDB and in memory, to the checksum', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'solvent-audit-'));
    const database = await databases.fresh();
    const ledgers = [
      openMemoryLedger(),
      await openDuckDbLedger({ path: join(folder, 'solvent.duckdb') }),
      await openPostgresLedger({ url: database.url, replica: 'only' }),
    ];
    const found = [];
    for (const ledger of ledgers) {
      await liveThrough(ledger);
      found.push(await audited(ledger));
      await ledger.close();
    }
    const [memory, duckdb, inPostgres] = found;
    expect(memory).toMatchObject({ faults: [], counts: { tasks: 2, traces: 2, adjustments: 3 } });
    expect(memory!.checksums).toHaveLength(1);
    expect(duckdb).toEqual(memory);
    expect(inPostgres).toEqual(memory);
    const { code, stdout, complaints } = await solvent(['verify', '--database'], {
      SOLVENT_DATABASE_URL: database.url,
    }).ended;
    expect([code, complaints]).toEqual([0, []]);
    expect(stdout).toMatch(/^right: 2 tasks, 2 traces, /);
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  test('finds sums of unpriced lines that are not those of the lines', async () => {
    const database = await databases.fresh();
    const ledger = await openPostgresLedger({ url: database.url, replica: 'only' });
    const charges = [aCharge({ amount: null, reason: 'model_unknown' })];
    await ledger.apply({
      ...NOTHING,
      traces: [aTrace({ charges })],
      tasks: [{ task: aTask(), charges: [] }],
    });
    const figures = async () => {
      const snapshot = await ledger.snapshot();
      const faults = [];
      for await (const one of snapshot.tasks()) faults.push(...one.faults);
      await snapshot.close();
      return faults.filter(({ check }) => check.endsWith('kept sums')).map(({ figure }) => figure);
    };
    expect(await figures()).toEqual([]);
    await asked(database.url, 'UPDATE unpriced_sums SET calls = calls + 1');
    expect(await figures()).toEqual(['unpriced lines, by kind']);
    await ledger.close();
    await database.drop();
  });

  test.each([
    ['UPDATE charges SET amount = amount + 1 WHERE line = 1', 'charge lines', 'amount'],
    [
      "UPDATE tasks SET prompt_version = 0 WHERE task_id = 's1'",
      'parts, reports and own charges -> tasks',
      'promptVersion',
    ],
    ['UPDATE closed_models SET output = output + 1', 'tasks and model_shares -> closed_models', 'output'],
    ['UPDATE model_shares SET vector = 1 WHERE trace <> 0', 'charges and parts -> model_shares', 'vector'],
    [
      'UPDATE suppressed SET rule = 9999; INSERT INTO suppressed VALUES (1, 9999)',
      'numbers and keys',
      'rule',
    ],
    ['UPDATE health_sums SET tasks = tasks + 1', 'tasks and charges -> kept sums', 'all tasks'],
    ['UPDATE counters SET value = value + 1', 'tasks -> counters', 'cost of '],
  ])('names what %s did', async (sql, check, figure) => {
    const database = await databases.fresh();
    const ledger = await openPostgresLedger({ url: database.url, replica: 'only' });
    await liveThrough(ledger);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(sql);
    await client.end();
    const [fault] = (await audited(ledger)).faults;
    expect([fault?.check, fault?.figure.slice(0, figure.length)]).toEqual([check, figure]);
    await ledger.close();
    await database.drop();
  });
});
