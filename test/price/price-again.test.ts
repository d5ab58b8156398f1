import { describe, expect, test } from '@jest/globals';
import { formatUsd } from '../../src/domain/money.ts';
import type { Untangled, Use } from '../../src/domain/use.ts';
import { priceAgain } from '../../src/price/price-again.ts';
import { bookOf, callOf, factOf } from './uses.ts';

/** What a span is charged when its trace is settled again, and dearer prices are in force: a row is one change. */

const table = (input: string, more = '') =>
  bookOf(
    `version: 1\nprices:\n  - {match: {exact: [m]}, usd: {input: "${input}", output: "${input}"${more}}}\n`,
  );
const CHEAP = table('1');
const DEAR = table('3', ', reasoning: "9", request: "0.01"');
const GONE = bookOf('version: 1\ntable: {id: none}\n');

const traceOf = (...uses: readonly Use[]): Untangled => ({ traceId: 't', uses, claims: [], repeats: 0 });
const FACT = factOf({ spanId: '00000000000000aa' });
const { spanId, start, end } = FACT;
const call = (given: object = {}, fact: object = {}): Use =>
  ({
    ...callOf(
      'acme',
      'm',
      { input: 1_000_000, output: 500_000, reasoning: 100_000 },
      { spanId, start, end, ...fact },
    ),
    ...given,
  }) as Use;

const again = (now: Untangled, before = traceOf(call()), book = DEAR, charged = CHEAP) =>
  priceAgain(now, { untangled: before, charges: charged.price(before) }, book);
const shown = (charges: ReturnType<typeof again>) =>
  charges.map(
    ({ line, class: name, amount, reason }) =>
      `${line} ${name} ${amount === null ? reason : formatUsd(amount)}`,
  );

const AS_CHARGED = ['0 input 1', '1 output 0.5'];
const DEARER = ['0 input 3', '1 output 1.2', '2 reasoning 0.9', '3 request 0.01'];

describe('a call of a trace that is settled again', () => {
  test.each<[string, Use, readonly string[]]>([
    ['did the same', call(), AS_CHARGED],
    ['belongs to another task', call({ taskId: 'other' }), AS_CHARGED],
    ['belongs to another session', call({ session: 'other' }), AS_CHARGED],
    ['is surer of its counts', call({}, { flags: ['usage_estimated'] }), AS_CHARGED],
    ['may be the twin of another', call({ doubts: ['suspected_twin'] }), AS_CHARGED],
    ['arrived once more', call({}, { receivedAt: 5 }), AS_CHARGED],
  ])('that %s costs what it was charged', (_, use, lines) => {
    expect(shown(again(traceOf(use)))).toEqual(lines);
  });

  test.each<[string, Use]>([
    ['used something else', call({ usage: { ...(call() as { usage: object }).usage, cacheRead: 10 } })],
    ['is of another model', call({}, { model: 'm', provider: 'other' })],
    ['was served otherwise', call({}, { served: { tier: 'batch' } })],
    ['ended at another time', call({}, { end: end + 1n })],
    ['failed after all', call({}, { error: true })],
    ['reports a unit more', call({ units: [{ unit: 'web_search', quantity: '1' }] })],
    ['says what it cost', call({}, { reportedUsd: '1' })],
  ])('that %s is priced by what is in force', (_, use) => {
    const lines = again(traceOf(use));
    expect(lines).toEqual(DEAR.price(traceOf(use)));
    expect(lines.some(({ tableHash }) => tableHash === DEAR.tableHash)).toBe(true);
  });

  test('keeps price row, table and place, and tells of today whose it is and what is doubtful', () => {
    const doubtful = call({ doubts: ['suspected_twin'] }, { flags: ['cache_unreported'] });
    const now = call({ taskId: 'other' }, { flags: ['usage_estimated'] });
    const before = CHEAP.price(traceOf(doubtful));
    expect(before[0]!.flags).toEqual(['cache_unreported', 'suspected_twin']);
    expect(again(traceOf(now), traceOf(doubtful))).toEqual(
      before.map((line) => ({ ...line, taskId: 'other', flags: ['usage_estimated'] })),
    );
  });

  test('keeps its price where the book in force has none', () => {
    expect(shown(again(traceOf(call()), undefined, GONE))).toEqual(AS_CHARGED);
  });

  test('that waits for a price gets it', () => {
    expect(shown(again(traceOf(call()), undefined, GONE, GONE))).toEqual(['0 tokens provider_unknown']);
    expect(shown(again(traceOf(call()), undefined, DEAR, GONE))).toEqual(DEARER);
  });

  test('that cost nothing and had no line has none, whatever is asked for a request by now', () => {
    const nothing = call({
      usage: { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 0 },
    });
    expect(shown(DEAR.price(traceOf(nothing)))).toEqual(['0 request 0.01']);
    expect(again(traceOf(nothing), traceOf(nothing))).toEqual([]);
  });
});

describe('a trace that is settled again', () => {
  const other = callOf('acme', 'm', { input: 1_000_000 }, { spanId: '00000000000000bb' });

  test('has what is new in it priced by what is in force, beside what was charged', () => {
    expect(shown(again(traceOf(call(), other)))).toEqual([...AS_CHARGED, '0 input 3', '1 request 0.01']);
  });

  test('loses what it did not do after all', () => {
    expect(again(traceOf(other), traceOf(call(), other))).toEqual(CHEAP.price(traceOf(other)));
  });

  test('has what a human cost behind the lines of its span, priced by nobody', () => {
    const human: Use = { kind: 'remediation', fact: FACT, taskId: 'task', costUsd: '7' };
    const lines = ['0 input 1', '1 output 0.5', '2 usd 7'];
    expect(shown(again(traceOf(call(), human)))).toEqual(lines);
    expect(shown(again(traceOf(call(), human), traceOf(call(), human)))).toEqual(lines);
    expect(shown(again(traceOf(human), traceOf(human)))).toEqual(['0 usd 7']);
  });

  test('keeps the whole of a span that did two things, or prices the whole', () => {
    const stated: Use = { kind: 'stated', fact: FACT, taskId: 'task', component: 'compute', usd: '2' };
    const both = traceOf(call(), stated);
    expect(shown(again(both, both))).toEqual(['0 input 1', '1 output 0.5', '2 usd 2']);
    expect(shown(again(both))).toEqual([...DEARER, '4 usd 2']);
  });
});
