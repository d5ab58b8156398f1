import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startProcess } from '../crash/process.ts';
import { type Sample, sampleOf, scrape } from '../support/metrics.ts';
import { describePostgres } from '../support/postgres.ts';
import { get, temporaryFolder } from '../support/service.ts';
import { until } from '../support/until.ts';
import { differences } from './differences.ts';
import { openReceiver, type Push } from './receiver.ts';
import { supervise } from './supervised.ts';
import {
  byTrace,
  COST_OF_TASK,
  diceOf,
  dollarsOf,
  FLEET_PRICES,
  requestsOf,
  sendUntilAcked,
} from './traffic.ts';

/**
 * Goal: N replicas are one service. Method: three processes over one PostgreSQL, senders that spread the spans of each
 * trace at random, that send by trace id to members who change, and that send again at random; one replica sleeps past its
 * lease, one is killed and never comes back, one is killed and comes back. In the end the truth, to the picodollar, from every replica.
 */

const TASKS = 120;
const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 1_000_000);

interface Row {
  readonly tasks: { readonly solved: number };
  readonly cost_usd: { readonly total: string };
}

/** Every gauge and counter of the product, but for those that move with the clock alone. */
const productOf = (samples: readonly Sample[]): string[] =>
  samples
    .filter(({ name }) => name.startsWith('agent_'))
    .map(({ name, labels, value }) => `${name} ${JSON.stringify(labels)} ${value}`)
    .sort();

