import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NO_COST } from '../../src/domain/economics.ts';
import type { DataHealth, EconomicsRow, OpenRow, UnpricedRow } from '../../src/domain/ledger-reads.ts';
import type { UsdPico } from '../../src/domain/money.ts';
import { NO_USAGE, tokensOf } from '../../src/domain/usage.ts';
import { type PageData, page } from '../../src/show/page.ts';
import { NOON, usd } from '../support/tasks.ts';
import { windows } from '../support/web.ts';

const row = (agentType: string, given: Partial<EconomicsRow> = {}): EconomicsRow => ({
  group: [agentType],
  tasks: { solved: 1, remediated: 0, failed: 0, abandoned: 0 },
  closedBy: { reported: 1, inferred: 0, expired: 0 },
  cost: { ...NO_COST, inference: usd('1') },
  untaggedCost: 0n as UsdPico,
  tokens: tokensOf(NO_USAGE),
  actions: 1,
  modelCalls: 1,
  unpricedCalls: 0,
  ...given,
});

const open = (agentType: string, given: Partial<OpenRow> = {}): OpenRow => ({
  agentType,
  taskType: 'default',
  dimensions: [],
  tasks: 1,
  cost: usd('0.5'),
  ...given,
});

const unpriced = (model: string, given: Partial<UnpricedRow> = {}): UnpricedRow => ({
  component: 'inference',
  provider: 'acme',
  model,
  resource: '',
  unit: 'input',
  reason: 'model_unknown',
  calls: 1,
  quantity: 1_000_000n,
  firstSeen: NOON,
  lastSeen: NOON,
  ...given,
});

const healthy: DataHealth = {
  tasks: 1,
  tasksClosed: 1,
  untaggedTasks: 0,
  untaggedCost: 0n as UsdPico,
  totalCost: usd('1'),
  inferredTasks: 0,
  expiredTasks: 0,
  unpricedCalls: 0,
  modelCalls: 0,
  lowerBoundTasks: 0,
  suppressed: {},
  flags: {},
};

const shown = (given: Partial<PageData> = {}): string =>
  page({
    all: row(''),
    rows: [row('A')],
    open: [],
    latest: [],
    health: healthy,
    unpriced: [],
    windows,
    window: undefined,
    otlp: { grpcPort: 4317, httpPort: 4318 },
    version: '1.0.0',
    ...given,
  });

/** The words that a reader sees, titles left out. */
const words = (text: string): string =>
  text
    .replace(/<(style|title)>.*?<\/\1>/gs, ' ')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

const VOID = new Set(['meta', 'br', 'rect']);

const TAG = /<(\/?)([a-z][a-z0-9]*)(?:\s+[\w:-]+="[^"<>]*")*\s*\/?>/g;

