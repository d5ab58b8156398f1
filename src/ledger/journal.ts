import type { Count } from '../domain/self-metrics.ts';
import { assert } from '../lib/assert.ts';
import { type Crash, neverCrash } from './crash-point.ts';
import { diskFiles, type JournalFiles } from './journal-files.ts';
import { FRAME_HEAD_BYTES, frameHead, SEGMENT_MAGIC, takeGroup } from './journal-frame.ts';
import { cutTornTail, nameOf, numberOf, openSegment, readRecords, type Segment } from './journal-segment.ts';

/**
 * The durability point: an append-only file of records in segments.
 *
 * 1. Appends that come while a commit runs wait together for the next one.
 * 2. **Commit**: one write and one fdatasync for all that wait.
 * 3. The promises resolve. Nothing before this line may reach a sender as success.
 *
 * **Invariant**: a record whose append resolved is replayed exactly once, in order, until it is released. One
 * whose append rejected is cut off before the rejection, as far as the disk obeys.
 */
export interface Journal {
  /**
   * Resolves to the record's position once it is durable. The record (not empty) must not change until then.
   * Rejects with JournalUnavailable where the disk does not take it; later appends try again.
   */
  append(record: Uint8Array): Promise<string>;
  /**
   * Every record that was kept when the journal was opened, oldest first; the record is the visitor's own.
   * `torn` counts the tails cut off at the open. Throws, naming file and offset, where one was damaged.
   */
  replay(visit: (record: Uint8Array, position: string) => void): Promise<{ records: number; torn: number }>;
  /** Unlinks the segments that end before `oldestNeeded`, the smallest position that is still needed. */
  release(oldestNeeded: string): Promise<void>;
  /** The position of the next record: all durable ones are before it. Positions compare as texts. */
  end(): string;
  /** Files on disk. */
  segments(): number;
  /** Waits for what is being committed; later appends are rejected. */
  close(): Promise<void>;
}

/** The disk does not take records now: full, failing or gone. The sender should come again. */
export class JournalUnavailable extends Error {
  override readonly name = 'JournalUnavailable';
}

export interface JournalOptions {
  /** Made where it is missing. */
  readonly dir: string;
  /** A position that new ones must be greater than, even if the directory was emptied: the ledger's own. */
  readonly after?: string;
  readonly segmentBytesMax?: number;
  readonly fs?: JournalFiles;
  readonly count?: Count;
  readonly crash?: Crash;
}

interface Waiting {
  readonly record: Uint8Array;
  readonly resolve: (position: string) => void;
  readonly reject: (error: JournalUnavailable) => void;
}

export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { dir, fs = diskFiles, count = () => {}, crash = neverCrash } = options;
  const segmentBytesMax = options.segmentBytesMax ?? 64 * 1024 * 1024;
  const kept = (await fs.list(dir)).filter((name) => numberOf(name) !== undefined).sort();
  refuseGap(dir, kept, options.after ?? '');
  const torn = await cutTornTail(fs, dir, kept);
  count('journal_torn', torn, {});

  const waiting: Waiting[] = [];
  const old = new Set(kept.map((name) => numberOf(name)!));
  let nextNumber = Math.max(0, Number((options.after ?? '').split(':')[0]), ...old) + 1;
  let segment: Segment | undefined;
  let running: Promise<void> | undefined;
  let closed = false;

  async function currentSegment(): Promise<Segment> {
    const next = FRAME_HEAD_BYTES + (waiting[0]?.record.length ?? 0);
    if (
      segment !== undefined &&
      segment.bytes > SEGMENT_MAGIC.length &&
      segment.bytes + next > segmentBytesMax
    ) {
      await segment.file.close();
      old.add(segment.number);
      segment = undefined;
    }
    if (segment === undefined) {
      const number = nextNumber;
      nextNumber += 1;
      segment = await openSegment(fs, { dir, number, crash });
    }
    if (segment.dirty) await segment.heal();
    return segment;
  }

  async function commit(): Promise<void> {
    let group: Waiting[] = [];
    try {
      const into = await currentSegment();
      group = takeGroup(waiting, { bytes: into.bytes, bytesMax: segmentBytesMax });
      const commitNumber = into.commit + 1;
      const buffers = group.flatMap(({ record }) => [frameHead(record, commitNumber), record]);
      crash('before_journal');
      const offset = await into.write(buffers);
      crash('after_journal');
      settle(group, into.number, offset);
      count('journal_commits', 1, {});
      count('journal_bytes', into.bytes - offset, {});
    } catch (error) {
      // Whoever waits is told at once: a disk that failed one group is not asked again by the same senders.
      const refused = [...group, ...waiting.splice(0)];
      const reason = new JournalUnavailable(`the journal in ${dir} takes no records: ${messageOf(error)}`, {
        cause: error,
      });
      for (const { reject } of refused) reject(reason);
    }
  }

  async function run(): Promise<void> {
    while (waiting.length > 0) await commit();
    running = undefined;
  }

  return {
    append(record) {
      assert(record.length > 0, 'a journal record is not empty');
      if (closed) return Promise.reject(new JournalUnavailable('the journal is closed'));
      return new Promise((resolve, reject) => {
        waiting.push({ record, resolve, reject });
        running ??= Promise.resolve().then(run);
      });
    },
    async replay(visit) {
      let records = 0;
      for (const name of kept.filter((one) => old.has(numberOf(one)!)))
        await readRecords(fs, dir, name, (record, offset) => {
          records += 1;
          visit(record, positionOf(numberOf(name)!, offset));
        });
      return { records, torn };
    },
    async release(oldestNeeded) {
      // The newest file stays even when nothing in it is needed: the next open counts on from its number.
      const newest = segment?.number ?? Math.max(...old);
      for (const number of [...old].sort((left, right) => left - right)) {
        if (number === newest || positionOf(number + 1, 0) > oldestNeeded) break;
        crash('before_release');
        await fs.remove(dir, nameOf(number));
        old.delete(number);
        crash('after_release');
      }
    },
    end: () =>
      segment === undefined ? positionOf(nextNumber, 0) : positionOf(segment.number, segment.bytes),
    segments: () => old.size + (segment === undefined ? 0 : 1),
    async close() {
      closed = true;
      await running;
      await segment?.file.close();
      segment = undefined;
    },
  };
}

/**
 * Files go only once all in them is in the ledger, so the one that the ledger's position is in is there. Where it is not,
 * the ledger is older than the journal: what lies between them was acknowledged, and is in neither.
 */
function refuseGap(dir: string, kept: readonly string[], after: string): void {
  const [oldest] = kept;
  const needed = Number(after.split(':')[0]);
  if (oldest === undefined || after === '' || numberOf(oldest)! <= needed) return;
  throw new Error(
    `${dir} begins with ${oldest}, but the ledger ends in ${nameOf(needed)}: what was acknowledged between them is missing. ` +
      `Restore both from a backup (solvent restore), or put an empty file ${nameOf(needed)} there to go on without it.`,
  );
}

function settle(group: readonly Waiting[], number: number, offset: number): void {
  for (const { record, resolve } of group) {
    resolve(positionOf(number, offset));
    offset += FRAME_HEAD_BYTES + record.length;
  }
}

/** Zero-padded `segment:offset`. */
const positionOf = (segment: number, offset: number): string =>
  `${String(segment).padStart(10, '0')}:${String(offset).padStart(12, '0')}`;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
