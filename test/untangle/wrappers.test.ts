import { describe, expect, test } from '@jest/globals';
import { untangle } from '../../src/untangle/untangle.ts';
import { draw, suppressedIn, told } from './traces.ts';

/** Each case: what it is about, the tree, the uses, what was suppressed. */
type Case = readonly [string, string, string, string];

const TWINS_AND_OTHER_KINDS: readonly Case[] = [
  [
    'one id twice, not nested: two instrumentations of one call',
    `r agent
       a inference in=10 id=x
       b inference in=10 read=5 id=x`,
    'b:10+0',
    'a:response_twin',
  ],
  [
    'twins that know as much: more tokens, then the first',
    `r agent
       a inference in=10 id=x
       b inference in=12 id=x
       c inference in=12 id=x`,
    'b:12+0',
    'a:response_twin c:response_twin',
  ],
  [
    'twins on both sides of a tool',
    `a inference in=10 id=x
       t tool
         b inference in=10 id=x`,
    'a:10+0 tool:t',
    'b:response_twin',
  ],
  [
    'embedding in embedding: usage on the inner, as in AI SDK v7',
    `a embedding
       b embedding in=10`,
    'embedding:b:10+0',
    'a:nested_call',
  ],
  [
    'rerank in rerank',
    `a rerank in=9
       b rerank in=10`,
    'rerank:b:10+0',
    'a:nested_call',
  ],
  [
    'an embedding below an inference is no layer of it',
    `a inference in=9
       b embedding in=10`,
    'a:9+0 embedding:b:10+0',
    'nothing',
  ],
];

const WRAPPERS: readonly Case[] = [
  [
    'children first: a wrapper with usage over calls that report it',
    `r agent in=1000
       w workflow in=900
         a inference in=10
         b inference in=20`,
    'a:10+0 b:20+0',
    'r:wrapper_over_children w:wrapper_over_children',
  ],
  [
    'children first, through tools and other agents',
    `r agent in=1000
       t tool
         g agent
           a inference in=10`,
    'a:10+0 tool:t',
    'r:wrapper_over_children',
  ],
  [
    'a wrapper over nothing that reports: it stands for its calls',
    `r workflow in=1000
       g agent in=900 out=9
       h agent in=100`,
    'g:900+9 h:100+0',
    'r:wrapper_over_children',
  ],
  [
    'a wrapper stands for the calls below it that have no usage, in its agents too',
    `r agent in=1000
       a inference
       g agent
         b inference`,
    'r:1000+0',
    'a:nested_call b:nested_call',
  ],
  [
    'but not for those inside a tool: they are their own',
    `r agent in=1000
       t tool
         a inference`,
    'a:? r:1000+0 tool:t',
    'nothing',
  ],
  [
    'a chain inside a call is one of its layers',
    `a inference in=10
       w workflow in=10 out=3`,
    'w:10+3',
    'a:nested_call',
  ],
  [
    'zeros on a wrapper are no usage',
    `r agent in=0
       a inference in=10`,
    'a:10+0',
    'nothing',
  ],
  [
    'a wrapper over calls that report zeros stands for them',
    `r agent in=10
       a inference in=0`,
    'r:10+0',
    'a:nested_call',
  ],
  ['a tool with usage', 't tool in=10', 't:10+0 tool:t', 'nothing'],
];

function check(_: string, drawing: string, uses: string, suppressed: string): void {
  const untangled = untangle(draw(drawing));
  expect(told(untangled)).toBe(uses);
  expect(suppressedIn(untangled)).toBe(suppressed);
}

describe('twins, embeddings and reranks', () => test.each(TWINS_AND_OTHER_KINDS)('%s', check));
describe('wrappers with usage: children first', () => test.each(WRAPPERS)('%s', check));
