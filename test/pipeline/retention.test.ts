import { expect, test } from '@jest/globals';
import { ALONE } from '../../src/domain/fleet.ts';
import type { Shrunk } from '../../src/domain/shrunk.ts';
import type { Log } from '../../src/lib/log.ts';
import { openRetention } from '../../src/retention.ts';
import { handClock } from '../support/clock.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const KEEP_MS = 400 * 24 * HOUR;

/** Retention over a ledger that gives these answers; one that is an error it rejects with. */
function opened(
  answers: readonly (number | Error)[],
  chargesKeepMs = KEEP_MS,
  keeper = ALONE,
  shrink?: () => Promise<Shrunk>,
) {
  const clock = handClock();
  const asked: number[] = [];
  const said: string[] = [];
  const counted: unknown[] = [];
  let between = 0;
  const left = [...answers];
  const say = (_: object, text: string) => void said.push(text);
  const close = openRetention({
    ledger: {
      async rollOff(beforeMs) {
        asked.push(beforeMs);
        const answer = left.shift() ?? 0;
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
    chargesKeepMs,
    shrink,
    keeper,
    between: (work) => {
      between += 1;
      return work();
    },
    clock,
    count: (name, by) => void counted.push([name, by]),
    log: { info: () => {}, warn: say, error: say } as unknown as Log,
  });
  /** Lets time pass and what it began come to its end. */
  const pass = async (ms: number) => {
    clock.advance(ms);
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return { clock, asked, said, counted, close, pass, slices: () => between };
}

test('lines go slice by slice, each between two steps, until none is left; then an hour passes', async () => {
  const { clock, asked, counted, pass, slices, close } = opened([7, 5, 0]);
  await pass(MINUTE - 1);
  expect(asked).toEqual([]);
  await pass(1);
  expect(asked).toEqual(Array(3).fill(clock.now() - KEEP_MS));
  expect(slices()).toBe(3);
  expect(counted).toEqual([
    ['charges_rolled_off', 7],
    ['charges_rolled_off', 5],
  ]);
  await pass(HOUR - 1);
  expect(asked).toHaveLength(3);
  await pass(1);
  expect(asked).toHaveLength(4);
  await close();
});

test('a slice that fails is said, and tried again an hour later', async () => {
  const { said, asked, pass, close } = opened([7, new Error('the disk is full'), 5]);
  await pass(MINUTE);
  expect([asked.length, said]).toEqual([
    2,
    ['charge lines could not roll off; it is tried again in an hour'],
  ]);
  await pass(HOUR);
  expect([asked.length, said.length]).toEqual([4, 1]);
  await close();
});

test('0 keeps them for ever', async () => {
  const { asked, pass, close } = opened([7], 0);
  await pass(1000 * HOUR);
  expect(asked).toEqual([]);
  await close();
});

test('closed, it asks no more, and waits for the slice under way', async () => {
  const { asked, said, pass, clock, close } = opened([7, 7, 7, 7]);
  clock.advance(MINUTE);
  await close();
  expect(asked.length).toBeLessThan(2);
  await pass(10 * HOUR);
  expect([asked.length < 2, said]).toEqual([true, []]);
});

test('of several replicas only the one that keeps house lets them go, once it does', async () => {
  let keeps = false;
  const { asked, pass, close } = opened([7, 0], KEEP_MS, { alone: false, keeps: async () => keeps });
  await pass(MINUTE);
  expect(asked).toEqual([]);
  keeps = true;
  await pass(HOUR);
  expect(asked).toHaveLength(2);
  await close();
});

test('then the file may shrink, between two steps, also where lines stay for ever or could not go', async () => {
  for (const [answers, keepMs, slices] of [
    [[7, 0], KEEP_MS, 3],
    [[], 0, 1],
    [[new Error('busy')], KEEP_MS, 2],
  ] as const) {
    const shrunk: number[] = [];
    const one = opened(answers, keepMs, ALONE, async () => {
      shrunk.push(one.asked.length);
      return { kind: 'dense' };
    });
    await one.pass(MINUTE);
    expect([shrunk, one.slices()]).toEqual([[slices - 1], slices]);
    await one.close();
  }
});

test('a file that cannot shrink is said, and tried again an hour later', async () => {
  const answers = [
    new Error('the disk is full'),
    { kind: 'no_room', wantedBytes: 7 },
    { kind: 'held' },
  ] as const;
  let asked = 0;
  const { said, pass, close } = opened([], 0, ALONE, async () => {
    const answer = answers[asked]!;
    asked += 1;
    if (answer instanceof Error) throw answer;
    return answer;
  });
  await pass(MINUTE);
  await pass(HOUR);
  await pass(HOUR);
  expect(asked).toBe(3);
  expect(said).toEqual([
    'the ledger could not give space back to the disk; it is tried again in an hour',
    'the ledger could give space back, but there is no room for the copy that this takes',
  ]);
  await close();
});
