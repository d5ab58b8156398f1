import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { verify } from '../../../src/audit/verify.ts';
import type { Fault } from '../../../src/domain/audit.ts';
import { openDuckDbLedger } from '../../../src/ledger/duckdb/ledger.ts';
import { BASE_MS } from '../../support/send.ts';
import { temporaryFolder } from '../../support/service.ts';
import { liveThrough } from '../lived.ts';

/**
 * Goal: whatever is changed by hand in the ledger's file is named. Method: a ledger with a row in every table, and one
 * statement for each table that changes one row.
 */

const folder = temporaryFolder();
afterAll(folder.remove);
const sound = join(folder.path, 'sound.duckdb');

async function fill(path: string): Promise<void> {
  const ledger = await openDuckDbLedger({ path });
  await liveThrough(ledger);
  await ledger.close();
}

/** The faults of a copy in which these statements were run. */
async function faultsAfter(name: string, statements: readonly string[]): Promise<readonly Fault[]> {
  const path = join(folder.path, name, 'solvent.duckdb');
  mkdirSync(join(folder.path, name));
  copyFileSync(sound, path);
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const sql of statements) await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
  const ledger = await openDuckDbLedger({ path });
  try {
    const snapshot = await ledger.snapshot();
    return (await verify(snapshot)).faults;
  } finally {
    await ledger.close();
  }
}

beforeAll(() => fill(sound));

test('a sound ledger has a row in every table that is damaged here, and no fault', async () => {
  expect(await faultsAfter('untouched', [])).toEqual([]);
});

const MONTH = 'MONTH';

