import { describe, expect, test } from '@jest/globals';
import { type Journal, JournalUnavailable, openJournal } from '../../src/ledger/journal.ts';
import type { JournalFiles, SegmentFile } from '../../src/ledger/journal-files.ts';
import { faultyDisk } from './faulty-disk.ts';

/**
 * **Goal**: one failure of the disk, at whatever call, loses nothing acked and acks nothing lost. **Method**: a short
 * life of a journal is counted in calls to the disk, then lived again once for each of them, with that one failing.
 */
interface Counted {
  readonly fs: JournalFiles;
  /** The calls that were made, by name. */
  readonly calls: readonly string[];
}

/** A write that fails has written all the same: the worst that it can do. */
function failingAt(disk: JournalFiles, ...failing: readonly number[]): Counted {
  const calls: string[] = [];
  const call = <T>(name: string, run: () => Promise<T>): Promise<T> => {
    calls.push(name);
    if (!failing.includes(calls.length)) return run();
    return (name === 'write' ? run() : Promise.resolve()).then(() =>
      Promise.reject(new Error(`EIO: ${name}`)),
    );
  };
  const fileOf = (file: SegmentFile): SegmentFile => ({
    write: (buffers, offset) => call('write', () => file.write(buffers, offset)),
    sync: () => call('sync', () => file.sync()),
    truncate: (bytes) => call('truncate', () => file.truncate(bytes)),
    close: () => call('close', () => file.close()),
  });
  const fs: JournalFiles = {
    list: (dir) => call('list', () => disk.list(dir)),
    read: (dir, name) => call('read', () => disk.read(dir, name)),
    cut: (dir, name, bytes) => call('cut', () => disk.cut(dir, name, bytes)),
    create: (dir, name) => call('create', async () => fileOf(await disk.create(dir, name))),
    remove: (dir, name) => call('remove', () => disk.remove(dir, name)),
  };
  return { fs, calls };
}

const bytes = (text: string) => Buffer.from(text.padEnd(60, '.'));
const open = (fs: JournalFiles) => openJournal({ dir: '/journal', fs, segmentBytesMax: 200 });

async function replayed(journal: Journal) {
  const found = new Map<string, string>();
  await journal.replay((record, position) => {
    found.set(Buffer.from(record).toString().replaceAll('.', ''), position);
  });
  return found;
}

/** A disk as a kill left it: two segments, the second torn. */
async function earlierLife() {
  const disk = faultyDisk();
  const journal = await open(disk);
  const acked = new Map<string, string>();
  for (const name of ['one', 'two', 'three']) acked.set(name, await journal.append(bytes(name)));
  const last = [...disk.files.values()].at(-1)!;
  last.bytes = last.synced = Buffer.concat([last.bytes, Buffer.from('torn')]);
  return { disk, acked };
}

/** Opens, replays, appends over three segments, releases, closes. `again`: an append that is refused is tried once more. */
async function life(fs: JournalFiles, acked: Map<string, string>, { again }: { readonly again: boolean }) {
  const twice = <T>(run: () => Promise<T>): Promise<T> => run().catch(run);
  const journal = await twice(() => open(fs));
  await twice(() => replayed(journal));
  const refusals: unknown[] = [];
  for (let index = 0; index < 6; index += 1) {
    const append = async (name: string) => acked.set(name, await journal.append(bytes(name)));
    await append(`record ${index}`).catch((reason: unknown) => {
      refusals.push(reason);
      return again ? append(`record ${index} again`) : undefined;
    });
  }
  const needed = [...acked.values()].at(-2)!;
  await twice(() => journal.release(needed));
  await journal.close().catch(() => {});
  return { refusals, needed };
}

const counted = await earlierLife();
const { fs, calls } = failingAt(counted.disk, -1);
await life(fs, counted.acked, { again: true });
const rows = calls.map((name, index) => [index + 1, name] as const);

describe('a disk that fails once', () => {
  test('is asked for everything that a disk can be asked', () => {
    expect(new Set(calls)).toEqual(
      new Set(['list', 'read', 'cut', 'create', 'write', 'sync', 'close', 'remove']),
    );
  });

  test.each(rows)('at call %i, a %s, loses nothing that was acked', async (failing) => {
    for (const again of [true, false]) await expectNothingLost(failing, again);
  });

  async function expectNothingLost(failing: number, again: boolean) {
    const { disk, acked: told } = await earlierLife();
    const { refusals, needed } = await life(failingAt(disk, failing).fs, told, { again });
    for (const refusal of refusals) {
      expect(refusal).toBeInstanceOf(JournalUnavailable);
      expect(String(refusal)).toMatch(
        /^JournalUnavailable: the journal in \/journal takes no records: EIO: \w+$/,
      );
    }
    expect(refusals.length).toBeLessThanOrEqual(1);
    disk.crash(1_000);
    const kept = await replayed(await open(disk));
    for (const [name, position] of told)
      if (position >= needed) expect([name, kept.get(name)]).toEqual([name, position]);
    // What was refused was cut off again.
    for (const name of kept.keys()) expect(told.has(name)).toBe(true);
  }
});

test('what could not even be cut off is cut off before the next record', async () => {
  const disk = faultyDisk();
  const made = ['list', 'create', 'write', 'sync', 'write', 'sync'];
  const { fs: failing, calls: asked } = failingAt(disk, made.length + 1, made.length + 2);
  const journal = await openJournal({ dir: '/journal', fs: failing });
  await journal.append(bytes('kept'));
  expect(asked).toEqual(made);
  const refused = await Promise.allSettled([
    journal.append(bytes('lost 1')),
    journal.append(bytes('lost 2')),
  ]);
  expect(refused.map((one) => one.status)).toEqual(['rejected', 'rejected']);
  expect(asked.slice(made.length)).toEqual(['write', 'truncate']);
  // As long as the first that was lost, so that the second would lie behind it as a record of its own.
  await journal.append(bytes('more'));
  disk.crash(1_000);
  expect([...(await replayed(await open(disk))).keys()]).toEqual(['kept', 'more']);
});
