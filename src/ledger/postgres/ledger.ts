import type { Ledger } from '../../domain/ledger.ts';
import { type Crash, neverCrash } from '../crash-point.ts';
import { readDueTasks, readNextDue } from '../sql/read-due.ts';
import { readLastTrace, readRepriceable } from '../sql/read-repricing.ts';
import { readTaskStates, readTraces } from '../sql/read-states.ts';
import { sqlReads } from '../sql/reads.ts';
import type { Ask, Sql } from '../sql/sql.ts';
import { meaningOf, type Writer, writeChange } from './apply.ts';
import { openDatabase } from './database.ts';
import { SharedDictionaries } from './dictionaries.ts';
import { findTasks, findTraces, readGround, seqsOf } from './find.ts';
import { LineMonths } from './line-months.ts';
import { ONE_TABLE } from './line-places.ts';
import { readKin } from './read-kin.ts';
import { rollOff } from './roll-off.ts';
import { rollOffRows } from './roll-off-rows.ts';
import { Seen } from './seen.ts';

export interface PostgresLedgerOptions {
  /** `postgres://...`; never printed. */
  readonly url: string;
  /** This writer's name among those of the database; its journal position is kept under it. */
  readonly replica: string;
  readonly fence?: Writer['fence'];
  /** Questions that are answered at once; others wait. */
  readonly readersMax?: number;
  /** Whether lines lie in partitions by month; as the database can, unless told. */
  readonly hasPartitions?: boolean;
  readonly crash?: Crash;
}

/**
 * The ledger in a PostgreSQL database, which other processes may write to as well. Rejects with LedgerUnreadable, in one
 * line, for a database that does not answer or that a newer Solvent made.
 *
 * `apply` rejects with LedgerOverflow, and keeps nothing, for money past 64 bits; with LedgerConflict, and keeps nothing,
 * where another writer changed what was read. When the connection breaks everything rejects until the database answers
 * again; whether a change was kept whose commit was under way, the next reading tells.
 */
export async function openPostgresLedger(options: PostgresLedgerOptions): Promise<Ledger> {
  const { replica, fence = async () => {}, crash = neverCrash } = options;
  const connections = await openDatabase(options);
  const dictionaries = new SharedDictionaries();
  const { kinds } = dictionaries;
  const { hasPartitions } = connections;
  const places = hasPartitions ? new LineMonths() : ONE_TABLE;
  const writer: Writer = { connections, dictionaries, places, replica, fence };
  const seen = new Seen();
  const asking =
    (ask: Ask): Ask =>
    (question) =>
      ask(async (sql) => {
        await dictionaries.refresh(sql);
        return question(sql);
      });
  const ask = asking(connections.askFirst);
  /** A question that a settle step builds on. */
  const askToSettle = <T>(question: (sql: Sql) => Promise<T>): Promise<T> =>
    ask(async (sql) => {
      seen.reading(await readGround(sql));
      return question(sql);
    });
  const findSeenTraces = async (sql: Sql, ids: readonly string[]) => {
    const found = await findTraces(sql, ids);
    seen.traces(ids, found);
    return found;
  };
  return {
    traces: (ids) =>
      askToSettle(async (sql) => readTraces(sql, seqsOf(await findSeenTraces(sql, [...new Set(ids)])))),
    kin: (keys) => askToSettle(async (sql) => (await readKin(sql, keys)).map(([trace]) => trace as string)),
    tasksState: (ids) =>
      askToSettle(async (sql) => {
        const wanted = [...new Set(ids)];
        const found = await findTasks(sql, wanted);
        seen.tasks(wanted, found);
        return readTaskStates(sql, seqsOf(found), dictionaries);
      }),
    async apply(change) {
      try {
        await connections.write(async (writing) => {
          await writeChange(writing, change, seen, writer);
          crash('before_apply');
        });
      } catch (error) {
        places.forget();
        throw meaningOf(error);
      } finally {
        seen.forget();
      }
      crash('after_apply');
    },
    position: () =>
      ask(async (sql) => {
        const [row] = await sql.rows('SELECT position FROM positions WHERE replica = $1', [replica]);
        return (row?.[0] as string | undefined) ?? '';
      }),
    dueTasks: (now, limit) => ask((sql) => readDueTasks(sql, now, limit)),
    nextDue: () => ask(readNextDue),
    repriceable(query) {
      // A step of its own begins here, also where the one before came to no change.
      seen.forget();
      return askToSettle(async (sql) => {
        const page = await readRepriceable(sql, query, kinds);
        await findSeenTraces(
          sql,
          page.traces.map(({ traceId }) => traceId),
        );
        return page;
      });
    },
    lastTrace: () => ask(readLastTrace),
    rollOff: (beforeMs) => (hasPartitions ? rollOff : rollOffRows)(connections, beforeMs),
    close: connections.close,
    ...sqlReads(asking(connections.ask), dictionaries, async () => {
      const held = await connections.hold();
      await dictionaries.refresh(held.sql);
      return held;
    }),
  };
}
