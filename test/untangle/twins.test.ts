import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fact } from '../../src/domain/fact.ts';
import { untangle } from '../../src/untangle/untangle.ts';
import { draw, fact, suppressedIn, told, usage } from './traces.ts';

/** A call of each dialect that starts at 1000 plus its row and ends at 2000, unless the case says otherwise. */
const NATIVE = 'inference dialect=gen-ai model=m in=10 out=2';
const OTHER = 'inference dialect=openinference model=m in=10 out=2';

const CASES: readonly (readonly [string, string, string, string])[] = [
  [
    'beside each other in two dialects: one call, the first of two that know as much',
    `r agent
       a ${OTHER}
       b ${NATIVE} id=x`,
    'a:10+2',
    'b:response_twin',
  ],
  [
    'the one that knows more stays, as the native span of an Anthropic stream does',
    `r agent
       a ${OTHER} read=5
       b ${NATIVE} read=5 write1h=1 id=x`,
    'b:10+2',
    'a:response_twin',
  ],
  [
    'the native one may start first',
    `r agent
       b ${NATIVE} read=5 id=x
       a ${OTHER}`,
    'b:10+2',
    'a:response_twin',
  ],
  ['without any id', `r agent\n  a ${OTHER}\n  b ${NATIVE}`, 'a:10+2', 'b:response_twin'],
  ['as roots of one trace', `a ${OTHER}\nb ${NATIVE}`, 'a:10+2', 'b:response_twin'],
  [
    'with layers below them: the outermost ones stand beside each other',
    `r agent
       a ${OTHER}
         c ${OTHER}
       b ${NATIVE}
         d ${NATIVE}`,
    'c:10+2',
    'a:nested_call b:nested_call d:response_twin',
  ],
  [
    'of two parallel calls each has its twin',
    `r agent
       a ${OTHER}
       b ${OTHER}
       c ${NATIVE}
       d ${NATIVE}`,
    'a:10+2 b:10+2',
    'c:response_twin d:response_twin',
  ],
  [
    'a third one alike is a call of its own',
    `r agent
       a ${OTHER}
       b ${NATIVE}
       c ${OTHER}`,
    'a:10+2 c:10+2',
    'b:response_twin',
  ],
  ['with two ids: two calls', `r agent\n  a ${OTHER} id=y\n  b ${NATIVE} id=x`, 'a:10+2 b:10+2', 'nothing'],
  [
    'in one dialect, one with an id: one call, as OpenLLMetry tells LangChain and its client',
    `r agent
       a ${NATIVE}
       b ${NATIVE} id=x`,
    'a:10+2',
    'b:response_twin',
  ],
  [
    'in one dialect, the first with an id',
    `r agent
       a ${NATIVE} id=x
       b ${NATIVE}`,
    'a:10+2',
    'b:response_twin',
  ],
  [
    'three parallel calls with ids, of which one is told twice',
    `r agent
       a ${NATIVE} id=x
       b ${NATIVE} id=y
       c ${NATIVE} id=z
       d ${NATIVE}`,
    'a:10+2 b:10+2 c:10+2',
    'd:response_twin',
  ],
  [
    'in one dialect, none with an id: two calls',
    `r agent\n  a ${OTHER}\n  b ${OTHER}`,
    'a:10+2 b:10+2',
    'nothing',
  ],
  [
    'one after the other: two calls, to the nanosecond',
    `r agent
       a ${OTHER} start=1000 end=1500
       b ${NATIVE} start=1500`,
    'a:10+2 b:10+2',
    'nothing',
  ],
  [
    'overlapping by a nanosecond: one call',
    `r agent
       a ${OTHER} start=1000 end=1501
       b ${NATIVE} start=1500`,
    'a:10+2',
    'b:response_twin',
  ],
  [
    'without a model nothing shows that they are one',
    `r agent
       a inference dialect=openinference in=10 out=2
       b inference dialect=gen-ai in=10 out=2`,
    'a:10+2 b:10+2',
    'nothing',
  ],
  [
    'one output token apart: two calls',
    `r agent
       a ${OTHER}
       b inference dialect=gen-ai model=m in=10 out=3`,
    'a:10+2 b:10+3',
    'nothing',
  ],
  [
    'one input token apart: two calls',
    `r agent
       a ${OTHER}
       b inference dialect=gen-ai model=m in=11 out=2`,
    'a:10+2 b:11+2',
    'nothing',
  ],
  [
    "a framework's below its chain, the client's beside the chain: LangChain's are never the active spans",
    `r agent
       c workflow
         a ${OTHER} read=5
       b ${NATIVE} id=x`,
    'a:10+2',
    'b:response_twin',
  ],
  [
    'the same the other way round',
    `r agent
       a ${OTHER}
       e edge
         b ${NATIVE} id=x`,
    'a:10+2',
    'b:response_twin',
  ],
  [
    'below two spans of which none is around the other: two calls',
    `r agent
       e edge
         a ${OTHER}
       f edge
         b ${NATIVE}`,
    'a:10+2 b:10+2',
    'nothing',
  ],
  [
    'two calls of a chain with one prompt, one after the other: each has its twin',
    `r agent
       c workflow start=1000
         a ${OTHER} start=1001 end=1100
         b ${OTHER} start=1200 end=1300
       d ${NATIVE} start=1002 end=1099
       e ${NATIVE} start=1201 end=1299`,
    'a:10+2 b:10+2',
    'd:response_twin e:response_twin',
  ],
  [
    'one that has ended does not stand before one that has not',
    `r agent
       a ${OTHER} start=1000 end=1900
       b ${OTHER} start=1001 end=1002
       c ${NATIVE} start=1003 end=1900`,
    'a:10+2 b:10+2',
    'c:response_twin',
  ],
  [
    'that report zeros, as streams without usage do: two calls without tokens',
    `r agent
       a inference dialect=openinference model=m in=0
       b inference dialect=gen-ai model=m in=0`,
    'a:0+0 b:0+0',
    'nothing',
  ],
  [
    'an embedding beside an inference is none of its twins',
    `r agent
       a ${OTHER}
       b embedding dialect=gen-ai model=m in=10 out=2`,
    'a:10+2 embedding:b:10+2',
    'nothing',
  ],
  [
    'embeddings have twins too',
    `r agent
       a embedding dialect=openinference model=e in=9
       b embedding dialect=gen-ai model=e in=9 id=x`,
    'embedding:a:9+0',
    'b:response_twin',
  ],
  [
    'one that went as the twin of another by its id has no second twin',
    `r agent
       a ${OTHER}
       b ${NATIVE} id=x
       c ${NATIVE} read=5 id=x`,
    'c:10+2',
    'a:response_twin b:response_twin',
  ],
];

