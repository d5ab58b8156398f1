import type { Count } from '../../domain/self-metrics.ts';
import { assert } from '../../lib/assert.ts';
import { type Crash, neverCrash } from '../crash-point.ts';
import { type Journal, JournalUnavailable } from '../journal.ts';
import { takeGroup } from '../journal-frame.ts';
import { CommitUnsure, type FleetSql, type Rows } from './fleet-sql.ts';
import { GROUP_BYTES_MAX, groupOf, packGroup, positionOf, readGroup } from './journal-group.ts';
import { type Life, lost } from './replicas.ts';

/** The journal of one replica in the database; others can take it over once its lease is over. */
export interface DatabaseJournal extends Journal {
  /**
   * Takes over what a replica left behind whose lease is over: in one transaction its life ends and its records become
   * this one's, behind all that this one has; then each is visited, before any later append resolves. Returns how many
   * there were; 0 where it lives, or another was faster.
   */
  takeOver(name: string, visit: (record: Uint8Array, position: string) => void): Promise<number>;
}

export interface DatabaseJournalOptions {
  readonly sql: FleetSql;
  readonly life: Life;
  /** The ledger's own position of this replica; see JournalOptions. */
  readonly after: string;
  readonly count?: Count;
  readonly crash?: Crash;
}

interface Waiting {
  readonly record: Uint8Array;
  readonly resolve: (position: string) => void;
  readonly reject: (error: JournalUnavailable) => void;
}

/** Rows read at once; each is a group commit. */
const PAGE_ROWS = 16;

/**
 * The journal as a table: one row a group commit, numbered by the replica that writes it. Every insert looks in the same
 * statement whether this life goes on, so that one that was taken over acks nothing more.
 *
 * Appends, takeovers and nothing else happen one at a time: a position is indexed before a later one is given.
 */
