import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Charge, COMPONENTS } from '../../src/domain/charge.ts';
import type { Fact } from '../../src/domain/fact.ts';
import type { UsdPico } from '../../src/domain/money.ts';
import { OUTCOMES, type TaskPart } from '../../src/domain/task.ts';
import { NO_USAGE, tokensOf } from '../../src/domain/usage.ts';
import type { Use } from '../../src/domain/use.ts';
import { joinedPart } from '../../src/fold/joined-part.ts';
import { partsOf } from '../../src/fold/parts.ts';
import { charge, claim, cost, part, usd } from './tasks.ts';

/** One span as untangle and price would hand it on: a use, its lines and what it says of the task. */
interface Span {
  readonly use: Use;
  readonly charges: readonly Charge[];
}

const names = fc.constantFrom('', 'a', 'b');
const fact = (given: Partial<Fact>): Fact => ({
  traceId: 't1',
  spanId: '',
  parentId: '',
  remoteParent: false,
  start: 0n,
  end: 1n,
  error: false,
  receivedAt: 0,
  kind: 'edge',
  context: {},
  dialect: '',
  ...given,
});

const anySpan = (spanId: string): fc.Arbitrary<Span> =>
  fc
    .record({
      kind: fc.constantFrom('inference', 'embedding', 'rerank', 'vector', 'tool'),
      provider: names,
      model: names,
      tool: names,
      error: fc.boolean(),
      input: fc.option(fc.nat(100), { nil: undefined }),
      lines: fc.array(
        fc.record({
          component: fc.constantFrom(...COMPONENTS),
          pico: fc.option(fc.bigInt(0n, 10n ** 15n)),
          reason: fc.constantFrom(null, 'no_rate', 'model_unknown'),
          flags: fc.subarray(['x', 'y', 'z']),
        }),
        { maxLength: 3 },
      ),
    })
    .map(({ kind, provider, model, tool, error, input, lines }) => ({
      use: {
        kind,
        fact: fact({ spanId, provider, model, tool, error }),
        taskId: 'T',
        usage: input === undefined ? undefined : { ...NO_USAGE, input, output: 1 },
        units: [],
      } as Use,
      charges: lines.map(({ pico, ...line }, index) =>
        charge({ ...line, spanId, provider, model, line: index, amount: pico as UsdPico | null }),
      ),
    }));

/** Disjoint spans of one trace, cut in two or three. */
const spans = fc
  .integer({ min: 0, max: 8 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => anySpan(`s${index}`))));
const cut = <T>(all: readonly T[], at: number): readonly [readonly T[], readonly T[]] => [
  all.slice(0, at % (all.length + 1)),
  all.slice(at % (all.length + 1)),
];

const partOf = (all: readonly Span[]): TaskPart =>
  partsOf(
    { traceId: 't1', uses: all.map(({ use }) => use), claims: [claim()], repeats: 0 },
    all.flatMap(({ charges }) => charges),
  )[0]!;

const byText = (items: readonly unknown[]): unknown[] =>
  [...items].sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1));
const textOf = (item: unknown): string =>
  JSON.stringify(item, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));

/** A part without the order of its shares, which means nothing. */
const unordered = (one: TaskPart) => ({
  ...one,
  costs: byText(one.costs),
  tokens: byText(one.tokens),
  actions: byText(one.actions),
  flags: byText(one.flags),
});

describe('the parts of disjoint spans of one trace', () => {
  test('joined are the part of all of them, to the picodollar', () => {
    fc.assert(
      fc.property(spans, fc.nat(), (all, at) => {
        const [before, late] = cut(all, at);
        expect(unordered(joinedPart(partOf(before), partOf(late)))).toEqual(unordered(partOf(all)));
      }),
    );
  });

  test('may come in any grouping: joining is associative, and a part without spans adds nothing', () => {
    fc.assert(
      fc.property(spans, fc.nat(), fc.nat(), (all, at, again) => {
        const [first, rest] = cut(all, at);
        const [a, b, c] = [first, ...cut(rest, again)].map(partOf) as [TaskPart, TaskPart, TaskPart];
        expect(joinedPart(joinedPart(a, b), c)).toEqual(joinedPart(a, joinedPart(b, c)));
        expect(joinedPart(a, partOf([]))).toEqual(a);
      }),
    );
  });

  test('no share comes twice', () => {
    fc.assert(
      fc.property(spans, spans, (left, right) => {
        const { costs, tokens, actions, flags } = joinedPart(partOf(left), partOf(right));
        for (const keys of [
          costs.map(({ component, provider, model }) => [component, provider, model]),
          tokens.map(({ provider, model }) => [provider, model]),
          actions.map(({ tool, status }) => [tool, status]),
          flags,
        ])
          expect(new Set(keys.map(textOf)).size).toBe(keys.length);
      }),
    );
  });
});

