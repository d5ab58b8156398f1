import { describe, expect, test } from '@jest/globals';
import type { TestSpan } from '../support/send.ts';
import { LATE_WINDOW_MS, openTestWalk, type TestWalk } from '../support/walk.ts';
import { agent, bothWays, call, framed, id, session, told } from './twin-spans.ts';

/** One call that two traces show, as it goes through the floor plan: who keeps it, what is said of it, what comes late. */

describe('one response id in two traces', () => {
  test('of a session is one call, also half an hour apart', async () => {
    const batches = [
      [call('1', 'a', { ...session('S'), ...id('chatcmpl-1') })],
      [call('2', 'b', { ...session('S'), ...id('chatcmpl-1') }, { start: 1800, end: 1801 })],
    ];
    expect(await bothWays(batches)).toEqual(['S: 1000+100 in 1 -b:response_twin']);
  });

  test('but not hours apart: some servers count their ids from 0 again', async () => {
    const batches = [
      [call('1', 'a', { ...session('S'), ...id('chatcmpl-1') })],
      [call('2', 'b', { ...session('S'), ...id('chatcmpl-1') }, { start: 7200, end: 7201 })],
    ];
    expect(await bothWays(batches)).toEqual(['S: 2000+200 in 2']);
  });

  test('of which one has no session: the call and its trace are of the other', async () => {
    const batches = [
      [agent('1', 'a', 'S'), call('1', 'b', id('chatcmpl-1'), { parent: 'a' })],
      [call('2', 'c', id('chatcmpl-1'))],
    ];
    expect(await bothWays(batches)).toEqual(['S: 1000+100 in 1 -c:response_twin']);
  });

  test('of two sessions is two calls, also where a third trace knows no session', async () => {
    const two = [
      [call('1', 'a', { ...session('S'), ...id('chatcmpl-1') })],
      [call('2', 'b', { ...session('T'), ...id('chatcmpl-1') }, { start: 2, end: 3 })],
    ];
    expect(await bothWays(two)).toEqual(['S: 1000+100 in 1', 'T: 1000+100 in 1']);
    const lone = [call('3', 'c', id('chatcmpl-1'), { start: 2.1, end: 2.9 })];
    expect(await bothWays([...two, lone])).toEqual(['S: 1000+100 in 1', 'T: 1000+100 in 1 -c:response_twin']);
  });

  test('without any session is one call of the older trace where the times meet, and else two', async () => {
    const at = (start: number) => [
      [call('1', 'a', id('chatcmpl-1'))],
      [call('2', 'b', id('chatcmpl-1'), { start, end: start + 1 })],
    ];
    expect(await bothWays(at(5))).toEqual(['1: 1000+100 in 1 -b:response_twin']);
    expect(await bothWays(at(60))).toEqual(['1: 1000+100 in 1', '2: 1000+100 in 1']);
  });

  test('the one that knows its cache tells the tokens, the one with the session whose they are', async () => {
    const walk = await openTestWalk();
    await walk.take([agent('1', 'a', 'S'), call('1', 'b', id('msg_1'), { parent: 'a' })]);
    await walk.take([call('2', 'c', { ...id('msg_1'), 'gen_ai.usage.cache_read.input_tokens': 600 })]);
    await walk.settleAfter(10_000);
    const task = (await walk.rooms.ledger.task('S'))!;
    expect(task.tokens).toMatchObject({ input: 1000, cache_read: 600, output: 100 });
    expect(await told(walk)).toEqual(['S: 1000+100 in 1 -c:response_twin']);
  });

  test('three traces: a framework, a client and a gateway', async () => {
    const batches = [
      [agent('1', 'a', 'S', { end: 9 }), framed('1', 'b', {}, { parent: 'a', end: 3 })],
      [call('2', 'c', id('chatcmpl-1'), { start: 0.5, end: 2.5 })],
      [call('3', 'd', id('chatcmpl-1'), { start: 1, end: 2 })],
    ];
    expect(await bothWays(batches)).toEqual([
      'S: 1000+100 in 1 -c:suspected_twin -d:suspected_twin suspected_twin',
    ]);
  });
});

