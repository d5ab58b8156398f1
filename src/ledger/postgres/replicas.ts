import type { Replica, ReplicaNews } from '../../domain/fleet.ts';
import type { FleetSql, Rows } from './fleet-sql.ts';

/** This replica lost its name to another process: what it holds in memory belongs to that one now. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

/** Why this replica may not start. */
export class ReplicaBusy extends Error {
  override readonly name = 'ReplicaBusy';
}

/** One life of a replica. */
export interface Life {
  readonly name: string;
  readonly epoch: number;
}

export interface Newcomer extends ReplicaNews {
  readonly name: string;
  /** What its data directory is known by; empty where it has none, or none that ever held a journal. */
  readonly home: string;
  readonly journal: Replica['journal'];
}

/** What stands in the way of a newcomer: its name is leased. */
export interface Leased {
  readonly leftMs: number;
  /** Until when, as the database says it; another text after a renewal. */
  readonly until: string;
}

/**
 * The table of replicas.
 *
 * **Invariant**: a row's epoch changes only while the row is locked FOR UPDATE, and whoever writes under an epoch holds
 * it FOR KEY SHARE until that is committed (`fence`). So after a change of epoch nothing of the life before can come, and
 * all that it did can be seen. A renewal changes no key and waits for neither.
 */
export interface Replicas {
  /** A new life, or who still has the name. Throws ReplicaBusy where another replica lives in the same data directory. */
  begin(newcomer: Newcomer): Promise<Life | Leased>;
  /** Whether the life goes on; false once another process has the name. */
  renew(life: Life, news: ReplicaNews): Promise<boolean>;
  /** Gives the name back at once. A replica that left nothing behind is forgotten. */
  end(life: Life): Promise<void>;
  list(): Promise<readonly Replica[]>;
  /** Other replicas whose lease is over and whose journal is here. */
  leftBehind(life: Life): Promise<readonly string[]>;
  /** Forgets replicas whose lease was over a day ago and that left nothing behind. */
  forget(): Promise<void>;
}

/** For a transaction's last statements: holds this life until the commit. Throws LeaseLost where it is over. */
export async function fence(sql: Rows, { name, epoch }: Life): Promise<void> {
  const rows = await sql.rows('SELECT epoch FROM replicas WHERE name = $1 AND epoch = $2 FOR KEY SHARE', [
    name,
    BigInt(epoch),
  ]);
  if (rows.length === 0) throw lost(name);
}

export const lost = (name: string): LeaseLost =>
  new LeaseLost(
    `another process has the name of this replica, ${name}: it took over after this one did not renew its lease in time`,
  );

/** `now()` plus the milliseconds in a parameter. */
const after = (parameter: string): string => `now() + ${parameter} * INTERVAL '1 millisecond'`;

export function openReplicas(sql: FleetSql, leaseMs: number): Replicas {
  return {
    begin: (newcomer) => sql.transaction((inside) => begin(inside, newcomer, leaseMs)),
    async renew({ name, epoch }, { tableHash, spansOpen }) {
      const rows = await sql.rows(
        `UPDATE replicas SET lease_until = ${after('$3')}, table_hash = $4, spans_open = $5
         WHERE name = $1 AND epoch = $2 RETURNING epoch`,
        [name, BigInt(epoch), leaseMs, tableHash, BigInt(spansOpen)],
      );
      return rows.length > 0;
    },
    async end({ name, epoch }) {
      await sql.transaction(async (inside) => {
        const mine = await inside.rows(
          'SELECT journal, spans_open FROM replicas WHERE name = $1 AND epoch = $2 FOR UPDATE',
          [name, BigInt(epoch)],
        );
        if (mine.length === 0) return;
        await inside.rows('UPDATE replicas SET lease_until = now() WHERE name = $1', [name]);
        await inside.rows('DELETE FROM leases WHERE holder = $1 AND epoch = $2', [name, BigInt(epoch)]);
        await inside.rows(`DELETE FROM replicas WHERE name = $1 AND ${LEFT_NOTHING}`, [name]);
      });
    },
    async list() {
      const rows = await sql.rows(
        `SELECT r.name, r.journal, r.table_hash, r.spans_open, r.lease_until > now(),
                EXISTS (SELECT 1 FROM leases l WHERE l.holder = r.name AND l.epoch = r.epoch AND l.lease_until > now())
         FROM replicas r ORDER BY r.name`,
      );
      return rows.map(([name, journal, tableHash, spansOpen, lives, keepsHouse]) => ({
        name: String(name),
        journal: journal === 'database' ? 'database' : 'disk',
        tableHash: String(tableHash),
        spansOpen: Number(spansOpen),
        lives: lives === true,
        keepsHouse: keepsHouse === true,
      }));
    },
    async leftBehind({ name }) {
      const rows = await sql.rows(
        `SELECT name FROM replicas WHERE lease_until <= now() AND name <> $1
           AND EXISTS (SELECT 1 FROM journal_groups WHERE replica = replicas.name) ORDER BY name`,
        [name],
      );
      return rows.map(([left]) => String(left));
    },
    async forget() {
      await sql.rows(`DELETE FROM replicas WHERE lease_until < now() - INTERVAL '1 day' AND ${LEFT_NOTHING}`);
    },
  };
}

