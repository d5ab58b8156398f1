import { describe, expect, test } from '@jest/globals';
import { type Ledger, LedgerConflict } from '../../src/domain/ledger.ts';
import { formatUsd } from '../../src/domain/money.ts';
import { openMemoryLedger } from '../../src/ledger/memory.ts';
import { openPipeline } from '../../src/pipeline.ts';
import type { TestSpan } from '../support/send.ts';
import { LATE_WINDOW_MS, openTestWalk, type TestWalk } from '../support/walk.ts';

/** The floor plan with everything real but disk and doors: what happens between two durable steps. */

const task = (id: string, usd = '1'): TestSpan[] => [
  {
    trace: id,
    span: '1',
    attributes: { 'agent.session.id': `task-${id}`, 'agent.type': 'walker', 'agent.cost.usd': usd },
  },
  {
    trace: id,
    span: '2',
    parent: '1',
    attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' },
  },
];

async function costOf(walk: TestWalk, id: string): Promise<string | undefined> {
  const found = await walk.rooms.ledger.task(`task-${id}`);
  return found && formatUsd(found.cost.tooling);
}

const pages = async ({ rooms }: TestWalk) =>
  (await rooms.ledger.tasks({ sort: 'cost', limit: 100 })).tasks.length;

describe('accept', () => {
  test('answers once the record is in the journal, and settles it later', async () => {
    const walk = await openTestWalk();
    expect(await walk.take(task('a'))).toEqual({ kind: 'accepted', rejectedSpans: 0, message: '' });
    expect([walk.journal.records.size, await pages(walk)]).toEqual([1, 0]);
    await walk.settleAfter(1000);
    expect(await costOf(walk, 'a')).toBe('1');
  });

  test('writes nothing for a request without spans, and nothing for one it cannot read', async () => {
    const walk = await openTestWalk();
    expect(await walk.take([])).toMatchObject({ kind: 'accepted' });
    expect(await walk.accept(Buffer.from('{'), 'json')).toMatchObject({
      kind: 'refused',
      refusal: { reason: 'malformed' },
    });
    expect(walk.journal.records.size).toBe(0);
  });

  test('a disk that takes nothing is told as unavailable, and nothing is counted or kept', async () => {
    const walk = await openTestWalk();
    walk.journal.broken = true;
    expect(await walk.take(task('a'))).toMatchObject({
      kind: 'refused',
      refusal: { reason: 'unavailable', retryAfterMs: 1000 },
    });
    expect([walk.counter('spans_received'), walk.rooms.openTraces.spans]).toEqual([0, 0]);
    walk.journal.broken = false;
    expect(await walk.take(task('a'))).toMatchObject({ kind: 'accepted' });
  });

  test('past the bound of what may wait, senders are told to come again, until something is settled', async () => {
    const walk = await openTestWalk({ pendingSpansMax: 1 });
    expect(await walk.take(task('a'))).toMatchObject({ kind: 'accepted' });
    expect(await walk.take(task('b'))).toMatchObject({ kind: 'refused', refusal: { reason: 'overloaded' } });
    await walk.settleAfter(1000);
    expect(await walk.take(task('b'))).toMatchObject({ kind: 'accepted' });
  });
});

describe('settle', () => {
  test('lets the journal go once nothing in it is needed', async () => {
    const walk = await openTestWalk();
    await walk.take(task('a'));
    await walk.take(task('b'));
    await walk.settleAfter(1000);
    expect([...walk.journal.records.keys()]).toEqual(['00000002']);
    expect(await walk.rooms.ledger.position()).toBe('00000002');
  });

  test('keeps what is not ripe, and the journal from there on', async () => {
    const walk = await openTestWalk();
    await walk.take(task('a'));
    walk.clock.advance(900);
    await walk.take(task('b'));
    await walk.settleAfter(100);
    expect(await pages(walk)).toBe(1);
    expect(await walk.rooms.ledger.position()).toBe('00000002');
  });

  test('repeats change nothing but the count of repeats', async () => {
    const walk = await openTestWalk();
    for (let time = 0; time < 3; time += 1) {
      await walk.take(task('a'));
      await walk.settleAfter(1000);
    }
    expect(await costOf(walk, 'a')).toBe('1');
    expect([walk.counter('facts_new'), walk.counter('facts_repeated')]).toEqual([2, 4]);
  });

  test('that another writer was before is put back whole, and is settled by the next step at once', async () => {
    const memory = openMemoryLedger();
    const sizes: number[] = [];
    const ledger: Ledger = {
      ...memory,
      apply: async (change) => {
        sizes.push(change.traces.length);
        if (sizes.length <= 2) throw new LedgerConflict('another writer was there first');
        return memory.apply(change);
      },
    };
    const walk = await openTestWalk({ ledger });
    for (const id of ['a', 'b', 'c']) await walk.take(task(id));
    walk.clock.advance(1000);
    for (let times = 0; times < 2; times += 1) await expect(walk.settle()).rejects.toThrow(LedgerConflict);
    expect([walk.counter('facts_new'), walk.rooms.openTraces.spans]).toEqual([0, 6]);
    expect(await walk.settle()).toBe(true);
    expect(sizes).toEqual([3, 3, 3]);
    expect([walk.counter('facts_new'), walk.rooms.openTraces.spans, await pages(walk)]).toEqual([6, 0, 3]);
  });

  test('one trace that the ledger cannot take does not hold up the others, and is kept', async () => {
    const memory = openMemoryLedger();
    const fault = { on: true };
    const ledger: Ledger = {
      ...memory,
      apply: async (change) => {
        const bad = change.traces.some(({ parts }) => parts.some(({ taskId }) => taskId === 'task-bad'));
        if (fault.on && bad) throw new Error('a fault of ours');
        return memory.apply(change);
      },
    };
    const walk = await openTestWalk({ ledger });
    await walk.take(task('bad'));
    for (const id of ['a', 'b', 'c', 'd']) await walk.take(task(id));
    walk.clock.advance(1000);
    for (let step = 0; step < 20; step += 1) {
      await walk.settle().catch(() => {});
      walk.clock.advance(1000);
    }
    expect(await pages(walk)).toBe(4);
    expect(walk.rooms.openTraces.spans).toBe(2);
    expect(walk.journal.records.has('00000001')).toBe(true);
    fault.on = false;
    await walk.settleAfter(2000);
    expect(await costOf(walk, 'bad')).toBe('1');
    expect(walk.counter('facts_new')).toBe(10);
  });
});

