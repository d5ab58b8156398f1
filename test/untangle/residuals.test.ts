import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ModelUse } from '../../src/domain/use.ts';
import { beyond } from '../../src/untangle/residuals.ts';
import { untangle } from '../../src/untangle/untangle.ts';
import { draw, fact, told, usage } from './traces.ts';

/** Each case: what it is about, the tree, the uses, the tokens in doubt as input+output. */
const CASES: readonly (readonly [string, string, string, string])[] = [
  [
    'a run says more than its calls: the rest is charged',
    `r agent in=300 out=30 covers=run
       a inference in=100 out=10
       b inference in=150 out=10`,
    'a:100+10 b:150+10 r:50+10',
    'none',
  ],
  [
    'a run says as much as its calls, or less',
    `r agent in=100 out=3 covers=run
       a inference in=100 out=10`,
    'a:100+10',
    'none',
  ],
  [
    'more of one total only: the totals are compared each for itself',
    `r agent in=50 out=12 covers=run
       a inference in=100 out=10`,
    'a:100+10 r:0+2',
    'none',
  ],
  [
    'totals only above calls that know their cache: the cache is no excess',
    `r agent in=5100 out=10 covers=run
       a inference in=5100 out=10 read=5000`,
    'a:5100+10',
    'none',
  ],
  [
    'a step inside a run: what the step has beyond its call is not charged by the run once more',
    `r agent in=300 covers=run
       s workflow in=250 covers=run
         a inference in=100
       b inference in=50`,
    'a:100+0 b:50+0 s:150+0',
    'none',
  ],
  [
    'both have something beyond',
    `r agent in=400 covers=run
       s workflow in=250 covers=run
         a inference in=100`,
    'a:100+0 r:150+0 s:150+0',
    'none',
  ],
  [
    'what an agent inside a tool spends explains an excess: nobody knows whether the run counts it',
    `r agent in=140 covers=run
       a inference in=100
       t tool tool=ask
         g agent
           b inference in=40`,
    'a:100+0 b:40+0 tool:t',
    'none',
  ],
  [
    'an emitter of which nothing is known: a doubt',
    `r agent in=300 out=30
       a inference in=100 out=10`,
    'a:100+10',
    '200+20',
  ],
  [
    'two nested wrappers with one excess are one doubt',
    `r agent in=300 out=30
       w workflow in=300 out=30
         a inference in=100 out=10`,
    'a:100+10',
    '200+20',
  ],
  [
    'what a run was charged for is in no doubt above it',
    `w workflow in=300
       r agent in=300 covers=run
         a inference in=100`,
    'a:100+0 r:200+0',
    'none',
  ],
  [
    'a running total over its calls means nothing',
    `r agent in=2500 out=730 covers=life
       a inference in=1270 out=367`,
    'a:1270+367',
    'none',
  ],
  [
    'a run without any call that reports stands for all of it',
    `r agent in=300 covers=run
       a inference`,
    'r:300+0',
    'none',
  ],
  [
    'one call told twice in a run hides an excess rather than making one',
    `r agent in=10 out=2 covers=run
       a inference in=10 out=2 id=x
       b inference in=10 out=2 id=x`,
    'a:10+2',
    'none',
  ],
];

const doubt = (drawing: string) => {
  const claims = untangle(draw(drawing)).claims.flatMap(({ unattributed }) => unattributed ?? []);
  return claims.map(({ input, output }) => `${input}+${output}`).join(' ') || 'none';
};

describe('what wrappers say beyond their calls', () => {
  test.each(CASES)('%s', (_, drawing, uses, doubts) => {
    expect(told(untangle(draw(drawing)))).toBe(uses);
    expect(doubt(drawing)).toBe(doubts);
  });

  test('a residual gets the model that all calls agree on, and says what it is', () => {
    const uses = (drawing: string) => untangle(draw(drawing)).uses as readonly ModelUse[];
    const residual = (drawing: string) => uses(drawing).find((use) => use.doubts !== undefined);
    const run = 'r agent in=9 covers=run\n  a inference in=1 model=m provider=p';
    expect(residual(run)).toMatchObject({
      doubts: ['residual'],
      fact: { spanId: 'r', model: 'm', provider: 'p' },
    });
    expect(residual(`${run}\n  b inference in=1 model=n provider=p`)?.fact.model).toBeUndefined();
    expect(residual(run.replace('covers', 'model=own covers'))?.fact.model).toBe('own');
  });

  test('a tall tower of wrappers is answered in time that grows with it', () => {
    const tower = Array.from({ length: 50_000 }, (_, at) =>
      fact(`${at}`, at === 0 ? '' : `${at - 1}`, {
        kind: 'workflow',
        usage: usage(60_000 - at),
        covers: 'run',
      }),
    );
    const uses = untangle([...tower, fact('call', '49999', { kind: 'inference', usage: usage(1) })]).uses;
    expect(uses.reduce((sum, use) => sum + (('usage' in use && use.usage?.input) || 0), 0)).toBe(60_000);
  });
});

const anyUsage = fc
  .record({
    input: fc.nat(99),
    read: fc.nat(99),
    write: fc.nat(99),
    hour: fc.nat(99),
    output: fc.nat(99),
    thought: fc.nat(99),
  })
  .map(({ input, read, write, hour, output, thought }) => {
    const cacheRead = Math.min(read, input);
    const cacheWrite5m = Math.min(write, input - cacheRead);
    const cacheWrite1h = Math.min(hour, input - cacheRead - cacheWrite5m);
    return usage(input, output, {
      cacheRead,
      cacheWrite5m,
      cacheWrite1h,
      reasoning: Math.min(thought, output),
    });
  });

test('what is beyond keeps the invariants of usage, and with the part makes up at least the whole', () => {
  fc.assert(
    fc.property(anyUsage, anyUsage, (whole, part) => {
      const rest = beyond(whole, part);
      expect(rest.input).toBeGreaterThanOrEqual(rest.cacheRead + rest.cacheWrite5m + rest.cacheWrite1h);
      expect(rest.output).toBeGreaterThanOrEqual(rest.reasoning);
      expect(rest.input + part.input).toBe(Math.max(whole.input, part.input));
      expect(rest.output + part.output).toBe(Math.max(whole.output, part.output));
    }),
  );
});
