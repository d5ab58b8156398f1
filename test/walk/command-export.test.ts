import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { csvRows } from '../audit/lines.ts';
import { send } from '../support/send.ts';
import { get, temporaryFolder } from '../support/service.ts';
import { smallTask, WALK_PRICES } from '../support/spans.ts';
import { until } from '../support/until.ts';
import { serving, solvent, stop } from './solvent.ts';

/** Goal: charges come out of a running service as files. Method: the built command line as processes. */

const folder = temporaryFolder();
afterAll(folder.remove);

test('solvent export writes whole files, and says why it does not', async () => {
  const prices = join(folder.path, 'prices.yaml');
  writeFileSync(prices, WALK_PRICES);
  const service = await serving(join(folder.path, 'data'), { SOLVENT_PRICES: prices });
  for (const trace of ['a1', 'a2'])
    expect(await send(service, smallTask(trace, { 'agent.session.id': trace }))).toBe(200);
  for (const id of ['a1', 'a2'])
    await until(`${id} is closed`, async () => {
      const task = await get<{ outcome: string | null }>(service, `/tasks/${id}`).catch(() => undefined);
      return task?.outcome === 'solved';
    });
  const { web: url } = service.addresses;
  const exported = (...args: string[]) => solvent(['export', '--url', url, ...args]).ended;

  const file = join(folder.path, 'charges.csv');
  expect(await exported('--output', file)).toMatchObject({ code: 0, stdout: '', complaints: [] });
  const [header = [], ...rows] = csvRows(readFileSync(file, 'utf8'));
  const cost = (row: readonly string[]) => row[header.indexOf('amount_usd')];
  expect(rows.map((row) => row[header.indexOf('task_id')])).toEqual(expect.arrayContaining(['a1', 'a2']));
  expect(rows.every((row) => cost(row) !== '')).toBe(true);

  const told = await get<{ days: { day: string; lines: number; sha256: string }[] }>(
    service,
    '/export/checksums',
  );
  expect(told.days.reduce((sum, { lines }) => sum + lines, 0)).toBe(rows.length);
  const [day] = told.days;
  const recipe = `grep -a '^${day!.day}T' '${file}' | sha256sum`;
  expect(execFileSync('sh', ['-c', recipe], { encoding: 'utf8' }).split(' ')[0]).toBe(day!.sha256);

  const lines = await exported('--format', 'ndjson', '--model', 'mini');
  expect(
    lines.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).model),
  ).toContain('mini');
  const parquet = join(folder.path, 'charges.parquet');
  expect(await exported('--output', parquet)).toMatchObject({ code: 0, complaints: [] });
  expect(readFileSync(parquet).subarray(0, 4).toString()).toBe('PAR1');

  expect(await exported('--format', 'xls')).toMatchObject({
    code: 2,
    complaints: ['solvent export: --format is "xls", but should be one of csv, json, ndjson, parquet'],
  });
  expect(await exported('--from', 'yesterday')).toMatchObject({ code: 2 });
  const nowhere = join(folder.path, 'no', 'such.csv');
  const failed = await exported('--output', nowhere);
  expect([failed.code, failed.complaints.length, existsSync(`${nowhere}.part`)]).toEqual([1, 1, false]);
  await stop(service);
  expect(await exported()).toMatchObject({ code: 1 });
}, 60_000);
