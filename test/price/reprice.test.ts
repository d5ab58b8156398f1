import { describe, expect, test } from '@jest/globals';
import type { Charge } from '../../src/domain/charge.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { formatUsd } from '../../src/domain/money.ts';
import { openPolicy } from '../../src/domain/policy.ts';
import type { RepriceScope } from '../../src/domain/repricing.ts';
import { NO_USAGE, type Usage } from '../../src/domain/usage.ts';
import type { Untangled, Use } from '../../src/domain/use.ts';
import { openPriceBook, type PriceBook } from '../../src/price/book.ts';
import { pairsOf, type RepriceRequest, repriceSpans, withRepriced } from '../../src/price/reprice.ts';
import { readUserFile } from '../../src/price/user-file.ts';
import { fact, TRACE } from '../support/facts.ts';
import { snapshot } from './uses.ts';

const policy = openPolicy({
  defaultMode: 'root',
  modes: {},
  remediation: [],
  hourly: undefined,
  taskQuietMs: 0,
  orphanRootMs: 0,
  openTaskMaxMs: 0,
});

function bookOf(prices: string, more = ''): PriceBook {
  const file = readUserFile('prices.yaml', `version: 1\n${more}prices:\n${prices}`, prices + more);
  if (file.kind === 'refused') throw new Error(file.complaints.join());
  return openPriceBook({ snapshot, overlay: undefined, userTable: file.table, policy });
}

const ALL: RepriceScope = { from: undefined, to: undefined, model: undefined, only: 'all' };

const call = (usage: Partial<Usage>, more: Partial<Fact> = {}): Use => ({
  kind: 'inference',
  fact: fact({ spanId: 'a', kind: 'inference', provider: 'acme', model: 'm', ...more }),
  taskId: 't',
  usage: { ...NO_USAGE, ...usage },
  units: [],
});
const trace = (...uses: Use[]): Untangled => ({ traceId: TRACE, uses, claims: [], repeats: 0 });

/** What a trace that was charged by one book is charged by another; `lines` has only what was charged. */
function again(
  told: Untangled,
  first: PriceBook,
  book: PriceBook,
  more: Partial<RepriceRequest> & { lines?: true } = {},
) {
  const charges = first.price(told);
  const { lines, ...rest } = more;
  const request = { traceId: TRACE, charges, untangled: lines ? undefined : told, scope: ALL, book, ...rest };
  const spans = repriceSpans(request);
  return { charges, spans, whole: withRepriced(charges, spans) };
}

const shown = (charges: readonly Charge[]): string =>
  charges
    .map(({ line, class: name, amount }) => `${line}:${name}=${amount === null ? '?' : formatUsd(amount)}`)
    .join(' ');

const cheap = bookOf('  - {match: {exact: [m]}, usd: {input: "1", output: "10"}}\n');
const dear = bookOf(
  '  - {match: {exact: [m]}, usd: {input: "2", cache_read: "1", output: "10", reasoning: "20"}}\n',
);

