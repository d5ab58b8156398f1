import { describe, expect, test } from '@jest/globals';
import type { ModelUse } from '../../src/domain/use.ts';
import { untangle } from '../../src/untangle/untangle.ts';
import { draw, suppressedIn, told } from './traces.ts';

/** Each case: what it is about, the tree, the uses, what was suppressed. */
const CASES: readonly (readonly [string, string, string, string])[] = [
  ['one call', 'a inference in=10 out=2', 'a:10+2', 'nothing'],
  ['a call without usage is a call', 'a inference', 'a:?', 'nothing'],
  [
    'siblings are calls of their own: retries and parallel calls',
    `r agent
       a inference in=10 id=x
       b inference in=10 id=y
       c inference in=10`,
    'a:10+0 b:10+0 c:10+0',
    'nothing',
  ],
  [
    'one id: the layer nearest the provider is believed, not the larger (OpenLIT counts one output too many)',
    `a inference in=10 out=183 id=x
       b inference in=10 out=182 id=x`,
    'b:10+182',
    'a:nested_call',
  ],
  [
    'one id, but only the outer layer reports usage',
    `a inference in=10 out=3 id=x
       b inference id=x`,
    'a:10+3',
    'b:nested_call',
  ],
  [
    'one id, but the inner layer reports zeros, as streams without usage do',
    `a inference in=10 out=3 id=x
       b inference in=0 id=x`,
    'a:10+3',
    'b:nested_call',
  ],
  [
    'no id on one side: the larger of the inclusive totals',
    `a inference in=5100 out=20 id=x
       b inference in=100 out=21`,
    'b:5100+21',
    'a:nested_call',
  ],
  [
    'an outer layer without usage',
    `a inference
       b inference in=10`,
    'b:10+0',
    'a:nested_call',
  ],
  [
    'an outer layer without usage and with an id of its own, as gateways make them',
    `a inference id=gateway
       b inference in=10 id=x`,
    'b:10+0',
    'a:nested_call',
  ],
  [
    'two ids are two calls: LangSmith writes a short streamed call onto its parent',
    `a inference in=7 id=x
       b inference in=10 id=y`,
    'a:7+0 b:10+0',
    'nothing',
  ],
  [
    'two ids, and no usage on the inner one: a call without tokens',
    `a inference in=7 id=x
       b inference id=y`,
    'a:7+0 b:?',
    'nothing',
  ],
  [
    'three ids in one chain are three calls',
    `a inference in=7 id=x
       b inference in=10 id=y
         c inference in=20 id=z`,
    'a:7+0 b:10+0 c:20+0',
    'nothing',
  ],
  [
    'the outer two of three are one call',
    `a inference in=7 id=x
       b inference in=10 id=x
         c inference in=20 id=z`,
    'b:10+0 c:20+0',
    'a:nested_call',
  ],
  [
    'the outermost and the deepest of three are one call, around another',
    `a inference in=7 id=x
       b inference in=10 id=y
         c inference in=20 id=x`,
    'b:10+0 c:20+0',
    'a:response_twin',
  ],
  [
    'without an id over two calls of one chain: a wrapper',
    `a inference in=30
       b inference in=10 id=y
         c inference in=20 id=z`,
    'b:10+0 c:20+0',
    'a:wrapper_over_children',
  ],
  [
    'edges and workflow wrappers between layers change nothing',
    `a inference in=10
       w workflow
         e edge
           b inference in=12`,
    'b:12+0',
    'a:nested_call',
  ],
  [
    'three layers without ids: the maximum of all',
    `a inference in=10 out=1
       b inference in=12 out=2
         c inference in=11 out=3`,
    'c:12+3',
    'a:nested_call b:nested_call',
  ],
  [
    'three layers, one id on the outermost and the deepest: the deepest is believed',
    `a inference in=10 id=x
       b inference in=99
         c inference in=11 id=x`,
    'c:11+0',
    'a:nested_call b:nested_call',
  ],
  [
    'three layers, the id on the outer two: the deepest with the id is believed',
    `a inference in=10 id=x
       b inference in=12 id=x
         c inference in=11`,
    'c:12+0',
    'a:nested_call b:nested_call',
  ],
  [
    'three layers, the deepest without usage',
    `a inference in=10
       b inference in=12
         c inference`,
    'b:12+0',
    'a:nested_call c:nested_call',
  ],
  [
    'a layer over several calls is a wrapper: children first',
    `a inference in=500 id=y
       b inference in=10 id=x
       c inference in=20 id=y`,
    'b:10+0 c:20+0',
    'a:wrapper_over_children',
  ],
  [
    'a layer without usage over several calls',
    `a inference
       b inference in=10
       c inference`,
    'b:10+0 c:?',
    'a:nested_call',
  ],
  [
    'a layer with usage over several calls without: it stands for them',
    `a inference in=500
       b inference
       c inference`,
    'a:500+0',
    'b:nested_call c:nested_call',
  ],
  [
    'layers below a wrapper of several calls are still put together',
    `a inference in=500
       b inference in=10
         d inference in=11
       c inference in=20`,
    'c:20+0 d:11+0',
    'a:wrapper_over_children b:nested_call',
  ],
  [
    'a tool is a border: ADK hangs tools below the call, and AI SDK v6 does',
    `a inference in=10
       t tool
         b inference in=20`,
    'a:10+0 b:20+0 tool:t',
    'nothing',
  ],
  [
    'an agent is a border too',
    `a inference in=10
       g agent
         b inference in=20`,
    'a:10+0 b:20+0',
    'nothing',
  ],
];

