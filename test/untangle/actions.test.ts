import { describe, expect, test } from '@jest/globals';
import { untangle } from '../../src/untangle/untangle.ts';
import { draw, suppressedIn, told } from './traces.ts';

const check = (drawing: string, uses: string, suppressed: string) => {
  const untangled = untangle(draw(drawing));
  expect(told(untangled)).toBe(uses);
  expect(suppressedIn(untangled)).toBe(suppressed);
};

describe('every action once', () => {
  test.each([
    ['one tool', 't tool tool=search', 'tool:t', 'nothing'],
    [
      'siblings of one name are two actions',
      `r agent
         t tool tool=search
         u tool tool=search`,
      'tool:t tool:u',
      'nothing',
    ],
    [
      'execute_tool over MCP client over MCP server is one action',
      `t tool tool=search
         e edge
           u tool tool=search
             v tool tool=search`,
      'tool:t',
      'u:nested_tool v:nested_tool',
    ],
    [
      'another name is another action',
      `t tool tool=search
         u tool tool=fetch`,
      'tool:t tool:u',
      'nothing',
    ],
    [
      'one call id, whatever the names and whatever is between',
      `t tool tool=search call=1
         g agent
           a inference
             u tool tool=mcp_search call=1`,
      'a:? tool:t',
      'u:nested_tool',
    ],
    [
      'the name of an action once removed',
      `t tool tool=search call=1
         u tool tool=mcp_search call=1
           v tool tool=mcp_search call=2`,
      'tool:t',
      'u:nested_tool v:nested_tool',
    ],
    [
      'an agent between: a sub-agent that uses the same tool',
      `t tool tool=delegate
         g agent
           u tool tool=delegate`,
      'tool:t tool:u',
      'nothing',
    ],
    [
      'an inference between',
      `t tool tool=delegate
         a inference
           u tool tool=delegate`,
      'a:? tool:t tool:u',
      'nothing',
    ],
    [
      'below an agent, names start anew, and nest anew',
      `t tool tool=search
         g agent
           u tool tool=search
             v tool tool=search
         w tool tool=search`,
      'tool:t tool:u',
      'v:nested_tool w:nested_tool',
    ],
    [
      'tools without a name or an id are not known to be the same',
      `t tool
         u tool`,
      'tool:t tool:u',
      'nothing',
    ],
    [
      'a call id seen again beside the first is another execution, e.g. a retry',
      `r agent
         t tool call=1
         u tool call=1
           v tool call=1`,
      'tool:t tool:u',
      'v:nested_tool',
    ],
  ])('%s', (_, drawing, uses, suppressed) => check(drawing, uses, suppressed));

  test('the outermost tells whether it failed', () => {
    const { uses } = untangle(draw('t tool tool=a error\n  u tool tool=a'));
    expect(uses).toHaveLength(1);
    expect(uses[0]!.fact).toMatchObject({ spanId: 't', error: true });
    expect(untangle(draw('t tool tool=a\n  u tool tool=a error')).uses[0]!.fact.error).toBe(false);
  });

  test('of one call id, an inner one may be all that knows', () => {
    const failed = (drawing: string) => untangle(draw(drawing)).uses.map((use) => use.fact.error);
    expect(failed('t tool tool=a call=1\n  u tool call=1 error')).toEqual([true]);
    expect(failed('t tool tool=a call=1\n  u tool call=1')).toEqual([false]);
    expect(failed('t tool tool=a call=1\n  u tool tool=a call=2 error')).toEqual([false]);
  });

  test('units that only an inner span measured are the action’s', () => {
    const [use] = untangle(draw('t tool tool=a\n  u tool tool=a unit=gb_second')).uses;
    expect(use).toMatchObject({ kind: 'tool', units: [{ unit: 'gb_second', quantity: '1' }] });
  });
});