describe.each([
  ['by its facts', {}],
  ['by its lines', { lines: true }],
] as const)('a span that is priced anew %s', (_, by) => {
  test('has the lines of the other book, and pairs of those that changed', () => {
    const { spans, whole } = again(
      trace(call({ input: 1000, cacheRead: 400, output: 100 })),
      cheap,
      dear,
      by,
    );
    expect(shown(whole)).toBe('0:input=0.0012 1:cache_read=0.0004 2:output=0.001');
    // Without a price of its own, what was read from the cache had cost as much.
    expect(pairsOf(spans[0]!).map(({ before, after }) => [before?.class, after?.amount])).toEqual([
      ['input', 1_200_000_000n],
    ]);
  });

  test('is the same object where nothing changes', () => {
    const { spans } = again(trace(call({ input: 1000 })), cheap, cheap, by);
    expect(spans[0]!.after).toBe(spans[0]!.before);
    expect(pairsOf(spans[0]!)).toEqual([]);
  });

  test('keeps the tier that it was served in', () => {
    const tiered = (flex: string) =>
      bookOf(`  - match: {exact: [m]}
    rates:
      - {usd: {input: "8"}}
      - {when: {service_tier: flex}, usd: {input: "${flex}"}}
`);
    const told = trace(call({ input: 1000 }, { served: { tier: 'flex' } }));
    expect(shown(again(told, tiered('4'), tiered('2'), by).whole)).toBe('0:input=0.002');
  });

  test('has its discount worked out anew', () => {
    const discounted = bookOf(
      '  - {match: {exact: [m]}, usd: {input: "2"}}\n',
      'adjustments: [{multiply: "0.5", label: contract}]\n',
    );
    const { whole } = again(trace(call({ input: 1000 })), discounted, cheap, by);
    expect(shown(whole)).toBe('0:input=0.001');
    expect(shown(again(trace(call({ input: 1000 })), cheap, discounted, by).whole)).toBe(
      '0:input=0.002 1:contract=-0.001',
    );
  });

  test('leaves what a human cost where it is, behind its lines', () => {
    const human: Use = {
      kind: 'remediation',
      fact: fact({ spanId: 'a' }),
      taskId: 't',
      costUsd: '5',
    };
    const { whole } = again(trace(call({ input: 1000, cacheRead: 400 }), human), cheap, dear, by);
    expect(shown(whole)).toBe('0:input=0.0012 1:cache_read=0.0004 2:usd=5');
  });

  test('is left alone out of its scope', () => {
    const told = trace(
      call({ input: 1000 }),
      call({ input: 1000 }, { spanId: '0'.repeat(15) + 'b', model: 'other' }),
    );
    const { spans } = again(told, cheap, dear, { ...by, scope: { ...ALL, model: 'm' } });
    expect(spans.map(({ before }) => before[0]!.model)).toEqual(['m']);
  });

  test('may be asked what it would be at another time', () => {
    const timed = bookOf(`  - match: {exact: [m]}
    rates:
      - {valid: {to: 2027-06-01}, usd: {input: "1"}}
      - {valid: {from: 2027-06-01}, usd: {input: "7"}}
`);
    const asIfAt = BigInt(Date.UTC(2027, 6, 1)) * 1_000_000n;
    const { charges, spans } = again(trace(call({ input: 1000 })), timed, timed, { ...by, asIfAt });
    expect(shown(spans[0]!.after)).toBe('0:input=0.007');
    expect(spans[0]!.after[0]!.at).toBe(charges[0]!.at);
  });
});

describe('where the facts are gone', () => {
  test('thoughts are known only as output, unless they had a rate of their own', () => {
    const told = trace(call({ output: 100, reasoning: 40 }));
    expect(shown(again(told, cheap, dear).whole)).toBe('0:output=0.0006 1:reasoning=0.0008');
    const { spans } = again(told, cheap, dear, { lines: true });
    expect([shown(spans[0]!.after), spans[0]!.before === spans[0]!.after]).toEqual(['0:output=0.001', true]);
    expect(again(told, dear, cheap, { lines: true }).whole[0]!.flags).toEqual(['facts_gone']);
    expect(shown(again(told, dear, cheap, { lines: true }).whole)).toBe('0:output=0.001');
  });

  test('a call that had no price keeps none: its tokens are not told apart', () => {
    const none = bookOf('  - {match: {exact: [x]}, usd: {input: "1"}}\n');
    const told = trace(call({ input: 1000 }));
    expect(shown(again(told, none, cheap).whole)).toBe('0:input=0.001');
    expect(shown(again(told, none, cheap, { lines: true }).whole)).toBe('0:tokens=?');
  });

  test('an amount that was stated stays', () => {
    const stated: Use = {
      kind: 'stated',
      fact: fact({ spanId: 'a' }),
      taskId: 't',
      component: 'tooling',
      usd: '3',
    };
    expect(shown(again(trace(stated), cheap, dear, { lines: true }).whole)).toBe('0:usd=3');
  });
});

describe('what is untangled otherwise today', () => {
  const told = trace(call({ input: 1000 }));
  const priced = (untangled: Untangled) =>
    shown(
      withRepriced(
        cheap.price(told),
        repriceSpans({ traceId: TRACE, charges: cheap.price(told), untangled, scope: ALL, book: dear }),
      ),
    );

  test('gains no line for a span that was not charged', () => {
    expect(priced(trace(call({ input: 1000 }), call({ input: 5 }, { spanId: '0'.repeat(15) + 'c' })))).toBe(
      '0:input=0.002',
    );
  });

  test('keeps the quantities of a span that was, or is no more', () => {
    expect(priced(trace(call({ input: 777 })))).toBe('0:input=0.002');
    expect(priced(trace())).toBe('0:input=0.002');
  });
});