describe('every model call once', () => {
  test.each(CASES)('%s', (_, drawing, uses, suppressed) => {
    const untangled = untangle(draw(drawing));
    expect(told(untangled)).toBe(uses);
    expect(suppressedIn(untangled)).toBe(suppressed);
  });
});

describe('what a call is known by', () => {
  const modelUse = (drawing: string) => untangle(draw(drawing)).uses[0] as ModelUse;

  test('cached tokens of the layer that knows them, under the larger total (the standard wrapper shape)', () => {
    const { usage } = modelUse(`
      a inference in=5100 out=20
        b inference in=5000 out=20 read=4900 thought=7`);
    expect(usage).toEqual({
      input: 5100,
      cacheRead: 4900,
      cacheWrite5m: 0,
      cacheWrite1h: 0,
      output: 20,
      reasoning: 7,
    });
  });

  test('cached tokens of the outer layer, where the inner one knows totals only', () => {
    const { usage, fact } = modelUse(`
      a inference in=5000 out=20 read=4900 write1h=50 thought=7 id=x
        b inference in=5000 out=20 id=x`);
    expect(fact.spanId).toBe('b');
    expect(usage).toMatchObject({ input: 5000, cacheRead: 4900, cacheWrite1h: 50, reasoning: 7 });
  });

  test('detail that does not fit the believed total is not taken', () => {
    const { usage } = modelUse(`
      a inference in=5000 out=20 read=4900 thought=19 id=x
        b inference in=100 out=10 id=x`);
    expect(usage).toMatchObject({ input: 100, cacheRead: 0, output: 10, reasoning: 0 });
  });

  test('detail that fills the believed total just fits', () => {
    const { usage } = modelUse(`
      a inference in=100 out=10 read=60 write=40 thought=10 id=x
        b inference in=100 out=10 id=x`);
    expect(usage).toMatchObject({ input: 100, cacheRead: 60, cacheWrite5m: 40, output: 10, reasoning: 10 });
  });

  test('the model of a layer, where nobody knows the provider', () => {
    expect(modelUse('a inference in=10 model=gpt\n  b inference in=10').fact).toMatchObject({
      spanId: 'b',
      model: 'gpt',
    });
  });

  test('the provider of a layer, where the charged one knows only its model', () => {
    expect(modelUse('a inference in=10 provider=openai\n  b inference in=10 model=gpt').fact).toMatchObject({
      spanId: 'b',
      model: 'gpt',
      provider: 'openai',
    });
  });

  test('model and provider of the next layer, where the charged one has none', () => {
    const { fact } = modelUse(`
      a inference in=10 model=gpt provider=openai unit=image
        b inference in=10`);
    expect(fact).toMatchObject({ spanId: 'b', model: 'gpt', provider: 'openai' });
  });

  test('but its own model before any other', () => {
    const { fact } = modelUse(`
      a inference in=10 model=gpt provider=openai
        b inference in=10 model=gpt-2026`);
    expect(fact).toMatchObject({ spanId: 'b', model: 'gpt-2026', provider: 'openai' });
  });

  test('a wrapper takes the model of the calls that it stands for only if they agree', () => {
    const drawing = (second: string) => `
      r agent in=10
        a inference model=gpt provider=openai
        b inference model=${second} provider=openai`;
    expect(modelUse(drawing('gpt')).fact).toMatchObject({ spanId: 'r', model: 'gpt', provider: 'openai' });
    expect(modelUse(drawing('claude')).fact.model).toBeUndefined();
  });

  test('units of the layer that reports them', () => {
    expect(modelUse('a inference in=10 unit=image\n  b inference in=10').units).toEqual([
      { unit: 'image', quantity: '1' },
    ]);
    for (const kind of ['tool', 'vector', 'retrieval'])
      expect(modelUse(`t ${kind} in=10 unit=gb_second`).units).toEqual([]);
    expect(modelUse('t agent in=10 unit=gb_second').units).toHaveLength(1);
  });
});