/** Its journal was here and is empty, or it stopped with nothing that waits. */
const LEFT_NOTHING = `(journal = 'database' OR spans_open = 0)
  AND NOT EXISTS (SELECT 1 FROM journal_groups WHERE replica = replicas.name)`;

async function begin(sql: Rows, newcomer: Newcomer, leaseMs: number): Promise<Life | Leased> {
  const { name, home, journal, tableHash } = newcomer;
  if (home !== '' && journal === 'database') {
    const [row] = await sql.rows("SELECT name FROM replicas WHERE home = $1 AND journal = 'disk'", [home]);
    if (row !== undefined)
      throw new ReplicaBusy(
        `the data directory holds the journal of replica ${String(row[0])}, which may hold spans that are not in the ledger; start it once with SOLVENT_JOURNAL=disk and stop it, so that nothing waits there`,
      );
  }
  if (home !== '' && journal === 'disk') {
    const [other] = await sql.rows(
      'SELECT name FROM replicas WHERE home = $1 AND name <> $2 AND lease_until > now()',
      [home, name],
    );
    if (other !== undefined)
      throw new ReplicaBusy(
        `the data directory is in use by replica ${String(other[0])}; give each replica one of its own`,
      );
    // What this directory was known by before it got another name.
    await sql.rows('DELETE FROM replicas WHERE home = $1 AND name <> $2', [home, name]);
  }
  const [kept] = await sql.rows('SELECT number FROM journal_groups WHERE replica = $1 LIMIT 1', [name]);
  if (journal === 'disk' && kept !== undefined)
    throw new ReplicaBusy(
      `replica ${name} still has spans in the journal in the database; start it once with SOLVENT_JOURNAL=database, or leave them to another replica`,
    );
  await sql.rows(
    `INSERT INTO replicas (name, epoch, home, journal, table_hash, spans_open, started_at, lease_until)
     VALUES ($1, 0, $2, $3, '', 0, now(), now()) ON CONFLICT (name) DO NOTHING`,
    [name, journal === 'disk' ? home : '', journal],
  );
  const [row = []] = await sql.rows(
    `SELECT epoch, CAST(EXTRACT(EPOCH FROM lease_until - now()) * 1000 AS BIGINT), lease_until > now(),
            CAST(lease_until AS TEXT)
     FROM replicas WHERE name = $1 FOR UPDATE`,
    [name],
  );
  const [epoch, leftMs, lives, until] = row;
  if (lives === true) return { leftMs: Math.max(1, Number(leftMs)), until: String(until) };
  await sql.rows(
    `UPDATE replicas SET epoch = epoch + 1, home = $2, journal = $3, table_hash = $4, spans_open = 0,
       started_at = now(), lease_until = ${after('$5')} WHERE name = $1`,
    [name, journal === 'disk' ? home : '', journal, tableHash, leaseMs],
  );
  return { name, epoch: Number(epoch) + 1 };
}