export async function openDatabaseJournal(options: DatabaseJournalOptions): Promise<DatabaseJournal> {
  const { sql, life, count = () => {}, crash = neverCrash } = options;
  const { name } = life;
  const epoch = BigInt(life.epoch);
  const [kept = []] = await sql.rows(
    'SELECT count(*), coalesce(max(number), 0) FROM journal_groups WHERE replica = $1',
    [name],
  );
  const keptUpTo = Number(kept[1]);
  let groups = Number(kept[0]);
  let next = Math.max(keptUpTo, groupOf(options.after)) + 1;
  const waiting: Waiting[] = [];
  let running: Promise<unknown> = Promise.resolve();
  let writing = false;
  let closed = false;
  /** A takeover whose commit was not answered: what it would have brought is looked for before anything else is done. */
  let unsure: { readonly from: number; readonly visit: Visit } | undefined;

  async function commit(): Promise<void> {
    const group = takeGroup(waiting, { bytes: 0, bytesMax: GROUP_BYTES_MAX });
    try {
      await settleDoubt();
      // Given up where the insert fails: it may have been made all the same.
      const number = next;
      next += 1;
      const { records, offsets } = packGroup(group.map(({ record }) => record));
      crash('before_journal');
      const made = await sql.rows(
        `INSERT INTO journal_groups (replica, number, records)
         SELECT name, $3, $4 FROM replicas WHERE name = $1 AND epoch = $2 FOR KEY SHARE
         RETURNING number`,
        [name, epoch, BigInt(number), records],
      );
      if (made.length === 0) throw lost(name);
      crash('after_journal');
      groups += 1;
      group.forEach(({ resolve }, index) => {
        resolve(positionOf(number, offsets[index]!));
      });
      count('journal_commits', 1, {});
      count('journal_bytes', records.length, {});
    } catch (error) {
      // Whoever waits is told at once, as with a disk.
      const why = error instanceof Error ? error.message : String(error);
      const reason = new JournalUnavailable(`the journal in the database takes no records: ${why}`, {
        cause: error,
      });
      for (const { reject } of [...group, ...waiting.splice(0)]) reject(reason);
    }
  }

  async function write(): Promise<void> {
    while (waiting.length > 0) await commit();
    writing = false;
  }

  /** One at a time, in the order of asking. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = running.then(work);
    running = mine.catch(() => {});
    return mine;
  }

  async function settleDoubt(): Promise<void> {
    if (unsure === undefined) return;
    const { from, visit } = unsure;
    const found = await sql.transaction(async (inside) => {
      // Waits for that commit, should it still be under way: it holds this row.
      await inside.rows('SELECT epoch FROM replicas WHERE name = $1 FOR UPDATE', [name]);
      return readGroups(inside, { replica: name, from, to: Number.MAX_SAFE_INTEGER });
    });
    unsure = undefined;
    visitAll(found, visit);
    groups += found.length;
    next = Math.max(next, (found.at(-1)?.number ?? 0) + 1);
  }

  async function takeOver(left: string, visit: Visit): Promise<number> {
    await settleDoubt();
    const from = next;
    let found: readonly Group[] = [];
    try {
      found = await sql.transaction(async (inside) => {
        const rows = await inside.rows(
          `SELECT name, epoch, lease_until <= now() FROM replicas WHERE name IN ($1, $2) ORDER BY name FOR UPDATE`,
          [name, left],
        );
        const [mine, other] = [rows.find((row) => row[0] === name), rows.find((row) => row[0] === left)];
        if (mine?.[1] !== epoch) throw lost(name);
        if (other?.[2] !== true) return [];
        await inside.rows('UPDATE replicas SET epoch = epoch + 1, spans_open = 0 WHERE name = $1', [left]);
        const theirs = await readGroups(inside, { replica: left, from: 0, to: Number.MAX_SAFE_INTEGER });
        const [first] = theirs;
        if (first === undefined) return [];
        const shift = from - first.number;
        await inside.rows('UPDATE journal_groups SET replica = $1, number = number + $3 WHERE replica = $2', [
          name,
          left,
          BigInt(shift),
        ]);
        return theirs.map(({ number, records }) => ({ number: number + shift, records }));
      });
    } catch (fault) {
      if (fault instanceof CommitUnsure) unsure = { from, visit };
      throw fault;
    }
    next = (found.at(-1)?.number ?? next - 1) + 1;
    groups += found.length;
    return visitAll(found, visit);
  }

  return {
    append(record) {
      assert(record.length > 0, 'a journal record is not empty');
      if (closed) return Promise.reject(new JournalUnavailable('the journal is closed'));
      return new Promise((resolve, reject) => {
        waiting.push({ record, resolve, reject });
        if (writing) return;
        writing = true;
        void inTurn(write);
      });
    },
    async replay(visit) {
      let records = 0;
      for (let from = 0; ; ) {
        const page = await readPage(sql, { replica: name, from, to: keptUpTo });
        records += visitAll(page, visit);
        const last = page.at(-1);
        if (last === undefined) return { records, torn: 0 };
        from = last.number + 1;
      }
    },
    async release(oldestNeeded) {
      const gone = await sql.rows(
        `DELETE FROM journal_groups WHERE replica = $1 AND number < $3
           AND EXISTS (SELECT 1 FROM replicas WHERE name = $1 AND epoch = $2) RETURNING number`,
        [name, epoch, BigInt(groupOf(oldestNeeded))],
      );
      groups = Math.max(0, groups - gone.length);
    },
    takeOver: (left, visit) => inTurn(() => takeOver(left, visit)),
    end: () => positionOf(next, 0),
    segments: () => groups,
    async close() {
      closed = true;
      await running;
    },
  };
}

type Visit = (record: Uint8Array, position: string) => void;

interface Group {
  readonly number: number;
  readonly records: Uint8Array;
}

function visitAll(groups: readonly Group[], visit: Visit): number {
  let records = 0;
  for (const { number, records: packed } of groups)
    for (const { record, offset } of readGroup(packed, number)) {
      records += 1;
      visit(record, positionOf(number, offset));
    }
  return records;
}

interface Range {
  readonly replica: string;
  readonly from: number;
  readonly to: number;
}

async function readPage(sql: Rows, { replica, from, to }: Range): Promise<readonly Group[]> {
  const rows = await sql.rows(
    `SELECT number, records FROM journal_groups WHERE replica = $1 AND number >= $2 AND number <= $3
     ORDER BY number LIMIT ${PAGE_ROWS}`,
    [replica, BigInt(from), BigInt(to)],
  );
  return rows.map(([number, records]) => ({ number: Number(number), records: records as Uint8Array }));
}

async function readGroups(sql: Rows, range: Range): Promise<readonly Group[]> {
  const groups: Group[] = [];
  for (let { from } = range; ; ) {
    const page = await readPage(sql, { ...range, from });
    groups.push(...page);
    const last = page.at(-1);
    if (last === undefined) return groups;
    from = last.number + 1;
  }
}
