import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { send } from '../support/send.ts';
import { get, temporaryFolder } from '../support/service.ts';
import { smallTask, WALK_PRICES } from '../support/spans.ts';
import { until } from '../support/until.ts';
import { serving, solvent, stop } from './solvent.ts';

/**
 * Goal: prices change under a running service, by signal and by themselves, and the command line says and restates what
 * that changes. Method: the built command line as processes.
 */

const folder = temporaryFolder();
afterAll(folder.remove);
const prices = join(folder.path, 'prices.yaml');
const DEARER = WALK_PRICES.replace('{input: "1",', '{input: "3",');

test('SIGHUP prices what waits; a bad file is one line; solvent reprice asks, then restates', async () => {
  writeFileSync(prices, 'version: 1\n');
  const service = await serving(join(folder.path, 'data'), {
    SOLVENT_PRICES: prices,
    SOLVENT_PRICES_LOOK: '0ms',
  });
  let log = '';
  service.child.stderr!.on('data', (data) => {
    log += data;
  });
  for (const trace of ['a1', 'a2'])
    expect(await send(service, smallTask(trace, { 'agent.session.id': trace }))).toBe(200);
  const total = async (id: string) =>
    (await get<{ cost_usd: { total: string } }>(service, `/tasks/${id}`).catch(() => undefined))?.cost_usd
      .total;
  for (const id of ['a1', 'a2']) await until(`${id} is charged`, async () => (await total(id)) === '0');

  writeFileSync(prices, 'version: 2\n');
  service.child.kill('SIGHUP');
  const refusal = await until(
    'the bad file is told of',
    () => /"msg":"(the price file is refused[^"\\]*)/.exec(log)?.[1],
  );
  expect(refusal).toBe(
    `the price file is refused, prices stay as they were: ${prices}:1: version must be one of 1, not `,
  );

  writeFileSync(prices, WALK_PRICES);
  service.child.kill('SIGHUP');
  for (const id of ['a1', 'a2']) await until(`${id} is priced`, async () => (await total(id)) === '0.002');

  writeFileSync(prices, DEARER);
  service.child.kill('SIGHUP');
  await until('the dearer prices are in force', async () => {
    const { rates } = await get<{ rates: { usd: string }[] }>(service, '/prices/acme/mini');
    return rates[0]!.usd === '3';
  });
  const command = (...args: string[]) => solvent(['reprice', '--url', service.addresses.web, ...args]).ended;
  const dry = await command('--dry-run', '--model', 'mini');
  expect(dry).toMatchObject({ code: 0, complaints: [] });
  expect(dry.stdout).toMatch(/would change: nothing was written\n/);
  expect(dry.stdout).toMatch(/^\d{4}-\d\d {2}inference {2}mini +<\$0\.01 +\$0\.01 +\+<\$0\.01 +2 +2$/m);
  expect(await total('a1')).toBe('0.002');

  const done = await command('--json', '--by', 'finance');
  expect(JSON.parse(done.stdout)).toMatchObject({
    state: 'done',
    by: 'finance',
    total: { difference_usd: '0.004' },
  });
  expect([await total('a1'), await total('a2')]).toEqual(['0.004', '0.004']);
  expect(await command('--today')).toMatchObject({
    code: 2,
    complaints: [
      `${service.addresses.web} refuses: today asks what it would cost now; that restates nothing: add dry_run`,
    ],
  });
  expect(await command('--continue', '1', '--dry-run')).toMatchObject({
    code: 2,
    complaints: ['solvent reprice: --continue goes on with what was asked, without --dry-run'],
  });
  await stop(service);
}, 60_000);