describe('one call in two traces without a common id', () => {
  const batches = [
    [agent('1', 'a', 'S', { end: 9 }), framed('1', 'b', {}, { parent: 'a', end: 3 })],
    [call('2', 'c', id('chatcmpl-1'), { start: 0.5, end: 2.5 })],
  ];

  test('is charged once, flagged, priced by the dated name, and its trace is no task of its own', async () => {
    expect(await bothWays(batches)).toEqual(['S: 1000+100 in 1 -c:suspected_twin suspected_twin']);
    const walk = await openTestWalk();
    for (const batch of batches) await walk.take(batch);
    await walk.settleAfter(10_000);
    const charges = (await walk.rooms.ledger.charges('S'))!;
    expect(charges.map(({ model, flags }) => [model, flags.includes('suspected_twin')])).toEqual(
      charges.map(() => ['gpt-4o-2024-08-06', true]),
    );
    expect(walk.counter('suppressed')).toBe(1);
  });

  test('is two calls where the setting says so', async () => {
    const walk = await openTestWalk({ suspectTwins: false });
    for (const batch of batches) await walk.take(batch);
    await walk.settleAfter(10_000);
    expect(await told(walk)).toEqual(['2: 1000+100 in 1', 'S: 1000+100 in 1']);
  });

  const other: Record<string, readonly TestSpan[]> = {
    'one token more': [call('2', 'c', { ...id('x'), 'gen_ai.usage.output_tokens': 101 })],
    'another model': [call('2', 'c', { ...id('x'), 'gen_ai.response.model': 'gpt-4o-mini' })],
    'after the other': [call('2', 'c', id('x'), { start: 3, end: 4 })],
    'told in the same dialect': [framed('2', 'c', {}, { end: 3 })],
    'of another session': [call('2', 'c', { ...id('x'), ...session('2') })],
  };
  test.each(Object.entries(other))('is two calls: %s', async (_, spans) => {
    expect(await bothWays([batches[0]!, spans])).toEqual(
      ['2: 1000+100 in 1', 'S: 1000+100 in 1'].map((line) =>
        line.startsWith('2') && _ === 'one token more' ? '2: 1000+101 in 1' : line,
      ),
    );
  });

  test('parallel calls that look alike stay as many as they are', async () => {
    const calls = [0, 1, 2, 3, 4];
    const frames = calls.map((n) => framed('1', `b${n}`, {}, { parent: 'a', start: n, end: n + 10 }));
    const clients = calls.map((n) => [
      call(`2${n}`, `c${n}`, id(`chatcmpl-${n}`), { start: n + 0.1, end: n + 9.9 }),
    ]);
    const spans = [[agent('1', 'a', 'S', { end: 20 }), ...frames], ...clients.slice(0, 4)];
    const [line] = await bothWays(spans);
    expect(line).toMatch(/^S: 5000\+500 in 5 /);
    expect(line?.match(/suspected_twin/g)).toHaveLength(5);
  });
});

describe('what comes late', () => {
  const lone = [call('2', 'c', id('chatcmpl-1'))];
  const run = [agent('1', 'a', 'S'), call('1', 'b', id('chatcmpl-1'), { parent: 'a' })];

  async function cost(walk: TestWalk) {
    const counters = await walk.rooms.ledger.counters();
    const sum = (name: string) =>
      counters.reduce((total, one) => (one.counter === name ? total + one.by : total), 0n);
    return { cost: sum('cost'), credited: sum('credited'), tokens: sum('tokens') };
  }

  test('a twin restates what was charged before it: the cost is credited, tokens are not counted again', async () => {
    const walk = await openTestWalk();
    await walk.take(lone);
    await walk.settleAfter(10_000);
    const first = await cost(walk);
    await walk.take(run);
    await walk.settleAfter(10_000);
    expect(await told(walk)).toEqual(['S: 1000+100 in 1 -c:response_twin']);
    const { cost: charged, credited, tokens } = await cost(walk);
    expect(charged - credited).toBe(first.cost);
    expect(tokens).toBe(first.tokens);
  });

  test('a session that comes last takes the twin’s trace with it', async () => {
    const walk = await openTestWalk();
    await walk.take(lone);
    await walk.take([agent('1', 'a'), call('1', 'b', id('chatcmpl-1'), { parent: 'a' })]);
    await walk.settleAfter(10_000);
    expect(await told(walk)).toEqual(['1: 1000+100 in 1 -c:response_twin']);
    await walk.take([{ trace: '1', span: 'd', parent: 'a', attributes: session('S') }]);
    await walk.settleAfter(10_000);
    expect(await told(walk)).toEqual(['S: 1000+100 in 1 -c:response_twin']);
  });

  test('a span that makes them two calls after all gives the other its charge back', async () => {
    const walk = await openTestWalk();
    await walk.take([agent('1', 'a', 'S', { end: 9 }), framed('1', 'b', {}, { parent: 'a', end: 3 })]);
    await walk.take([call('2', 'c', id('chatcmpl-1'), { start: 0.5, end: 2.5 })]);
    await walk.settleAfter(10_000);
    expect(await told(walk)).toEqual(['S: 1000+100 in 1 -c:suspected_twin suspected_twin']);
    // The client's span turns out to be a layer of a call of other figures.
    const outer = call(
      '2',
      'd',
      { ...id('chatcmpl-1'), 'gen_ai.usage.input_tokens': 7 },
      { start: 0.4, end: 2.6 },
    );
    await walk.take([{ ...outer, parent: 'c' }]);
    await walk.settleAfter(10_000);
    expect(await told(walk)).toEqual(['2: 7+100 in 1 -c:nested_call', 'S: 1000+100 in 1']);
  });

  test('what was ruled with a trace that was let go since stands', async () => {
    const walk = await openTestWalk();
    await walk.take(run);
    await walk.settleAfter(10_000);
    await walk.settleAfter(LATE_WINDOW_MS - 60_000);
    await walk.take(lone);
    await walk.settleAfter(10_000);
    expect(await told(walk)).toEqual(['S: 1000+100 in 1 -c:response_twin']);
    await walk.take([agent('9', 'a', 'other')]);
    await walk.settleAfter(LATE_WINDOW_MS - 30_000);
    await walk.take([{ trace: '2', span: 'e', parent: 'c' }]);
    await walk.settleAfter(10_000);
    expect((await told(walk)).filter((line) => !line.startsWith('other'))).toEqual([
      'S: 1000+100 in 1 -c:response_twin',
    ]);
  });

  test('a restart between the two changes nothing', async () => {
    const before = await openTestWalk();
    await before.take(lone);
    await before.settleAfter(10_000);
    const after = await openTestWalk({
      ledger: before.rooms.ledger,
      journal: before.journal,
      clock: before.clock,
    });
    await after.recover();
    await after.take(run);
    await after.settleAfter(10_000);
    expect(await told(after)).toEqual(['S: 1000+100 in 1 -c:response_twin']);
  });
});
