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
