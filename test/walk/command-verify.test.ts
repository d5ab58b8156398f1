import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, expect, test } from '@jest/globals';
import { send } from '../support/send.ts';
import { get, temporaryFolder } from '../support/service.ts';
import { smallTask, WALK_PRICES } from '../support/spans.ts';
import { until } from '../support/until.ts';
import { serving, solvent, stop } from './solvent.ts';

/** Goal: an auditor finds what is wrong, and is told where to look. Method: the built command line as processes. */

const folder = temporaryFolder();
afterAll(folder.remove);
const data = join(folder.path, 'data');

async function byHand(sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(join(data, 'solvent.duckdb'));
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}

test('solvent verify, of a running service and of a stopped one', async () => {
  const prices = join(folder.path, 'prices.yaml');
  writeFileSync(prices, WALK_PRICES);
  const service = await serving(data, { SOLVENT_PRICES: prices });
  for (const trace of ['a1', 'a2'])
    expect(await send(service, smallTask(trace, { 'agent.session.id': trace }))).toBe(200);
  for (const id of ['a1', 'a2'])
    await until(`${id} is closed`, async () => {
      const task = await get<{ outcome: string | null }>(service, `/tasks/${id}`).catch(() => undefined);
      return task?.outcome === 'solved';
    });
  const { web } = service.addresses;
  const verify = (...args: string[]) => solvent(['verify', ...args]).ended;

  const right = /^right: 2 tasks, 2 traces, [1-9]\d* charges, 0 adjustments, [1-9]\d* counters\n$/;
  const live = await verify('--url', web);
  expect(live).toMatchObject({ code: 0, complaints: [] });
  expect(live.stdout).toMatch(right);
  expect(JSON.parse((await verify('--url', web, '--json')).stdout)).toMatchObject({
    state: 'right',
    progress: 1,
  });
  const days = (await verify('--url', web, '--from', '2020-01-01')).stdout;
  const [, sha256, day] = /^([0-9a-f]{64}) {2}(\S+) {2}\d+ lines {2}\d+(?:\.\d+)? USD\n$/.exec(days)!;
  expect((await verify('--url', web, '--day', day!)).stdout).toBe(days);
  expect((await verify('--url', web, '--day', '2020-01-01')).stdout).toBe('no charges in this range\n');
  const busy = await verify('--data-dir', data);
  expect(busy.code).toBe(1);
  expect(busy.complaints).toEqual([expect.stringMatching(/is in use by process \d+.*solvent verify --url$/)]);

  await stop(service);
  expect((await verify('--data-dir', data)).stdout).toMatch(right);
  expect((await verify('--data-dir', data, '--day', day!)).stdout).toMatch(new RegExp(`^${sha256}  `));

  await byHand("UPDATE meta SET value = '0000009999:000000000000' WHERE name = 'position'");
  expect(await verify('--data-dir', data)).toMatchObject({
    code: 1,
    stdout: '',
    complaints: [
      expect.stringMatching(
        /^wrong \(journal position\): table meta: position is kept as 0000009999:0{12}, but comes to at most /,
      ),
    ],
  });
  await byHand(
    "UPDATE meta SET value = '' WHERE name = 'position'; UPDATE tasks SET outcome = 2 WHERE task_id = 'a2'",
  );
  const wrong = await verify('--data-dir', data, '--json');
  expect([wrong.code, wrong.complaints[0]]).toEqual([
    1,
    expect.stringMatching(/^wrong \(parts, reports and own charges -> tasks\): task "a2": /),
  ]);
  expect(JSON.parse(wrong.stdout)).toMatchObject({
    state: 'wrong',
    faults: [{ where: 'task "a2"' }, {}, {}],
  });
}, 90_000);

test.each([
  [
    ['--day', 'yesterday'],
    2,
    'solvent verify: --day is "yesterday", but should be a date such as 2026-11-01',
  ],
  [['--day', '2026-11-01', '--to', '2026-11-02'], 2, 'solvent verify: --day goes without --from and --to'],
  [
    ['--url', 'http://x', '--data-dir', 'y'],
    2,
    'solvent verify: --url is for a running service, --data-dir for a stopped one, --database for one in PostgreSQL; name one',
  ],
  [['--url', 'ftp://x'], 2, '--url is "ftp://x", but should be an address such as http://127.0.0.1:9464'],
  [['--database'], 2, '--database is the one of SOLVENT_DATABASE_URL, which is not set'],
  [['--data-dir', '/nowhere/at/all'], 2, '/nowhere/at/all has no ledger in it: there is no solvent.duckdb'],
])('solvent verify %j is refused', async (args, code, complaint) => {
  expect(await solvent(['verify', ...args]).ended).toMatchObject({
    code,
    stdout: '',
    complaints: [complaint],
  });
});