describe('a call that two instrumentations tell beside each other', () => {
  test.each(CASES)('%s', (_, drawing, uses, suppressed) => {
    const untangled = untangle(draw(drawing));
    expect(told(untangled)).toBe(uses);
    expect(suppressedIn(untangled)).toBe(suppressed);
  });
});

/** As many parallel calls as there are numbers, each told once natively; `seen` of them by OpenInference as well. */
const parallel = fc
  .array(fc.record({ input: fc.integer({ min: 1, max: 3 }), seen: fc.boolean() }), {
    minLength: 1,
    maxLength: 12,
  })
  .map((calls) => ({
    calls,
    facts: calls.flatMap(({ input, seen }, index): Fact[] => {
      const one = { kind: 'inference' as const, model: 'm', usage: usage(input, 1), start: BigInt(index) };
      const native = fact(`n${index}`, 'r', { ...one, dialect: 'gen-ai', responseId: `id-${index}` });
      return seen ? [native, fact(`o${index}`, 'r', { ...one, dialect: 'openinference' })] : [native];
    }),
  }));

test('whatever part of parallel calls is told twice, each is charged once', () => {
  fc.assert(
    fc.property(parallel, ({ calls, facts }) => {
      const { uses } = untangle([fact('r', '', { kind: 'agent', start: 0n }), ...facts]);
      const tokens = uses.flatMap((use) => ('usage' in use ? [use.usage?.input] : []));
      expect(tokens.sort()).toEqual(calls.map(({ input }) => input).sort());
    }),
  );
});