describePostgres(`a fleet of three (seed ${SEED})`, (postgres) => {
  test('whoever gets which span, whoever dies: every task is there once, and exact', async () => {
    const dice = diceOf(SEED);
    const folder = temporaryFolder();
    const receiver = await openReceiver();
    const { url } = await postgres.fresh();
    const prices = join(folder.path, 'prices.yaml');
    writeFileSync(prices, FLEET_PRICES);
    // The first of them keeps house, and is the one that goes for good.
    const journals = new Map([
      ['gone', 'database'],
      ['back', 'disk'],
      ['stays', 'database'],
    ]);
    const replicas = supervise((name) =>
      startProcess({
        dataDir: join(folder.path, name),
        env: {
          SOLVENT_DATABASE_URL: url,
          SOLVENT_JOURNAL: journals.get(name)!,
          SOLVENT_REPLICA: name,
          SOLVENT_REPLICA_LEASE: '3s',
          SOLVENT_PRICES: prices,
          SOLVENT_TRACE_QUIET: '200ms',
          ...receiver.env,
        },
      }),
    );
    const { alive } = replicas;
    try {
      for (const name of journals.keys()) await replicas.start(name);
      const members = () => [...alive.values()];
      const anyone = () => members()[Math.floor(dice() * members().length)]!;

      const requests = Array.from({ length: TASKS }, (_, task) => requestsOf(`task-${task}`)).flat();
      for (let at = requests.length - 1; at > 0; at -= 1) {
        const other = Math.floor(dice() * (at + 1));
        [requests[at], requests[other]] = [requests[other]!, requests[at]!];
      }
      let sent = 0;
      let restarted: Promise<void> | undefined;
      let slept: Promise<void> | undefined;
      /** Whoever sends to it meanwhile waits; once it wakes, what it acked is another's, and it ends. */
      const sleep = async (name: string) => {
        const { child } = alive.get(name)!;
        child.kill('SIGSTOP');
        const others = members().filter((one) => one.child !== child);
        const taken = async () =>
          (await Promise.all(others.map(scrape))).some(
            (page) => (sampleOf(page, 'solvent_takeovers_total') ?? 0) > 0,
          );
        await until('another has what the sleeper acked', taken, { everyMs: 100 }).finally(() =>
          child.kill('SIGCONT'),
        );
      };
      const sender = async () => {
        for (let next = requests.shift(); next !== undefined; next = requests.shift()) {
          const { trace } = next;
          const choose = dice() < 0.5 ? anyone : () => byTrace(trace, members());
          await sendUntilAcked(next, choose);
          // An exporter that lost the answer sends again, and the next time it may be another replica.
          if (dice() < 0.2) await sendUntilAcked(next, anyone);
          sent += 1;
          if (sent === TASKS * 2) slept = sleep('stays');
          if (sent === TASKS * 3) {
            await slept;
            await replicas.kill('gone');
          }
          if (sent === TASKS * 5) {
            await replicas.kill('back');
            restarted = replicas.start('back');
          }
        }
      };
      await Promise.all(Array.from({ length: 8 }, sender));
      await restarted;
      await until('the sleeper has ended', () => replicas.restarts() >= 1);
      await replicas.settled();

      const truth = dollarsOf(BigInt(TASKS) * COST_OF_TASK);
      const ofOne = dollarsOf(COST_OF_TASK);
      const eachTask = new Map(Array.from({ length: TASKS }, (_, task) => [`task-${task}`, ofOne]));
      for (const [name, service] of alive)
        await until(
          `${name} tells the truth`,
          async () => {
            const { rows } = await get<{ rows: Row[] }>(service, '/cpst?group_by=agent_type');
            return rows[0]?.tasks.solved === TASKS && rows[0].cost_usd.total === truth;
          },
          { deadlineMs: 40_000, instead: () => differences(service, eachTask) },
        );
      const [left, right] = members();
      const pages = await until('both show the same gauges', async () => {
        const [one, other] = await Promise.all([scrape(left!), scrape(right!)]);
        return JSON.stringify(productOf(one)) === JSON.stringify(productOf(other)) && [one, other];
      });
      for (const page of pages) {
        const sum = (name: string) =>
          page.filter((one) => one.name === name).reduce((total, { value }) => total + value, 0);
        const counted = sum('agent_cost_usd_total') - sum('agent_cost_credited_usd_total');
        expect(counted).toBeCloseTo(Number(truth), 6);
      }
      const house = pages.map((page) => page.find(({ name }) => name === 'solvent_keeps_house')?.value);
      expect(house.sort()).toEqual([0, 1]);
      // Whichever is asked, the one that keeps house prices anew: nothing to change here.
      for (const service of members()) {
        const asked = await fetch(`${service.addresses.web}/api/v1/reprice`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: '{"dry_run": true}',
        });
        const started = (await asked.json()) as { readonly id: number };
        expect({ status: asked.status, started }).toMatchObject({ status: 200, started: { dry_run: true } });
        const run = await until('it is over', async () => {
          const one = await get<{ state: string; total: object }>(service, `/repricings/${started.id}`);
          return one.state === 'done' && one;
        });
        expect(run.total).toMatchObject({ changed: 0, difference_usd: '0' });
      }
      // Nothing comes later, and nothing is doubled by what the dead one left.
      const takeovers = pages.flatMap((page) =>
        page.filter(({ name }) => name === 'solvent_takeovers_total'),
      );
      expect(takeovers.reduce((total, { value }) => total + value, 0)).toBeLessThanOrEqual(
        1 + replicas.restarts(),
      );
      expectOnePusher(receiver.pushes);
    } finally {
      await replicas.stop();
      await receiver.close();
      folder.remove();
    }
  }, 240_000);
});

/** Never two at a time: whoever pushed and was followed by another does not push again. */
function expectOnePusher(pushes: readonly Push[]): void {
  expect(pushes.length).toBeGreaterThan(5);
  const turns = pushes.map(({ by }) => by).filter((by, at, all) => by !== all[at - 1]);
  expect(turns).toEqual([...new Set(turns)]);
  // The first one was killed, and another went on.
  expect(turns.length).toBeGreaterThanOrEqual(2);
  for (const { metrics } of pushes) expect(metrics.length).toBeGreaterThan(0);
  // To a backend they are one: its series go on.
  expect(new Set(pushes.map(({ as }) => as)).size).toBe(1);
}