describe('who the task is and how it ended', () => {
  const older = part({
    claim: { agentType: 'old', taskType: 'x', value: usd('1'), lastEnd: 5n, receivedAt: 10, startedAt: 1n },
  });
  const late = part({
    claim: {
      agentType: 'new',
      taskType: 'y',
      value: usd('2'),
      lastEnd: 9n,
      receivedAt: 20,
      startedAt: 0n,
      root: { end: 9n, error: true },
      suppressed: [{ spanId: 'c', rule: 'nested_tool' }],
      flags: ['clamped'],
    },
  });

  test('stays as the older part has it; arrival, suppressed spans and flags are those of both', () => {
    const { claim: joined } = joinedPart(older, late);
    expect(joined).toEqual({
      ...older.claim,
      receivedAt: 20,
      suppressed: [{ spanId: 'c', rule: 'nested_tool' }],
      flags: ['clamped'],
    });
    expect(joinedPart(late, older).claim).toMatchObject({ agentType: 'new', receivedAt: 20 });
  });

  test("the later outcome counts, of two at one time the older part's; none says nothing", () => {
    const anyOutcome = fc.option(
      fc.record({ outcome: fc.constantFrom(...OUTCOMES), at: fc.bigInt(0n, 3n) }),
      {
        nil: undefined,
      },
    );
    fc.assert(
      fc.property(anyOutcome, anyOutcome, anyOutcome, (one, two, three) => {
        const told = [one, two, three].map((outcome) => part({ claim: { outcome } }));
        const joined = told.reduce(joinedPart).claim.outcome;
        const said = [one, two, three].filter((outcome) => outcome !== undefined);
        expect(joined).toEqual(said.find(({ at }) => said.every((other) => other.at <= at)));
      }),
    );
  });
});

test('sums by component, provider and model, tool and status, in the order of first mention', () => {
  const tokens = { ...tokensOf(NO_USAGE), input: 1, cache_read: 2, cache_write_5m: 3, cache_write_1h: 4 };
  const calls = { inference: 1, embedding: 2, rerank: 3, vector: 4, tool: 5 };
  const left = part({
    costs: [cost('1'), cost('2', 'tooling')],
    tokens: [{ provider: 'p', model: 'm', tokens: { ...tokens, output: 5, reasoning: 6 } }],
    actions: [{ tool: 'search', status: 'ok', count: 1 }],
    calls,
    unpricedCalls: 1,
    flags: ['a', 'b'],
  });
  const right = part({
    costs: [cost('4', 'tooling'), cost('8'), cost('16', 'vector')],
    tokens: [
      { provider: 'p', model: 'n', tokens },
      { provider: 'p', model: 'm', tokens: { ...tokens, output: 5, reasoning: 6 } },
    ],
    actions: [
      { tool: 'search', status: 'error', count: 7 },
      { tool: 'search', status: 'ok', count: 2 },
    ],
    calls,
    unpricedCalls: 2,
    flags: ['b', 'c'],
  });
  expect(joinedPart(left, right)).toEqual({
    ...left,
    costs: [cost('9'), cost('6', 'tooling'), cost('16', 'vector')],
    tokens: [
      {
        provider: 'p',
        model: 'm',
        tokens: { input: 2, cache_read: 4, cache_write_5m: 6, cache_write_1h: 8, output: 10, reasoning: 12 },
      },
      { provider: 'p', model: 'n', tokens },
    ],
    actions: [
      { tool: 'search', status: 'ok', count: 3 },
      { tool: 'search', status: 'error', count: 7 },
    ],
    calls: { inference: 2, embedding: 4, rerank: 6, vector: 8, tool: 10 },
    unpricedCalls: 3,
    flags: ['a', 'b', 'c'],
  });
});
