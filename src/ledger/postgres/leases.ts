import { HouseMoved } from '../../domain/repricing.ts';
import type { Rows } from './fleet-sql.ts';
import type { Life } from './replicas.ts';

/** Something that one replica does for all, for as long as it says so again in time. */
export interface Lease {
  /**
   * Takes it where nobody has it, and renews it where this life has; whether this life has it now. By the database's
   * clock, so that two never have it; a life that is over gets none.
   */
  take(life: Life): Promise<boolean>;
}

export const HOUSE = 'house';

/**
 * For a transaction's last statements: the house stays with this life until the commit, whatever its lease says; who
 * takes it after that finds all that was done. Throws HouseMoved where another has it.
 */
export async function fenceHouse(sql: Rows, { name, epoch }: Life): Promise<void> {
  const rows = await sql.rows(
    'SELECT epoch FROM leases WHERE name = $1 AND holder = $2 AND epoch = $3 FOR SHARE',
    [HOUSE, name, BigInt(epoch)],
  );
  if (rows.length === 0) throw new HouseMoved();
}

export const openLease = (sql: Rows, { name, leaseMs }: { name: string; leaseMs: number }): Lease => ({
  async take({ name: holder, epoch }) {
    const rows = await sql.rows(
      `INSERT INTO leases (name, holder, epoch, lease_until)
       SELECT $1, name, epoch, now() + $4 * INTERVAL '1 millisecond' FROM replicas WHERE name = $2 AND epoch = $3
       ON CONFLICT (name) DO UPDATE
       SET holder = excluded.holder, epoch = excluded.epoch, lease_until = excluded.lease_until
       WHERE leases.lease_until <= now() OR (leases.holder = excluded.holder AND leases.epoch = excluded.epoch)
       RETURNING epoch`,
      [name, holder, BigInt(epoch), leaseMs],
    );
    return rows.length > 0;
  },
});
