import { describe, expect, test } from '@jest/globals';
import { LedgerUnavailable } from '../../src/domain/ledger.ts';
import { isReportsRecord, readReports } from '../../src/domain/report-codec.ts';
import { openFitness } from '../../src/fitness.ts';
import { JournalUnavailable } from '../../src/ledger/journal.ts';
import { silentLog } from '../../src/lib/log.ts';
import { handClock } from '../support/clock.ts';
import { memoryJournal } from '../support/walk.ts';

function opened() {
  const clock = handClock();
  const journal = memoryJournal();
  const said: string[] = [];
  const hear = (_: object, text: string) => void said.push(text);
  const fitness = openFitness({ clock, log: { ...silentLog, error: hear, info: hear } });
  let broken = false;
  const append = (record: Uint8Array) =>
    broken ? Promise.reject(new JournalUnavailable('the disk is full')) : journal.append(record);
  const watched = fitness.watched({ ...journal, append });
  const breakIt = (is: boolean): void => {
    broken = is;
  };
  return { clock, journal, fitness, watched, said, breakIt };
}
const RECORD = Uint8Array.of(1, 2, 3);
const turns = async () => {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
};

describe('a journal that refuses', () => {
  test('is told for as long as it does, and once in the log', async () => {
    const { fitness, watched, said, breakIt } = opened();
    expect(await watched.append(RECORD)).toBe('00000001');
    expect(fitness.journalFault()).toBeUndefined();
    breakIt(true);
    for (const _ of [1, 2]) await expect(watched.append(RECORD)).rejects.toThrow('the disk is full');
    expect(fitness.journalFault()).toBe('the disk is full');
    breakIt(false);
    await watched.append(RECORD);
    expect(fitness.journalFault()).toBeUndefined();
    expect(said).toEqual([
      'the journal takes no records: senders are told to come again',
      'the journal takes records again',
    ]);
  });

  test('is asked each second with a record that says nothing, until it takes it', async () => {
    const { clock, journal, fitness, watched, breakIt } = opened();
    breakIt(true);
    await expect(watched.append(RECORD)).rejects.toThrow(JournalUnavailable);
    for (const _ of [1, 2, 3]) {
      clock.advance(1000);
      await turns();
      expect(fitness.journalFault()).toBe('the disk is full');
    }
    breakIt(false);
    clock.advance(1000);
    await turns();
    expect(fitness.journalFault()).toBeUndefined();
    const [record] = journal.records.values();
    expect(journal.records.size).toBe(1);
    expect(isReportsRecord(record!)).toBe(true);
    expect(readReports(record!)).toEqual([]);
    clock.advance(10_000);
    await turns();
    expect(journal.records.size).toBe(1);
  });

  test('is not asked any more once it is closed', async () => {
    const { clock, journal, fitness, watched, breakIt } = opened();
    breakIt(true);
    await expect(watched.append(RECORD)).rejects.toThrow(JournalUnavailable);
    fitness.close();
    breakIt(false);
    clock.advance(5000);
    await turns();
    expect(journal.records.size).toBe(0);
  });
});

describe('a settle step', () => {
  test('that fails for the ledger’s sake is told until one succeeds; a fault of ours is none of the disk', async () => {
    const { fitness } = opened();
    let fault: Error | undefined = new LedgerUnavailable('no space');
    const settle = fitness.watchedStep(async () => {
      if (fault !== undefined) throw fault;
      return true;
    });
    await expect(settle()).rejects.toThrow('no space');
    expect(fitness.ledgerFault()).toBe('no space');
    fault = undefined;
    expect(await settle()).toBe(true);
    expect(fitness.ledgerFault()).toBeUndefined();
    fault = new Error('a bug');
    await expect(settle()).rejects.toThrow('a bug');
    expect(fitness.ledgerFault()).toBeUndefined();
  });
});