/** The elements of a page in order; fails where one is not closed as it should be, or a sign stands outside of markup. */
function elementsOf(text: string): readonly string[] {
  const markup = text.replace('<!doctype html>', '').replace(/<style>.*?<\/style>/s, '');
  expect(markup.replaceAll(TAG, '')).not.toMatch(/[<>"'`]/);
  const [elements, opened]: [string[], string[]] = [[], []];
  for (const [, closes, name = ''] of markup.matchAll(TAG)) {
    if (closes !== '/') elements.push(name);
    if (closes !== '/' && !VOID.has(name)) opened.push(name);
    if (closes === '/' && opened.pop() !== name) throw new Error(`</${name}> closes what is not open`);
  }
  expect(opened).toEqual([]);
  return elements;
}

describe('any names', () => {
  const anyName = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', '`', '/', '!', '-', '\n', '\ud800', 'b') }),
    fc.constantFrom(
      '</td></tr></table><script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      '<!--',
      ']]>',
    ),
  );

  test('leave the elements of the page as they are', () => {
    const pageWith = (name: string) =>
      shown({
        rows: [row(name || 'x')],
        open: [open(name || 'x')],
        unpriced: [unpriced(name || 'x', { provider: name || 'x', unit: name })],
        version: name,
      });
    const plain = elementsOf(pageWith('x'));
    fc.assert(
      fc.property(anyName, (name) => {
        const text = pageWith(name);
        expect(elementsOf(text)).toEqual(plain);
        // What goes out as UTF-8 is what was escaped.
        expect(text).not.toMatch(/\p{Surrogate}/u);
      }),
    );
  });

  test('of a window cannot leave their link', () => {
    const window = { name: '"><b>', ms: 1 };
    expect(shown({ window })).toContain('<a href="/?window=&quot;&gt;&lt;b&gt;" aria-current="page">');
  });
});

describe('any figures', () => {
  const money = fc.bigInt({ min: 0n, max: 10n ** 19n }).map((pico) => pico as UsdPico);
  const figures = fc.record({
    tasks: fc.record({ solved: fc.nat(9), remediated: fc.nat(9), failed: fc.nat(9), abandoned: fc.nat(9) }),
    cost: fc.record({
      inference: money,
      vector: money,
      tooling: money,
      compute: money,
      remediation: fc.constant(0n as UsdPico),
    }),
    actions: fc.nat(3),
    unpricedCalls: fc.nat(1),
  });

  test('never show as NaN, Infinity, undefined or null, and the bars fill at most their width', () => {
    fc.assert(
      fc.property(figures, (given) => {
        const text = shown({ all: row('', given), rows: [row('A', given)] });
        expect(words(text)).not.toMatch(/NaN|Infinity|undefined|null/);
        const bars = [...text.matchAll(/x="([\d.]+)" y="0" width="([\d.]+)"/g)];
        for (const [, x, width] of bars) expect(Number(x) + Number(width)).toBeLessThanOrEqual(100.01);
        // What costs anything is in the bar's words, and what costs nothing is not.
        const bar = /<svg class="bar".*?<title>(.*?)<\/title>/.exec(text)?.[1] ?? '';
        for (const [component, amount] of Object.entries(given.cost))
          expect(bar.includes(`${component} `)).toBe(amount > 0n);
        expect(bar).not.toMatch(/\(0 %\)/);
      }),
    );
  });

  test('the smallest part of a cost is little, not nothing', () => {
    const cost = { ...NO_COST, inference: usd('5000'), vector: usd('0.0004') };
    expect(shown({ rows: [row('A', { cost })] })).toContain(
      '<title>inference $5,000.00 (&gt;99.9 %), vector $0.0004 (&lt;0.1 %)</title>',
    );
  });

  test('≥ is before every amount of a row without all its prices, and before no other', () => {
    const bound = row('B', { unpricedCalls: 1 });
    const text = words(shown({ all: row(''), rows: [row('A'), bound] }));
    expect(text).toContain('A $1.00 $1.00 $1.00 $1.00 100 % / 100 % 1 1 solved');
    expect(text).toContain('B ≥ $1.00 ≥ $1.00 ≥ $1.00 ≥ $1.00 100 % / 100 % 1 1 solved');
    expect(words(shown())).not.toContain('≥');
    expect(words(shown({ all: bound, rows: [] }))).toContain('CPST, resolved ≥ $1.00 all cost');
  });

  test('what has no value is a dash', () => {
    const failed = row('F', { tasks: { solved: 0, remediated: 0, failed: 2, abandoned: 0 }, actions: 0 });
    const free = row('', { cost: NO_COST });
    const text = words(shown({ all: failed, rows: [failed, free] }));
    expect(text).toContain('CPST, resolved – all cost');
    expect(text).toContain('Spent on closed tasks $1.00 $0.50 a task');
    expect(text).toContain('F – – $0.50 $0.50 0 % / 0 % 2 2 failed');
    expect(text).toContain('no agent type $0.00 $0.00 $0.00 $0.00 100 % / 100 % 1 1 solved – –');
  });
});

describe('the lists below', () => {
  const many = (count: number) => Array.from({ length: count }, (_, index) => `agent-${index}.`);

  test('open tasks: by agent type over all task types, most first, twenty at most', () => {
    const rows = [
      open('one'),
      open('two', { tasks: 5 }),
      open('one', { taskType: 'x', tasks: 2, cost: usd('2') }),
      open(''),
    ];
    expect(words(shown({ open: rows }))).toContain(
      'Agent type Tasks Cost so far two 5 $0.50 one 3 $2.50 no agent type 1 $0.50',
    );
    expect(shown({ open: many(20).map((name) => open(name)) })).not.toContain('see all open tasks');
    const over = words(shown({ open: many(22).map((name, index) => open(name, { tasks: 100 - index })) }));
    expect(over).toContain('agent-19. 81 $0.50 and 2 agent types more; see all open tasks');
    expect(over).not.toContain('agent-20.');
  });

  test('without a price: the most called first, free tools not at all, twenty at most', () => {
    const rows = [
      unpriced('seldom', { quantity: 1_499_999n }),
      unpriced('often', { calls: 1234, quantity: 2_500_000_000_000n }),
      unpriced('', { resource: 'db', provider: '', reason: 'unit_unknown', calls: 2 }),
      unpriced('free', { reason: 'no_rate', calls: 9999 }),
    ];
    const text = words(shown({ unpriced: rows }));
    expect(text).toContain(
      'often acme input model unknown 1,234 2,500,000 2026-11-23 12:00 UTC ' +
        'db – input unit unknown 2 1 2026-11-23 12:00 UTC seldom acme input model unknown 1 1 2026-11-23 12:00 UTC',
    );
    expect(text).not.toContain('free');
    expect(words(shown({ unpriced: [unpriced('free', { reason: 'no_rate' })] }))).not.toContain(
      'Without a price',
    );
    const over = many(25).map((name, index) => unpriced(name, { calls: 100 - index }));
    expect(words(shown({ unpriced: over }))).toMatch(/agent-19\. .* and 5 more /);
    expect(words(shown({ unpriced: over }))).not.toContain('agent-20.');
  });

  test('doubts: each with its share, and without a whole there is none', () => {
    const doubtful: DataHealth = {
      ...healthy,
      tasks: 2000,
      tasksClosed: 1000,
      inferredTasks: 1,
      expiredTasks: 1000,
      untaggedTasks: 1999,
      unpricedCalls: 5,
      modelCalls: 4,
      lowerBoundTasks: 1200,
      suppressed: { a: 1000, b: 234 },
      flags: {
        late: 3,
        clock_skewed: 4,
        cache_unreported: 5,
        reasoning_unreported: 6,
        cache_ttl_assumed: 7,
        usage_estimated: 8,
      },
    };
    const text = words(shown({ health: doubtful }));
    for (const line of [
      'Since the ledger began: 2,000 tasks, 1,000 of them closed, $1.00.',
      'Inferred outcomes: 0.1 % 1 of closed tasks',
      'Expired: 100 % 1,000 of closed tasks',
      'Untagged tasks: &gt;99.9 % 1,999 of tasks',
      'Calls without a price: 100 % 5 of model calls; 1,200 tasks are lower bounds.',
      'Suppressed duplicates: 1,234 spans',
      'Late: 3 tasks',
      'Clock-skewed: 4 tasks',
      'Cached tokens not told: 5 tasks',
      'Thoughts not told: 6 tasks',
      'Cache lifetime assumed: 7 tasks',
      'Estimated counts: 8 tasks',
    ])
      expect(text).toContain(line);
    const none = words(shown({ health: { ...healthy, tasksClosed: 0 } }));
    expect(none).toContain('Inferred outcomes: – 0 of closed tasks');
    expect(none).toContain('Calls without a price: – 0 of model calls');
  });
});
