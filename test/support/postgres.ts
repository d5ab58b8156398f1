import { afterAll, beforeAll, describe } from '@jest/globals';
import {
  newestBin,
  openServer,
  type Postgres,
  type PostgresOptions,
  type Server,
} from './postgres-server.ts';

const BIN = newestBin();

/**
 * A `describe` with a server of its own, started before its tests and taken away after them. Where no PostgreSQL is
 * installed it is skipped, and says so.
 */
export function describePostgres(
  name: string,
  tests: (postgres: Postgres) => void,
  options: PostgresOptions = {},
): void {
  if (BIN === undefined) {
    process.stderr.write(`skipped, for no PostgreSQL server is installed: ${name}\n`);
    describe.skip(name, () => tests(UNINSTALLED));
    return;
  }
  const bin = BIN;
  describe(name, () => {
    let server: Server | undefined;
    const running = (): Server => {
      if (server === undefined) throw new Error('the server runs only during tests');
      return server;
    };
    beforeAll(async () => {
      server = await openServer(bin, options);
    }, 60_000);
    afterAll(async () => {
      await server?.close();
      server = undefined;
    }, 30_000);
    tests({
      fresh: (like) => running().fresh(like),
      stop: (how) => running().stop(how),
      start: () => running().start(),
      get pid() {
        return running().pid;
      },
    });
  });
}

const UNINSTALLED: Postgres = {
  fresh: () => Promise.reject(new Error('no PostgreSQL is installed')),
  stop: () => Promise.reject(new Error('no PostgreSQL is installed')),
  start: () => Promise.reject(new Error('no PostgreSQL is installed')),
  pid: 0,
};
