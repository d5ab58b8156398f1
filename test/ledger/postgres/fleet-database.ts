import { CommitUnsure, type FleetSql, openFleetSql } from '../../../src/ledger/postgres/fleet-sql.ts';
import { FLEET_TABLES } from '../../../src/ledger/postgres/fleet-tables.ts';
import type { Life, Newcomer, Replicas } from '../../../src/ledger/postgres/replicas.ts';
import type { Postgres } from '../../support/postgres-server.ts';
import type { Fault } from '../faulty-disk.ts';

export interface FleetDatabase {
  readonly sql: FleetSql;
  readonly url: string;
  close(): Promise<void>;
}

/** A database with the fleet's tables and nothing else. */
export async function freshFleet(postgres: Postgres): Promise<FleetDatabase> {
  const { url } = await postgres.fresh();
  const sql = openFleetSql({ url, name: 'test', timeoutMs: 5000 });
  for (const statement of FLEET_TABLES) await sql.rows(statement);
  return { sql, url, close: () => sql.close() };
}

/** The same connections, but the next statements that change anything go as it is told. */
export function faultySql(sql: FleetSql): FleetSql & { readonly faults: Fault[] } {
  const faults: Fault[] = [];
  const failing = (): Fault => faults.shift() ?? 'ok';
  return {
    ...sql,
    faults,
    async rows(text, values) {
      const fault = /^\s*(INSERT|UPDATE|DELETE)/.test(text) ? failing() : 'ok';
      if (fault === 'refuse') throw new Error('Connection terminated unexpectedly');
      const rows = await sql.rows(text, values);
      if (fault === 'full') throw new Error('the answer was lost');
      return rows;
    },
    async transaction(work) {
      const fault = failing();
      if (fault === 'refuse') throw new Error('Connection terminated unexpectedly');
      const result = await sql.transaction(work);
      if (fault === 'full') throw new CommitUnsure('the database did not answer a commit');
      return result;
    },
  };
}

export const newcomer = (name: string, given: Partial<Newcomer> = {}): Newcomer => ({
  name,
  home: '',
  journal: 'database',
  tableHash: 'table',
  spansOpen: 0,
  ...given,
});

/** A life of this name, which nobody may hold. */
export async function lifeOf(replicas: Replicas, name: string, given: Partial<Newcomer> = {}): Promise<Life> {
  const begun = await replicas.begin(newcomer(name, given));
  if ('leftMs' in begun) throw new Error(`${name} lives for ${begun.leftMs} ms more`);
  return begun;
}

/** As if its lease had run out: by the clock of the database, which is the only one that counts. */
export async function runOut(sql: FleetSql, name: string): Promise<void> {
  await sql.rows(`UPDATE replicas SET lease_until = now() - INTERVAL '1 second' WHERE name = $1`, [name]);
}
