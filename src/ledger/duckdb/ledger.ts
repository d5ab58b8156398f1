import type { Ledger } from '../../domain/ledger.ts';
import { monthStart } from '../../domain/month.ts';
import type { Shrunk } from '../../domain/shrunk.ts';
import { type Crash, neverCrash } from '../crash-point.ts';
import { readDueTasks, readNextDue } from '../sql/read-due.ts';
import { readLastTrace, readRepriceable } from '../sql/read-repricing.ts';
import { readTaskStates, readTraces } from '../sql/read-states.ts';
import { sqlReads } from '../sql/reads.ts';
import { writeChange } from './apply.ts';

import { ChargeMonths } from './charge-months.ts';
import { Kinds } from './kinds.ts';
import { openLiveDatabase } from './live.ts';
import { findTasks, findTraces, Numbers } from './numbers.ts';
import { readKin } from './read-kin.ts';
import { rowsOf } from './session.ts';
import { askOf, sqlOf } from './sql.ts';
import { SumChange, UNSUMMED } from './sum-change.ts';
import { Texts } from './texts.ts';

export interface DuckDbLedgerOptions {
  /** The database file; made where it is missing. */
  readonly path: string;
  /** As DuckDB reads it, e.g. `256MB`. */
  readonly memoryLimit?: string;
  /** Bytes of log past which a commit writes it into the file; as `open.ts` has it unless told. */
  readonly checkpointBytes?: number | undefined;
  /** Free bytes of the file below which it is not written anew; as `shrink.ts` has it unless told. */
  readonly freeBytesMin?: number | undefined;
  readonly crash?: Crash;
  /** Tasks and traces, the newest, that are not in the sums; see sum-change.ts. */
  readonly unsummed?: number;
}

/** The embedded ledger, with what only a ledger in one file has. */
export interface DuckDbLedger extends Ledger {
  /** From here until the next change the file holds everything, with its log where one is left beside it. */
  checkpoint(): Promise<void>;
  /**
   * Gives the file's free space back to the disk where that is much, by writing the file anew (up to 95 MB a second).
   * Changes and new snapshots wait for as long, questions are answered; where it fails the file is as it was.
   */
  shrink(): Promise<Shrunk>;
}

/**
 * The embedded ledger: one DuckDB file, opened once in the machine. The writer's connection settles, another
 * one reads, each one thing at a time. Rejects with LedgerUnreadable, in one line, for a file that is no ledger,
 * is damaged, is newer than this program or is open elsewhere.
 *
 * `apply` rejects with LedgerOverflow, and keeps nothing, for money past 64 bits.
 */
export async function openDuckDbLedger(options: DuckDbLedgerOptions): Promise<DuckDbLedger> {
  const { memoryLimit = '256MB', crash = neverCrash, unsummed = UNSUMMED } = options;
  const dictionaries = {
    texts: new Texts(),
    kinds: new Kinds(),
    numbers: new Numbers(),
    months: new ChargeMonths(),
  };
  const { texts, kinds, months } = dictionaries;
  const { writer, reader, hold, checkpoint, shrink, close } = await openLiveDatabase({
    ...options,
    memoryLimit,
    crash,
    async load(connection) {
      for (const dictionary of Object.values(dictionaries)) await dictionary.reload(connection);
    },
  });
  const ask = askOf(writer);
  return {
    checkpoint,
    shrink,
    traces: (ids) =>
      writer.transaction(async (connection) =>
        readTraces(sqlOf(connection), await findTraces(connection, [...new Set(ids)])),
      ),
    kin: (keys) => writer.transaction((connection) => readKin(connection, keys)),
    tasksState: (ids) =>
      writer.transaction(async (connection) =>
        readTaskStates(sqlOf(connection), await findTasks(connection, [...new Set(ids)]), dictionaries),
      ),
    async apply(change) {
      await writer.transaction(async (connection) => {
        const sums = await SumChange.begin(connection, kinds, unsummed);
        await writeChange(connection, change, { ...dictionaries, sums });
        crash('before_apply');
      });
      texts.saved();
      kinds.saved();
      months.saved();
      crash('after_apply');
    },
    async position() {
      const sql = "SELECT value FROM meta WHERE name = 'position'";
      const [row] = await writer.transaction((connection) => rowsOf(connection, sql));
      return row![0] as string;
    },
    dueTasks: (now, limit) => ask((sql) => readDueTasks(sql, now, limit)),
    nextDue: () => ask(readNextDue),
    repriceable: (query) => ask((sql) => readRepriceable(sql, query, kinds)),
    lastTrace: () => ask(readLastTrace),
    async rollOff(beforeMs) {
      const lines = await writer.transaction(async (connection) => {
        months.begin();
        const sums = await SumChange.begin(connection, kinds, unsummed);
        const dropped = await months.drop(connection, monthStart(beforeMs), (table) => sums.gone(table));
        await sums.end({ tasks: 0, traces: 0 });
        crash('before_apply');
        return dropped;
      });
      months.saved();
      crash('after_apply');
      return lines;
    },
    close,
    ...sqlReads(askOf(reader), dictionaries, hold),
  };
}
