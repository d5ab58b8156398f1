import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Journal, JournalUnavailable } from '../../src/ledger/journal.ts';
import type { Fault } from './faulty-disk.ts';

/** Where a journal keeps its records, with all that may happen to it. */
export interface JournalStorage {
  /** A new life over what is kept. */
  open(): Promise<Journal>;
  /** How the next writes go. */
  fail(faults: readonly Fault[]): void;
  /** From here on all is well. */
  calm(): void;
  /** The process dies with this going on; `keep` says how much of what was never durable stays all the same. */
  kill(pending: readonly Promise<void>[], keep: number): Promise<void>;
}

export const text = (record: Uint8Array) => Buffer.from(record).toString();
export const bytes = (record: string) => Buffer.from(record);

export async function replayed(journal: Journal) {
  const records: string[] = [];
  const positions: string[] = [];
  const { torn } = await journal.replay((record, position) => {
    records.push(text(record));
    positions.push(position);
  });
  return { records, positions, torn };
}

const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('append'), size: fc.integer({ min: 1, max: 60 }) }),
  },
  { weight: 3, arbitrary: fc.constant({ kind: 'wait' }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fault'),
      faults: fc.array(fc.constantFrom<Fault>('ok', 'full', 'refuse'), { maxLength: 4 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('kill'), keep: fc.integer({ min: 0, max: 200 }) }),
  },
);
type Step = { kind: string; size?: number; faults?: Fault[]; keep?: number };

/** What every journal promises, wherever it keeps its records. */
export function journalLaws(name: string, storageOf: () => JournalStorage, numRuns: number): void {
  test(`${name}: a record whose append resolved is replayed once, in order, under its position, whatever fails or dies`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const storage = storageOf();
        const acked: { record: string; position: string }[] = [];
        const refused = new Set<string>();
        let pending: Promise<void>[] = [];
        let journal = await storage.open();
        let serial = 0;
        let alive = {};
        for (const { kind, size, faults, keep } of [...steps, { kind: 'wait' }] as Step[]) {
          if (kind === 'append') {
            const record = `${serial++}:`.padEnd(size!, 'x');
            const life = alive;
            const heard = journal.append(bytes(record)).then(
              (position) => life === alive && acked.push({ record, position }),
              () => life === alive && refused.add(record),
            );
            pending.push(heard.then(() => {}));
          }
          if (kind === 'fault') storage.fail(faults!);
          if (kind === 'wait') {
            await Promise.all(pending);
            pending = [];
            storage.calm();
          }
          if (kind === 'kill') {
            // What was told up to here was told; the rest of that life is never heard.
            alive = {};
            await storage.kill(pending, keep!);
            journal = await storage.open();
          }
        }
        await journal.close();
        const { records, positions } = await replayed(await storage.open());
        const found = new Map(records.map((record, index) => [record, positions[index]!]));
        expect(found.size).toBe(records.length);
        expect(positions).toEqual([...positions].sort());
        const kept = records.filter((record) => acked.some((one) => one.record === record));
        expect(kept).toEqual(acked.map((one) => one.record));
        for (const { record, position } of acked) expect(found.get(record)).toBe(position);
        // A refusal whose own clean-up was refused too may come back; senders resend, and spans count once.
        expect(refused.size + acked.length).toBeLessThanOrEqual(serial);
      }),
      { numRuns },
    );
  });

  test(`${name}: release drops nothing that is needed, and positions never start again`, async () => {
    for (let needed = 0; needed < 20; needed += 3) {
      const storage = storageOf();
      const journal = await storage.open();
      const positions: string[] = [];
      for (let index = 0; index < 20; index += 1)
        positions.push(await journal.append(bytes(`record ${index}`.padEnd(30, '.'))));
      await journal.release(positions[needed]!);
      await journal.close();
      const again = await storage.open();
      const { positions: left } = await replayed(again);
      expect(left).toEqual(positions.slice(20 - left.length));
      expect(left).toEqual(expect.arrayContaining(positions.slice(needed)));
      expect((await again.append(bytes('later'))) > positions.at(-1)!).toBe(true);
    }
  });

  test(`${name}: its end is behind all that is durable`, async () => {
    const journal = await storageOf().open();
    for (let index = 0; index < 3; index += 1) {
      const end = journal.end();
      const position = await journal.append(bytes('x'));
      expect(position >= end).toBe(true);
      expect(journal.end() > position).toBe(true);
    }
  });

  test(`${name}: what is refused says so, and later appends are taken again`, async () => {
    const storage = storageOf();
    const journal = await storage.open();
    await journal.append(bytes('kept'));
    storage.fail(['refuse', 'refuse', 'refuse']);
    await expect(journal.append(bytes('lost'))).rejects.toThrow(JournalUnavailable);
    storage.calm();
    await journal.append(bytes('kept again'));
    await journal.close();
    const { records } = await replayed(await storage.open());
    expect(records.filter((record) => record !== 'lost')).toEqual(['kept', 'kept again']);
  });

  test(`${name}: once closed it refuses, but what came before is kept`, async () => {
    const storage = storageOf();
    const journal = await storage.open();
    const last = journal.append(bytes('last'));
    await journal.close();
    const position = await last;
    await expect(journal.append(bytes('late'))).rejects.toThrow(JournalUnavailable);
    expect(await replayed(await storage.open())).toMatchObject({ records: ['last'], positions: [position] });
  });
}