describe('every vector query once', () => {
  test.each([
    ['one query', 'v vector', 'vector:v', 'nothing'],
    [
      'the deepest database span',
      `v vector
         w vector
           h edge`,
      'vector:w',
      'v:outer_vector',
    ],
    [
      'two queries below one database span',
      `v vector
         w vector
         x vector`,
      'vector:w vector:x',
      'v:outer_vector',
    ],
    [
      'a retriever around a database span',
      `r retrieval
         e embedding in=5
         v vector`,
      'embedding:e:5+0 vector:v',
      'r:retrieval_over_vector',
    ],
    [
      'a retriever over nothing that is known is a query itself',
      'r retrieval\n  e edge',
      'vector:r',
      'nothing',
    ],
    [
      'retrievers in retrievers',
      `r retrieval
         s retrieval
           h edge
         t retrieval`,
      'vector:s vector:t',
      'r:retrieval_over_vector',
    ],
    [
      'a retriever below a database span',
      `v vector
         r retrieval`,
      'vector:r vector:v',
      'nothing',
    ],
  ])('%s', (_, drawing, uses, suppressed) => check(drawing, uses, suppressed));
});

describe('costs that the agent states itself', () => {
  test.each([
    ['on a span that does nothing', 'a agent tooling=0.5', 'stated:a:tooling:0.5'],
    ['of the component of the span’s own use: the use carries it', 't tool tool=a tooling=0.5', 'tool:t'],
    ['of another component', 't tool tool=a compute=0.5', 'stated:t:compute:0.5 tool:t'],
    ['of inference on a call', 'a inference in=1 inference=0.5', 'a:1+0'],
    ['of inference on an embedding', 'a embedding in=1 inference=0.5', 'embedding:a:1+0'],
    ['of tooling on a call', 'a inference in=1 tooling=0.5', 'a:1+0 stated:a:tooling:0.5'],
    ['of vector on a query', 'v vector vector=0.5', 'vector:v'],
    [
      'on a span whose own usage was suppressed',
      `r agent in=9 inference=0.5
         a inference in=1`,
      'a:1+0 stated:r:inference:0.5',
    ],
    [
      'on a database span above a deeper one',
      `v vector vector=0.5
         w vector`,
      'stated:v:vector:0.5 vector:w',
    ],
    [
      'on several spans of one action: one statement',
      `t tool tool=a tooling=0.5
         u tool tool=a tooling=0.5`,
      'tool:t',
    ],
  ])('%s', (_, drawing, uses) => expect(told(untangle(draw(drawing)))).toBe(uses));

  test('on an inner layer only: the use of the action or the call carries it', () => {
    const stated = (drawing: string) => untangle(draw(drawing)).uses.map((use) => use.fact.stated?.usd);
    expect(stated('t tool tool=a\n  u tool tool=a tooling=0.5')).toEqual(['0.5']);
    expect(stated('a inference in=1 inference=0.5\n  b inference in=1')).toEqual(['0.5']);
    expect(stated('a inference in=1 inference=0.5\n  b inference in=1 inference=0.4')).toEqual(['0.4']);
  });
});

describe('what humans cost, as spans tell it', () => {
  test.each([
    ['one statement', 'a agent cost=10', 'human:a:10'],
    ['minutes', 'a agent minutes=30', 'human:a:30min'],
    [
      'copies on every span of a path are repeats',
      `a agent cost=10
         b edge cost=10
           c edge cost=10`,
      'human:a:10',
    ],
    [
      'the outermost counts',
      `a agent cost=10
         b edge cost=4`,
      'human:a:10',
    ],
    [
      'on different branches they add',
      `a agent
         b edge cost=10
         c edge cost=10
         d edge cost=5`,
      'human:b:10 human:c:10 human:d:5',
    ],
    [
      'the same on several top-most spans, whose root has not come: once',
      `
        a edge cost=10 below=gone
        b edge cost=10 below=gone
        c edge cost=11 below=gone`,
      'human:a:10 human:c:11',
    ],
    [
      'the same once more inside another tree: it adds',
      `
        a edge cost=10 below=gone
        b edge below=gone
          c edge cost=10`,
      'human:a:10 human:c:10',
    ],
    [
      'of another task below: its own',
      `a agent cost=10 task=T1
         b agent cost=10 task=T2
           c edge cost=10`,
      'human:a:10 human:b:10',
    ],
  ])('%s', (_, drawing, uses) => expect(told(untangle(draw(drawing)))).toBe(uses));
});
