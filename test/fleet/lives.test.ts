import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { sampleOf, scrape } from '../support/metrics.ts';
import { describePostgres } from '../support/postgres.ts';
import { send, type TestSpan } from '../support/send.ts';
import { get, temporaryFolder } from '../support/service.ts';
import { until } from '../support/until.ts';
import { serving, solvent, stop } from '../walk/solvent.ts';

/**
 * Goal: a name is one process, an acked span is in one place that counts, and what cannot be is said in one line.
 * Method: the program itself, stopped, woken, killed and started twice over one database.
 */

const LEASE_MS = 1500;

interface Health {
  readonly fleet: {
    readonly price_tables_differ: boolean;
    readonly spans_out_of_reach: number;
    readonly replicas: readonly { name: string; lives: boolean; keeps_house: boolean; spans_open: number }[];
  };
}

/** One task of a dollar and a picodollar. Its root comes only if `ended`: until then it waits for `quiet`. */
const taskOf = (id: string, ended = true): TestSpan[] => {
  const trace = Buffer.from(id.padStart(16, '_')).toString('hex');
  const attributes = { 'agent.session.id': id, 'agent.cost.usd': '1.000000000001' };
  return [ended ? { trace, span: '1', attributes } : { trace, span: '2', parent: '1', attributes }];
};

describePostgres('lives of replicas', (postgres) => {
  /** Runs with a database and folders of its own, and ends what it started. */
  async function inFleet(
    run: (
      start: (name: string, env?: Record<string, string>) => ReturnType<typeof serving>,
      url: string,
      folder: string,
    ) => Promise<void>,
  ): Promise<void> {
    const folder = temporaryFolder();
    const { url } = await postgres.fresh();
    const running: Awaited<ReturnType<typeof serving>>[] = [];
    try {
      await run(
        async (name, env = {}) => {
          const service = await serving(join(folder.path, name), {
            SOLVENT_DATABASE_URL: url,
            SOLVENT_REPLICA: name,
            SOLVENT_REPLICA_LEASE: `${LEASE_MS}ms`,
            SOLVENT_JOURNAL: 'database',
            ...env,
          });
          running.push(service);
          return service;
        },
        url,
        folder.path,
      );
    } finally {
      for (const { child } of running) child.kill('SIGKILL');
      await Promise.all(running.map(({ ended }) => ended));
      folder.remove();
    }
  }

  test('one that was stopped past its lease is taken over, and once it wakes it ends with a clear line', () =>
    inFleet(async (start) => {
      // It would settle nothing by itself for a minute.
      const sleeper = await start('sleeper', { SOLVENT_TRACE_QUIET: '60s', SOLVENT_INTERIM_AFTER: '60s' });
      const heir = await start('heir', { SOLVENT_TRACE_QUIET: '100ms' });
      expect(await send(sleeper, taskOf('acked', false))).toBe(200);
      sleeper.child.kill('SIGSTOP');
      const task = await until('its span is charged elsewhere', () =>
        get<{ cost_usd: { total: string } }>(heir, '/tasks/acked').catch(() => undefined),
      );
      expect(task.cost_usd.total).toBe('1.000000000001');
      const waiting = send(sleeper, taskOf('late', false)).catch(() => 0);
      sleeper.child.kill('SIGCONT');
      const { code, complaints } = await sleeper.ended;
      expect(code).toBe(1);
      expect(complaints.at(-1)).toContain('another process has the name of this replica, sleeper');
      // Whoever sent to it meanwhile heard no success, and sends to another one.
      expect(await waiting).not.toBe(200);
      const { fleet } = await get<Health>(heir, '/data-health');
      expect(fleet.replicas.filter(({ keeps_house }) => keeps_house).map(({ name }) => name)).toEqual([
        'heir',
      ]);
    }));

  test('a second process of a name that lives is refused, and the first goes on', () =>
    inFleet(async (start, url, folder) => {
      const first = await start('twin');
      const second = await solvent(['serve'], {
        SOLVENT_DATA_DIR: join(folder, 'elsewhere'),
        SOLVENT_DATABASE_URL: url,
        SOLVENT_REPLICA: 'twin',
        SOLVENT_REPLICA_LEASE: `${LEASE_MS}ms`,
        SOLVENT_JOURNAL: 'database',
      }).ended;
      expect(second).toMatchObject({ code: 1, stdout: '' });
      expect(second.complaints).toEqual([
        'another process runs as replica twin; give each replica a name of its own (SOLVENT_REPLICA)',
      ]);
      expect(await send(first, taskOf('still here'))).toBe(200);
      expect((await stop(first)).code).toBe(0);
    }));

  test('one that stops gives its name back, and what waits is taken over at once', () =>
    inFleet(async (start) => {
      const leaves = await start('leaves', { SOLVENT_TRACE_QUIET: '60s', SOLVENT_REPLICA_LEASE: '60s' });
      const heir = await start('heir', { SOLVENT_TRACE_QUIET: '100ms' });
      expect(await send(leaves, taskOf('acked', false))).toBe(200);
      expect((await stop(leaves)).code).toBe(0);
      await until('its span is charged', () => get(heir, '/tasks/acked').catch(() => undefined));
      await until('it keeps house', async () => sampleOf(await scrape(heir), 'solvent_keeps_house') === 1);
      const again = await start('leaves');
      await stop(again);
    }));

  test('what one has on its disk is said to be out of reach, until it is back', () =>
    inFleet(async (start) => {
      const disk = { SOLVENT_JOURNAL: 'disk', SOLVENT_TRACE_QUIET: '60s', SOLVENT_INTERIM_AFTER: '60s' };
      const onDisk = await start('on-disk', disk);
      const other = await start('other');
      expect(await send(onDisk, taskOf('acked', false))).toBe(200);
      await until('it told that a span waits', async () => {
        const { fleet } = await get<Health>(other, '/data-health');
        return fleet.replicas.some(({ name, spans_open }) => name === 'on-disk' && spans_open === 1);
      });
      onDisk.child.kill('SIGKILL');
      await until('the others say so', async () => {
        const { fleet } = await get<Health>(other, '/data-health');
        return fleet.spans_out_of_reach === 1;
      });
      await start('on-disk', { ...disk, SOLVENT_TRACE_QUIET: '100ms' });
      await until('its span is charged', () => get(other, '/tasks/acked').catch(() => undefined));
      await until('nothing is out of reach', async () => {
        const { fleet } = await get<Health>(other, '/data-health');
        return fleet.spans_out_of_reach === 0 && fleet.replicas.every(({ lives }) => lives);
      });
    }));

  test('a database that is not there is one line', async () => {
    const folder = temporaryFolder();
    const { code, complaints, stdout } = await solvent(['serve'], {
      SOLVENT_DATA_DIR: folder.path,
      SOLVENT_DATABASE_URL: 'postgres://me:hunter2@127.0.0.1:1/solvent',
    }).ended;
    expect({ code, stdout, lines: complaints.length }).toEqual({ code: 1, stdout: '', lines: 1 });
    expect(complaints[0]).toContain("the ledger's database 127.0.0.1:1/solvent cannot be reached");
    expect(complaints[0]).not.toContain('hunter2');
    folder.remove();
  });
});