describe('a restart', () => {
  test('reads back exactly what is not in the ledger', async () => {
    const before = await openTestWalk();
    await before.take(task('a'));
    await before.settleAfter(1000);
    await before.take(task('b'));
    await before.report([
      {
        taskId: 'task-b',
        outcome: 'failed',
        at: 5n,
        remediation: undefined,
        value: undefined,
        source: 'test',
        key: 'k',
      },
    ]);
    const { ledger } = before.rooms;
    const after = await openTestWalk({ ledger, journal: before.journal, clock: before.clock });
    await after.recover();
    await after.settleAfter(1000);
    expect([await costOf(after, 'a'), await costOf(after, 'b')]).toEqual(['1', '1']);
    expect((await ledger.task('task-b'))?.outcome).toBe('failed');
    const balance =
      after.counter('spans_replayed') - after.counter('facts_new') - after.counter('facts_repeated');
    expect(balance).toBe(0);
  });

  test('before the ledger knew of a settled step, it is settled again and nothing doubles', async () => {
    const before = await openTestWalk();
    await before.take(task('a'));
    const kept = new Map(before.journal.records);
    await before.settleAfter(1000);
    for (const [position, record] of kept) before.journal.records.set(position, record);
    const after = await openTestWalk({
      ledger: before.rooms.ledger,
      journal: before.journal,
      clock: before.clock,
    });
    await after.recover();
    await after.settleAfter(1000);
    expect(await costOf(after, 'a')).toBe('1');
    const cost = (await after.rooms.ledger.counters()).filter(({ counter }) => counter === 'cost');
    expect(cost.map(({ by }) => by)).toEqual([1_000_000_000_000n]);
  });
});

describe('a span that comes after its trace was forgotten', () => {
  const late: TestSpan = {
    trace: 'a',
    span: '9',
    parent: '1',
    attributes: { 'agent.session.id': 'task-a', 'agent.cost.usd': '0.25' },
  };

  async function forgotten(): Promise<TestWalk> {
    const walk = await openTestWalk();
    await walk.take(task('a'));
    await walk.settleAfter(1000);
    await walk.take(task('b'));
    await walk.settleAfter(LATE_WINDOW_MS + 120_000);
    const states = await walk.rooms.ledger.traces([task('a')[0]!.trace.padStart(32, '0')]);
    expect([...states.values()].map(({ skeleton }) => skeleton.length)).toEqual([0]);
    return walk;
  }

  test('is charged alone, beside what was there', async () => {
    const walk = await forgotten();
    await walk.take([late]);
    await walk.settleAfter(10_000);
    expect(await costOf(walk, 'a')).toBe('1.25');
    expect((await walk.rooms.ledger.task('task-a'))?.flags).toContain('late');
  });

  test('belongs to the task of its trace where it does not say whose it is', async () => {
    const walk = await forgotten();
    await walk.take([{ ...late, attributes: { 'agent.cost.usd': '0.25' } }]);
    await walk.settleAfter(10_000);
    expect([await costOf(walk, 'a'), await pages(walk)]).toEqual(['1.25', 2]);
  });

  test('is not charged again where it was charged before, however often it comes', async () => {
    const walk = await forgotten();
    for (let time = 0; time < 3; time += 1) {
      await walk.take([late, ...task('a')]);
      await walk.settleAfter(10_000);
    }
    expect(await costOf(walk, 'a')).toBe('1.25');
    expect((await walk.rooms.ledger.charges('task-a'))?.map(({ spanId }) => spanId.at(-1))).toEqual([
      '1',
      '2',
      '9',
    ]);
  });
});

test('the keeper of a fleet lets go what others settled, though nobody sends to it', async () => {
  const other = await openTestWalk();
  await other.take(task('a'));
  await other.settleAfter(10_000);
  const { rooms, clock } = other;
  const keeper = openPipeline({ ...rooms, keeper: { alone: false, keeps: async () => true } });
  while (await keeper.settle());
  const skeletons = async () =>
    (await rooms.ledger.traces(['a'.padStart(32, '0')])).get('a'.padStart(32, '0'))?.skeleton.length ?? -1;
  expect(await skeletons()).toBeGreaterThan(0);
  clock.advance(LATE_WINDOW_MS + 1);
  // Once: the next step has nothing to do.
  expect([await keeper.settle(), await keeper.settle()]).toEqual([true, false]);
  expect(await skeletons()).toBe(0);
});