test('where no service runs the command takes the data directory, says and restates the same', async () => {
  writeFileSync(prices, WALK_PRICES);
  const dir = join(folder.path, 'stopped');
  const env = { SOLVENT_PRICES: prices };
  const service = await serving(dir, env);
  expect(await send(service, smallTask('b1', { 'agent.session.id': 'b1' }))).toBe(200);
  await until('it is charged', () => get(service, '/tasks/b1').catch(() => undefined));
  const command = (...args: string[]) => solvent(['reprice', ...args], env).ended;
  const asked = await command('--url', service.addresses.web, '--dry-run');
  const here = (...args: string[]) => command('--data-dir', dir, ...args);
  const pid = service.child.pid;
  expect(await here('--dry-run')).toMatchObject({
    code: 1,
    stdout: '',
    complaints: [`the data directory ${dir} is in use by process ${pid}; stop it or set another one`],
  });
  await stop(service);

  expect(await here('--dry-run')).toMatchObject({ code: 0, complaints: [], stdout: asked.stdout });
  writeFileSync(prices, DEARER);
  const dry = await here('--dry-run', '--json');
  expect(JSON.parse(dry.stdout)).toMatchObject({ dry_run: true, total: { difference_usd: '0.002' } });
  const done = await here('--json', '--by', 'finance');
  expect(JSON.parse(done.stdout)).toMatchObject({
    by: 'finance',
    dry_run: false,
    state: 'done',
    total: { before_usd: '0.002', after_usd: '0.004', changed: 1 },
  });
  expect(JSON.parse((await here('--dry-run', '--json')).stdout)).toMatchObject({ total: { changed: 0 } });

  const again = await serving(dir, env);
  expect(await get(again, '/tasks/b1')).toMatchObject({ cost_usd: { total: '0.004' } });
  expect(await get(again, '/tasks/b1/charges')).toMatchObject({ adjustments: [{ by: 'finance' }] });
  await stop(again);
}, 60_000);

test.each<[string, readonly string[], number, string]>([
  [
    'a folder that is none',
    ['--data-dir', 'FOLDER/none'],
    1,
    'FOLDER/none/solvent.duckdb is not there: FOLDER/none is no data directory',
  ],
  [
    'both',
    ['--data-dir', 'FOLDER', '--url', 'http://h'],
    2,
    'solvent reprice: --url asks a running service and --data-dir a stopped one, not both',
  ],
  [
    'settings of a running one',
    ['--config', 'x'],
    2,
    'solvent reprice: --config goes with --data-dir; a running service has its own',
  ],
  [
    'a number that is none',
    ['--data-dir', 'FOLDER/stopped', '--continue', '99'],
    1,
    'the data directory FOLDER/stopped refuses: no re-pricing 99 is paused',
  ],
  [
    'a table that is none',
    ['--data-dir', 'FOLDER/stopped', '--table', 'abcdef'],
    2,
    'the data directory FOLDER/stopped refuses: table is the hash of no one table that was in force here',
  ],
])('%s is refused in one line', async (_, args, code, line) => {
  const there = (text: string) => text.replaceAll('FOLDER', folder.path);
  expect(await solvent(['reprice', ...args.map(there)], { SOLVENT_PRICES: prices }).ended).toMatchObject({
    code,
    stdout: '',
    complaints: [there(line)],
  });
});

test('a directory whose ledger is in a database is left alone', async () => {
  const env = { SOLVENT_PRICES: prices, SOLVENT_DATABASE_URL: 'postgres://u@127.0.0.1:1/d' };
  const dir = join(folder.path, 'stopped');
  expect(await solvent(['reprice', '--data-dir', dir, '--dry-run'], env).ended).toMatchObject({
    code: 1,
    complaints: [`database_url is set: the ledger is not in ${dir}; ask a running service, with --url`],
  });
});

test('a file that changes is in force without a word', async () => {
  writeFileSync(prices, 'version: 1\n');
  const env = { SOLVENT_PRICES: prices, SOLVENT_PRICES_LOOK: '50ms' };
  const service = await serving(join(folder.path, 'by-itself'), env);
  writeFileSync(prices, WALK_PRICES);
  await until('the price is there', () =>
    get(service, '/prices/acme/mini').then(
      () => true,
      () => false,
    ),
  );
  expect(await stop(service)).toMatchObject({ code: 0 });
}, 60_000);
