import { describe, expect, test } from '@jest/globals';
import { JournalUnavailable, openJournal } from '../../src/ledger/journal.ts';
import { type FaultyDisk, faultyDisk } from './faulty-disk.ts';
import { bytes, type JournalStorage, journalLaws, replayed } from './journal-laws.ts';

const open = (fs: FaultyDisk, segmentBytesMax = 64 * 1024 * 1024) =>
  openJournal({ dir: '/journal', fs, segmentBytesMax });

/** In memory; what was not synced may go with the process. */
function diskStorage(): JournalStorage {
  const disk = faultyDisk();
  return {
    open: () => open(disk, 200),
    fail: (faults) => void disk.faults.push(...faults),
    calm: () => {
      disk.faults.length = 0;
    },
    async kill(pending, keep) {
      const snapshot = new Map([...disk.files].map(([name, file]) => [name, { ...file }]));
      await Promise.all(pending);
      disk.files.clear();
      for (const [name, file] of snapshot) disk.files.set(name, file);
      disk.faults.length = 0;
      disk.crash(keep);
    },
  };
}

journalLaws('on disk', diskStorage, 300);

test('a tail torn at any byte of the last record is cut, and only it', async () => {
  const whole = faultyDisk();
  const journal = await open(whole);
  await journal.append(bytes('first'));
  await journal.append(bytes('second'));
  const before = [...whole.files.values()][0]!.bytes.length;
  await journal.append(bytes('the last of them'));
  const [name, file] = [...whole.files][0]!;
  for (let length = before; length < file.bytes.length; length += 1) {
    const disk = faultyDisk();
    const part = Buffer.from(file.bytes.subarray(0, length));
    disk.files.set(name, { bytes: part, synced: part });
    const again = await replayed(await open(disk));
    expect(again.records).toEqual(['first', 'second']);
    expect(again.torn).toBe(length === before ? 0 : 1);
    expect(disk.files.get(name)!.bytes.length).toBe(before);
  }
});

test('a segment that died before its magic was whole holds nothing', async () => {
  for (const length of [0, 1, 15]) {
    const disk = faultyDisk();
    const part = Buffer.from('solvent journal\x01').subarray(0, length);
    disk.files.set('0000000001.journal', { bytes: part, synced: part });
    const journal = await open(disk);
    await journal.append(bytes('after'));
    expect((await replayed(await open(disk))).records).toEqual(['after']);
  }
});

describe('damage that only an acked record can have is named, not cut', () => {
  async function threeCommits() {
    const disk = faultyDisk();
    const journal = await open(disk);
    const positions: string[] = [];
    for (const record of ['one', 'two', 'three']) positions.push(await journal.append(bytes(record)));
    return { disk, file: [...disk.files.values()][0]!, positions };
  }
  const offsetOf = (position: string) => Number(position.split(':')[1]);

  test('a flipped bit before a later commit', async () => {
    const { disk, file, positions } = await threeCommits();
    file.bytes[offsetOf(positions[0]!) + 12]! ^= 1;
    await expect(open(disk)).rejects.toThrow(/0000000001\.journal is damaged at byte 16/);
  });

  test('a torn record in a segment that is not the last', async () => {
    const { disk, file } = await threeCommits();
    await (await open(disk)).append(bytes('next segment'));
    file.bytes = file.bytes.subarray(0, file.bytes.length - 1);
    const journal = await open(disk);
    await expect(replayed(journal)).rejects.toThrow(/0000000001\.journal is damaged at byte \d+/);
  });

  test('a file that is no segment', async () => {
    const disk = faultyDisk();
    const alien = Buffer.from('SQLite format 3 and more');
    disk.files.set('0000000007.journal', { bytes: alien, synced: alien });
    await expect(open(disk)).rejects.toThrow('0000000007.journal is no journal segment of this version');
  });
});

describe('a full disk', () => {
  test('refuses the group, keeps nothing of it, and takes records again once there is room', async () => {
    const disk = faultyDisk();
    const journal = await open(disk);
    await journal.append(bytes('kept'));
    disk.faults.push('full');
    const group = [journal.append(bytes('lost 1')), journal.append(bytes('lost 2'))];
    const results = await Promise.allSettled(group);
    for (const result of results) {
      expect(result.status).toBe('rejected');
      expect((result as PromiseRejectedResult).reason).toBeInstanceOf(JournalUnavailable);
      expect(String((result as PromiseRejectedResult).reason)).toContain('ENOSPC');
    }
    disk.crash(1000);
    await journal.append(bytes('kept again'));
    expect((await replayed(await open(disk))).records).toEqual(['kept', 'kept again']);
  });

  test('a new segment that cannot be made is tried again', async () => {
    const disk = faultyDisk();
    const journal = await open(disk);
    disk.faults.push('full');
    await expect(journal.append(bytes('lost'))).rejects.toThrow(JournalUnavailable);
    await journal.append(bytes('kept'));
    expect((await replayed(await open(disk))).records).toEqual(['kept']);
  });
});

test('appends that wait while a commit runs share the next one', async () => {
  const disk = faultyDisk();
  let commits = 0;
  const journal = await openJournal({
    dir: '/journal',
    fs: disk,
    count: (name, by) => {
      if (name === 'journal_commits') commits += by;
    },
  });
  const first = journal.append(bytes('first'));
  await Promise.resolve();
  const rest = Array.from({ length: 50 }, (_, index) => journal.append(bytes(`waits ${index}`)));
  await Promise.all([first, ...rest]);
  expect(commits).toBeLessThanOrEqual(2);
});

describe('release', () => {
  async function filled() {
    const disk = faultyDisk();
    const journal = await open(disk, 100);
    const positions: string[] = [];
    for (let index = 0; index < 20; index += 1)
      positions.push(await journal.append(bytes(`record ${index}`.padEnd(30, '.'))));
    return { disk, journal, positions };
  }

  test('drops whole segments before the position and nothing that is needed', async () => {
    for (let needed = 0; needed < 20; needed += 1) {
      const { disk, journal, positions } = await filled();
      const before = disk.files.size;
      await journal.release(positions[needed]!);
      const { positions: left } = await replayed(await open(disk, 100));
      expect(left).toEqual(positions.slice(20 - left.length));
      expect(left).toEqual(expect.arrayContaining(positions.slice(needed)));
      expect(journal.segments()).toBe(disk.files.size);
      if (needed > 4) expect(disk.files.size).toBeLessThan(before);
    }
  });

  test('keeps the newest file, so that positions never start again', async () => {
    const { disk, positions } = await filled();
    const again = await open(disk, 100);
    await again.release(again.end());
    expect(disk.files.size).toBe(1);
    const later = await (await open(disk, 100)).append(bytes('later'));
    expect(later > positions.at(-1)!).toBe(true);
  });

  test('counts on from the ledger, even in an emptied directory', async () => {
    const journal = await openJournal({
      dir: '/journal',
      fs: faultyDisk(),
      after: '0000000041:000000000016',
    });
    expect(await journal.append(bytes('x'))).toBe('0000000042:000000000016');
  });
});

test('a closed journal refuses', async () => {
  const journal = await open(faultyDisk());
  const last = journal.append(bytes('last'));
  await journal.close();
  await expect(last).resolves.toBe('0000000001:000000000016');
  await expect(journal.append(bytes('late'))).rejects.toThrow(JournalUnavailable);
});
