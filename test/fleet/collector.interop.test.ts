import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startProcess } from '../crash/process.ts';
import { sampleOf, scrape } from '../support/metrics.ts';
import { describePostgres } from '../support/postgres.ts';
import { freePort, newestBin } from '../support/postgres-server.ts';
import { send } from '../support/send.ts';
import { get, temporaryFolder } from '../support/service.ts';
import { until } from '../support/until.ts';
import { configFor, hasLoadBalancing, openBalancer, startCollector } from './collector.ts';
import { differences } from './differences.ts';
import { supervise } from './supervised.ts';
import { COST_OF_TASK, diceOf, dollarsOf, FLEET_PRICES, requestsOf } from './traffic.ts';

/**
 * Goal: a real Collector with docker/otel-collector-fleet.yaml before three replicas loses nothing and doubles nothing.
 * Method: `npm run interop:collector` builds one and runs this with it. Senders spread each trace over many exports and send
 * again at random; the replica that keeps house is killed. A Collector without the exporter of the file has one that spreads
 * connections before it, which is harder on the replicas: each sees a part of every trace, and answers are lost.
 */

const BINARY = process.env.SOLVENT_COLLECTOR;
const TASKS = 200;
const SENDERS = 48;
const CUT_AFTER_MS = 300;
const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 1_000_000);
const NAMES = ['one', 'two', 'three'] as const;

if (BINARY === undefined)
  test.skip('a fleet behind a Collector: none is built here; npm run interop:collector builds one', () => {});
else {
  test('there is a PostgreSQL for it', () => {
    expect(newestBin()).toBeDefined();
  });
  describePostgres(`a fleet behind ${BINARY} (seed ${SEED})`, (postgres) => {
    const byTrace = hasLoadBalancing(BINARY);
    test(`every task is there once, and exact; spread by ${byTrace ? 'trace' : 'connection'}`, async () => {
      const folder = temporaryFolder();
      const prices = join(folder.path, 'prices.yaml');
      writeFileSync(prices, FLEET_PRICES);
      const { url } = await postgres.fresh();
      const ports = new Map<string, number>();
      for (const name of NAMES) ports.set(name, await freePort());
      const replicas = supervise((name) =>
        startProcess({
          dataDir: join(folder.path, name),
          env: {
            SOLVENT_DATABASE_URL: url,
            SOLVENT_JOURNAL: 'database',
            SOLVENT_REPLICA: name,
            SOLVENT_REPLICA_LEASE: '3s',
            SOLVENT_OTLP_GRPC_PORT: String(ports.get(name)),
            SOLVENT_PRICES: prices,
            SOLVENT_TRACE_QUIET: '500ms',
          },
        }),
      );
      const { alive } = replicas;
      for (const name of NAMES) await replicas.start(name);
      const balancer = await openBalancer(
        () => [...alive.keys()].map((name) => ports.get(name)!),
        CUT_AFTER_MS,
      );
      const collector = await startCollector({
        binary: BINARY,
        path: join(folder.path, 'collector.yaml'),
        config: byTrace
          ? configFor(
              [...ports.values()].map((port) => `127.0.0.1:${port}`),
              'by trace',
            )
          : configFor([balancer.endpoint], 'by connection'),
      });
      try {
        const dice = diceOf(SEED);
        const tasks = Array.from({ length: TASKS }, (_, index) => `task-${index}`);
        const requests = tasks.flatMap(requestsOf);
        for (let at = requests.length - 1; at > 0; at -= 1) {
          const other = Math.floor(dice() * (at + 1));
          [requests[at], requests[other]] = [requests[other]!, requests[at]!];
        }
        let acked = 0;
        let killed = false;
        const sender = async () => {
          for (let next = requests.shift(); next !== undefined; next = requests.shift()) {
            const times = dice() < 0.2 ? 2 : 1;
            for (let time = 0; time < times; time += 1) {
              const status = await until(
                'the Collector has it where it is durable',
                async () => {
                  const answer = await send(collector, next.spans).catch(() => 0);
                  return (answer === 200 || answer === 400) && answer;
                },
                { deadlineMs: 60_000, everyMs: 100, instead: collector.told },
              );
              expect(status).toBe(200);
            }
            acked += 1;
            if (acked < TASKS * 3 || killed) continue;
            killed = true;
            // It keeps house, and holds spans that nobody else has in memory.
            await replicas.kill('one');
            // A list of hosts forgets none: what goes by trace to a dead one waits for it.
            if (byTrace) await replicas.start('one');
          }
        };
        await Promise.all(Array.from({ length: SENDERS }, sender));
        await replicas.settled();
        expect(killed).toBe(true);
        if (!byTrace) expect(balancer.connections()).toBeGreaterThan(5);

        const truth = new Map(tasks.map((task) => [task, dollarsOf(COST_OF_TASK)]));
        const total = dollarsOf(BigInt(TASKS) * COST_OF_TASK);
        for (const [name, service] of alive)
          await until(
            `${name} tells the truth`,
            async () => {
              const { rows } = await get<{
                rows: { tasks: { solved: number }; cost_usd: { total: string } }[];
              }>(service, '/cpst?group_by=agent_type');
              return rows[0]?.tasks.solved === TASKS && rows[0].cost_usd.total === total;
            },
            { deadlineMs: 60_000, instead: () => differences(service, truth) },
          );
        for (const service of alive.values())
          expect(sampleOf(await scrape(service), 'solvent_spans_received_total')).toBeGreaterThan(0);
        const [anyone] = alive.values();
        expect(await differences(anyone!, truth)).toContain(`0 of ${TASKS} tasks are not as they should be`);
      } finally {
        await collector.stop();
        await balancer.close();
        await replicas.stop();
        folder.remove();
      }
    }, 300_000);
  });
}
