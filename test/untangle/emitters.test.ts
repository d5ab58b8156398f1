/** The shapes that recordings of real emitters had (2026-11), each with what it really was. */
import { describe, expect, test } from '@jest/globals';
import type { ModelUse } from '../../src/domain/use.ts';
import { untangle } from '../../src/untangle/untangle.ts';
import { draw, suppressedIn, told } from './traces.ts';

const SHAPES: readonly (readonly [string, string, string, string])[] = [
  [
    'AI SDK v7: agent and step repeat the sums of their calls; tools below the step',
    `r agent in=300 out=30 session=S
       s workflow in=100 out=10
         a inference in=100 out=10 id=x
         t tool tool=search
       u workflow in=200 out=20
         b inference in=200 out=20 id=y`,
    'a:100+10 b:200+20 tool:t',
    'r:wrapper_over_children s:wrapper_over_children u:wrapper_over_children',
  ],
  [
    'AI SDK v6: the tool hangs below the model call, and an agent runs inside the tool',
    `r workflow in=300
       a inference in=100 id=x
         t tool tool=research
           g agent
             b inference in=40 id=y
       c inference in=200 id=z`,
    'a:100+0 b:40+0 c:200+0 tool:t',
    'r:wrapper_over_children',
  ],
  [
    'Strands: the agent’s counters run on over all runs of one agent object',
    `r agent in=2500 out=730 session=S
       e edge
         a inference in=1270 out=367
         t tool tool=search`,
    'a:1270+367 tool:t',
    'r:wrapper_over_children',
  ],
  [
    'OpenLIT over the native Anthropic span: one id, one output token too many on the outer one',
    `r edge
       a inference in=610 out=183 id=msg_1 provider=anthropic
         b inference in=1890 out=182 read=1024 write=256 id=msg_1 provider=anthropic`,
    'b:1890+182',
    'a:nested_call',
  ],
  [
    'OpenInference over the Anthropic SDK: no id on the outer one, whose totals leave out the cache',
    `a inference in=610 out=182
       b inference in=1890 out=182 read=1024 write=256 id=msg_1`,
    'b:1890+182',
    'a:nested_call',
  ],
  [
    'ADK: the tool is a child of the call that asked for it; the root says nothing',
    `r edge
       g agent agentName=helper
         a inference in=50 out=9
           t tool tool=weather
         b inference in=70 out=5`,
    'a:50+9 b:70+5 tool:t',
    'nothing',
  ],
  [
    'an MCP tool: execute_tool over the client’s span over the server’s, across processes',
    `g agent
       t tool tool=search call=c1
         u tool tool=search
           h edge
             v tool tool=search remote
               q vector tool=pinecone`,
    'tool:t vector:q',
    'u:nested_tool v:nested_tool',
  ],
  [
    'RAG: a retriever over an embedding and a database span over its HTTP call',
    `w workflow
       r retrieval
         e embedding in=12 model=text-embedding-3-small
           f embedding
         q vector tool=qdrant
           h edge
       a inference in=900 out=80`,
    'a:900+80 embedding:e:12+0 vector:q',
    'r:retrieval_over_vector f:nested_call',
  ],
  [
    'OpenLLMetry CrewAI: usage on the agent span only, and twice',
    `w workflow in=120 out=12
       g agent in=120 out=12 model=gpt-4o`,
    'g:120+12',
    'w:wrapper_over_children',
  ],
  [
    'a gateway’s span under the client’s: its own id, the same tokens and no id on the client’s side',
    `a inference in=100 out=10 model=gpt-4o
       h edge
         b inference in=100 out=10 id=chatcmpl-1 model=gpt-4o-2024-08-06`,
    'b:100+10',
    'a:nested_call',
  ],
  [
    'a hosted agent: usage on invoke_agent, and calls below it that report none',
    `r agent in=500 out=50
       a inference model=gpt-4o provider=openai
       b inference model=gpt-4o provider=openai`,
    'r:500+50',
    'a:nested_call b:nested_call',
  ],
];

describe('what real emitters send', () => {
  test.each(SHAPES)('%s', (_, drawing, uses, suppressed) => {
    const untangled = untangle(draw(drawing));
    expect(told(untangled)).toBe(uses);
    expect(suppressedIn(untangled)).toBe(suppressed);
  });

  test('the hosted agent’s tokens get the model that all its calls name', () => {
    const [use] = untangle(draw(SHAPES.at(-1)![1])).uses;
    expect((use as ModelUse).fact).toMatchObject({ spanId: 'r', model: 'gpt-4o', provider: 'openai' });
  });

  test('a session that only the last span to arrive knows moves the whole trace', () => {
    const spans = draw('r agent\n  a inference in=5\n  t tool tool=search\n  b inference in=6 session=S');
    const tasks = (count: number) =>
      untangle(spans.slice(0, count)).claims.map((claim) => `${claim.taskId}:${claim.tagged}`);
    expect(tasks(3)).toEqual(['trace:false']);
    expect(tasks(4)).toEqual(['S:true']);
  });

  test('a parent that arrives last takes back what its child was charged', () => {
    const spans = draw('a inference in=120\n  b inference in=100');
    expect(told(untangle(spans.slice(1)))).toBe('b:100+0');
    expect(told(untangle(spans))).toBe('b:120+0');
  });
});
