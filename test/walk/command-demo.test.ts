import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/service.ts';
import { until } from '../support/until.ts';
import { solvent, stop } from './solvent.ts';

/** Goal: the demo shows its table, and whenever it ends it takes its temporary folder with it. */

let temporary: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  temporary = temporaryFolder();
});
afterEach(() => temporary.remove());
const left = (): readonly string[] => readdirSync(temporary.path);
const demo = (...args: readonly string[]) => solvent(['demo', ...args], { TMPDIR: temporary.path });

test('demo --exit prints the table of both agents, and is gone', async () => {
  const { stdout, ...ended } = await demo('--exit', '--tasks', '50').ended;
  expect(ended).toEqual({ code: 0, signal: null, complaints: [] });
  expect(stdout).toMatch(/^frugal-agent +50 +25 +25 +0 +50\.0 % +\$0\.50 +\$5\.50 +\$11\.00 /m);
  expect(stdout).toMatch(/^thorough-agent +50 +4\d +\d +0 /m);
  expect(left()).toEqual([]);
});

test('without --exit it goes on serving, until it is told to stop', async () => {
  const running = demo('--tasks', '5');
  await until('it serves', () => running.stdout().includes('serving until Ctrl-C'));
  const [, url = ''] = /^ +pages +(\S+)$/m.exec(running.stdout()) ?? [];
  expect(await (await fetch(url)).text()).toContain('frugal-agent');
  expect(left()).toHaveLength(1);
  expect(await stop(running)).toMatchObject({ code: 0, signal: null, complaints: [] });
  expect(left()).toEqual([]);
});

test.each(['before it sends', 'while it sends'])(
  'told to stop %s, it leaves no folder behind',
  async (when) => {
    const running = demo('--tasks', '100000', '--exit');
    await until('it has a folder', () => left().length === 1, { everyMs: 2 });
    if (when === 'while it sends') await until('it sends', () => running.stdout().includes('sending:'));
    expect(await stop(running)).toMatchObject({ code: 0, signal: null, complaints: [] });
    expect(left()).toEqual([]);
  },
);