describe('a row that is changed by hand', () => {
  const FOLD = 'parts, reports and own charges -> tasks';
  const rows: readonly (readonly [table: string, sql: string, check: string, figure: string])[] = [
    ['texts', "UPDATE texts SET text = 'imposter' WHERE text = 'helper'", FOLD, 'agentType'],
    [
      'texts, twice',
      "INSERT INTO texts SELECT 999, text FROM texts WHERE text = 'helper'",
      'numbers and keys',
      'text = helper',
    ],
    [
      'kinds',
      "UPDATE kinds SET kind = replace(kind, 'acme', 'other')",
      'charges -> parts',
      'costs.inference/acme/mini',
    ],
    [
      'traces',
      "UPDATE traces SET trace = '00000000-0000-0000-0000-0000000000ff' WHERE seq = 1",
      'charges -> parts',
      'trace',
    ],
    [
      'traces, twice',
      'INSERT INTO traces SELECT 99, trace, settled_ms FROM traces LIMIT 1',
      'numbers and keys',
      'trace = ',
    ],
    ['skeletons', "UPDATE skeletons SET skeleton = '\\x00\\x01'::BLOB", 'can be read', 'text'],
    ['calls', 'UPDATE calls SET trace = 99', 'numbers and keys', 'trace'],
    ['verdicts', "INSERT INTO verdicts VALUES (99, '[]')", 'numbers and keys', 'trace'],
    [
      'task_ids',
      "UPDATE task_ids SET task_id = 's3' WHERE task_id = 's2'",
      'numbers and keys',
      'id of its number',
    ],
    [
      'parts',
      `UPDATE parts SET part = replace(part, '"calls":{"inference":2', '"calls":{"inference":3')`,
      FOLD,
      'calls.inference',
    ],
    [
      'parts, money',
      `UPDATE parts SET part = regexp_replace(part, '"amount":"[0-9]+"', '"amount":"1"')`,
      'charges -> parts',
      'costs.inference/acme/mini',
    ],
    ['suppressed', 'INSERT INTO suppressed VALUES (1, 1)', 'parts -> suppressed', 'rules'],
    ['charges', `UPDATE charges_${MONTH} SET amount = amount + 1 WHERE line = 1`, 'charge lines', 'amount'],
    ['charges, another task', `UPDATE charges_${MONTH} SET task = 2 WHERE trace = 1`, 'charge lines', 'task'],
    [
      'charges, gone',
      `DELETE FROM charges_${MONTH} WHERE trace = 2 AND line = 1`,
      'charges -> parts',
      'costs.inference/acme/mini',
    ],
    [
      'charges, twice',
      `INSERT INTO charges_${MONTH} SELECT * FROM charges_${MONTH} WHERE trace = 2 AND line = 1`,
      'charge lines',
      'line',
    ],
    [
      'reported_costs',
      `UPDATE reported_costs_${MONTH} SET line = 7`,
      'numbers and keys',
      'line that it is beside',
    ],
    ['own_charges', 'UPDATE own_charges SET amount = amount + 1', FOLD, 'cost.remediation'],
    [
      'model_shares',
      'UPDATE model_shares SET inference = inference + 1 WHERE trace = 1',
      'charges and parts -> model_shares',
      'inference',
    ],
    [
      'model_shares, own',
      'UPDATE model_shares SET remediation = remediation + 1 WHERE trace = 0',
      'charges and parts -> model_shares',
      'remediation',
    ],
    [
      'closed_models',
      'UPDATE closed_models SET output = output + 1',
      'tasks and model_shares -> closed_models',
      'output',
    ],
    [
      'closed_models, gone',
      'DELETE FROM closed_models WHERE task = 1',
      'tasks and model_shares -> closed_models',
      'row',
    ],
    [
      'tasks',
      'UPDATE tasks SET cost = cost + 1, inference = inference + 1 WHERE seq = 1',
      FOLD,
      'cost.inference',
    ],
    ['tasks, their sum', 'UPDATE tasks SET cost = cost + 1 WHERE seq = 1', 'numbers and keys', 'cost'],
    [
      'tasks, outcome',
      'UPDATE tasks SET outcome = 3 WHERE seq = 1; UPDATE closed_models SET outcome = 3 WHERE task = 1',
      FOLD,
      'actions',
    ],
    ['tasks, gone', 'DELETE FROM tasks WHERE seq = 1; DELETE FROM closed_models WHERE task = 1', FOLD, 'row'],
    [
      'reports',
      'UPDATE reports SET report = replace(report, \'"outcome":"failed"\', \'"value":"7","outcome":"failed"\')',
      FOLD,
      'value',
    ],
    ['reports, unreadable', "UPDATE reports SET report = '{'", 'can be read', 'text'],
    [
      'adjustments',
      'UPDATE adjustments SET amount_after = amount_after + 1 WHERE trace = 1 AND line_after = 0',
      'adjustments',
      'line after re-pricing 1',
    ],
    [
      'repricings',
      `UPDATE repricings SET state = regexp_replace(state, '"after":"[0-9]+"', '"after":"1"')`,
      'adjustments -> re-pricings',
      'difference in all',
    ],
    [
      'counters',
      'UPDATE counters SET value = value + 1 WHERE labels LIKE \'["cost"%\'',
      'tasks -> counters',
      'cost of ',
    ],
    [
      'counters, tokens',
      'DELETE FROM counters WHERE labels LIKE \'["tokens"%\'',
      'tasks -> counters',
      'input tokens of acme/mini',
    ],
    [
      'history',
      'UPDATE history SET entry = replace(entry, \'"outcome":"solved"\', \'"outcome":"abandoned"\')',
      'history -> tasks',
      'outcome',
    ],
    ['rolled_off', 'INSERT INTO rolled_off VALUES (99)', 'numbers and keys', 'trace'],
    [
      'bygone_shares',
      'INSERT INTO bygone_shares SELECT 1, 1, 0, 0, 0, 0, 0, 0, 0, 0',
      'numbers and keys',
      'trace',
    ],
  ];

  test.each(rows)('in %s is named', async (table, sql, check, figure) => {
    const month = new Date(BASE_MS).toISOString().slice(0, 7).replace('-', '');
    const [fault] = await faultsAfter(table.replaceAll(/[ ,]+/g, '-'), [sql.replaceAll(MONTH, month)]);
    expect(fault).toBeDefined();
    expect([fault!.check, fault!.figure.slice(0, figure.length)]).toEqual([check, figure]);
    expect(fault!.kept).not.toBe(fault!.computed);
    expect(fault!.where).toMatch(/^(trace|task|table|facts|report|counters|re-pricing|charges of) ?/);
  });
});
