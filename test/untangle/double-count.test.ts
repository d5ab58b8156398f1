/**
 * **Goal**: no way of telling something twice that emitters are known for is charged twice.
 * **Method**: each shape is drawn with what really happened, and told in order, backwards, and twice.
 */
import { describe, expect, test } from '@jest/globals';
import { untangle } from '../../src/untangle/untangle.ts';
import { draw, suppressedIn, told } from './traces.ts';

type Shape = readonly [name: string, drawing: string, uses: string, suppressed: string];

const CALLS: readonly Shape[] = [
  [
    "the conventions' agent since #469: totals of its calls without their cache detail",
    `r agent in=5200 out=30
       a inference in=5100 out=20 read=5000 id=x
       b inference in=100 out=10 id=y`,
    'a:5100+20 b:100+10',
    'r:wrapper_over_children',
  ],
  [
    'totals only above a call that knows its cache: the total is not the uncached part',
    `a inference in=5100 out=20
       b inference in=5100 out=20 read=5000 write=50 thought=7 id=x`,
    'b:5100+20',
    'a:nested_call',
  ],
  [
    'OpenInference for JavaScript before 0.2.8: the outer input leaves the cached tokens out',
    `a inference in=100 out=20
       b inference in=5100 out=20 read=5000 id=x`,
    'b:5100+20',
    'a:nested_call',
  ],
  [
    'three layers of one Claude call: an instrumentation, the SDK, the platform that served it',
    `a inference in=100 out=20 dialect=openinference
       b inference in=5100 out=20 read=5000 id=msg_1 dialect=gen-ai
         c inference in=5100 out=20 read=5000 id=msg_1 dialect=gen-ai remote`,
    'c:5100+20',
    'a:nested_call b:nested_call',
  ],
  [
    'LangSmith: a chain that returns the message repeats its usage',
    `w workflow in=10 out=2
       a inference in=10 out=2`,
    'a:10+2',
    'w:wrapper_over_children',
  ],
  [
    'OpenLIT over LangGraph: the graph repeats the last message only',
    `w workflow in=20 out=4
       a inference in=10 out=2
       b inference in=20 out=4`,
    'a:10+2 b:20+4',
    'w:wrapper_over_children',
  ],
  [
    'OpenAI Agents: task over turn over response, each with the sum',
    `w workflow in=30 out=6
       u workflow in=10 out=2
         a inference in=10 out=2 id=x
       v workflow in=20 out=4
         b inference in=20 out=4 id=y`,
    'a:10+2 b:20+4',
    'w:wrapper_over_children u:wrapper_over_children v:wrapper_over_children',
  ],
  [
    'CrewAI: the agent’s counter runs on from task to task',
    `w workflow
       g agent in=10 out=2 agentName=writer
         a inference in=10 out=2 id=x
       h agent in=30 out=6 agentName=writer
         b inference in=20 out=4 id=y`,
    'a:10+2 b:20+4',
    'g:wrapper_over_children h:wrapper_over_children',
  ],
  [
    'OpenLIT CrewAI: crew over task, without any call: the innermost stands for them',
    `c workflow in=30 out=6
       d workflow in=30 out=6`,
    'd:30+6',
    'c:wrapper_over_children',
  ],
  [
    'AI SDK: usage of an embedding on the inner of two spans',
    `r workflow
       a embedding model=e
         b embedding model=e in=8`,
    'embedding:b:8+0',
    'a:nested_call',
  ],
  [
    'an embedding in a model call: two calls of two kinds',
    `a inference in=10 out=2
       b embedding in=8`,
    'a:10+2 embedding:b:8+0',
    'nothing',
  ],
  [
    'a retry after a call that failed is a call too',
    `r agent
       a inference error
       b inference in=10 out=2 id=x`,
    'a:? b:10+2',
    'nothing',
  ],
  [
    'a call and its failed attempts below it: attempts without usage are layers of it',
    `a inference in=10 out=2 id=x
       h edge error
       b inference id=x`,
    'a:10+2',
    'b:nested_call',
  ],
  [
    'zeros around a call of which nothing is known: the zeros are the report',
    `a inference in=0
       b inference`,
    'a:0+0',
    'b:nested_call',
  ],
  [
    'zeros on both layers',
    `a inference in=0 id=x
       b inference in=0 id=x`,
    'b:0+0',
    'a:nested_call',
  ],
];

const ACROSS: readonly Shape[] = [
  [
    'an agent in another service: its calls are its own, its caller’s sum repeats them',
    `r agent in=40
       a inference in=10 id=x
       t tool tool=delegate
         g agent remote
           b inference in=30 id=y`,
    'a:10+0 b:30+0 tool:t',
    'r:wrapper_over_children',
  ],
  [
    'MCP sampling: the call that a server asks its client for adds to the call that asked for the tool',
    `a inference in=10 id=x
       t tool tool=summarise
         u tool tool=summarise remote
           b inference in=30 id=y remote`,
    'a:10+0 b:30+0 tool:t',
    'u:nested_tool',
  ],
  [
    'a tool that reports tokens over the call that spent them',
    `t tool tool=research in=30
       b inference in=30 id=y`,
    'b:30+0 tool:t',
    't:wrapper_over_children',
  ],
  [
    'a tool that reports tokens and shows no call: it stands for them, and is an action',
    't tool tool=research in=30',
    't:30+0 tool:t',
    'nothing',
  ],
];

const ACTIONS: readonly Shape[] = [
  [
    'one action four times: execute_tool, MCP client, MCP server, and how the server ran it',
    `t tool tool=search call=c1
       u tool tool=search
         v tool tool=search remote
           w tool tool=run_search call=c1`,
    'tool:t',
    'u:nested_tool v:nested_tool w:nested_tool',
  ],
  [
    'an MCP client below an edge below the tool',
    `t tool tool=search
       e edge
         u tool tool=search`,
    'tool:t',
    'u:nested_tool',
  ],
  [
    'two executions of one tool, each seen by two layers',
    `r agent
       t tool tool=search
         u tool tool=search
       v tool tool=search
         w tool tool=search`,
    'tool:t tool:v',
    'u:nested_tool w:nested_tool',
  ],
  [
    'two executions of one tool, of which the first has only edges below it',
    `r agent
       t tool tool=search
         e edge
       v tool tool=search
         w tool tool=search`,
    'tool:t tool:v',
    'w:nested_tool',
  ],
  [
    'a call id that comes again in another branch, each with a layer below it',
    `r agent
       t tool tool=a call=1
         u tool tool=b call=1
       v tool tool=c call=1
         w tool tool=d call=1`,
    'tool:t tool:v',
    'u:nested_tool w:nested_tool',
  ],
  [
    'a tool that uses another one: two actions',
    `t tool tool=research
       u tool tool=search`,
    'tool:t tool:u',
    'nothing',
  ],
];

const QUERIES: readonly Shape[] = [
  [
    'retriever over retriever over a database over HTTP',
    `r retrieval
       s retrieval
         v vector tool=qdrant
           h edge`,
    'vector:v',
    'r:retrieval_over_vector s:retrieval_over_vector',
  ],
  [
    'a framework’s database span over the client’s',
    `v vector tool=chroma
       e edge
         w vector tool=chroma`,
    'vector:w',
    'v:outer_vector',
  ],
  [
    'a tool that searches: an action and a query',
    `t tool tool=search_docs
       r retrieval
         v vector tool=qdrant`,
    'tool:t vector:v',
    'r:retrieval_over_vector',
  ],
  [
    'two searches of one retriever: hybrid search',
    `r retrieval
       v vector tool=qdrant
       w vector tool=elasticsearch`,
    'vector:v vector:w',
    'r:retrieval_over_vector',
  ],
];

describe.each([
  ['model calls', CALLS],
  ['across services', ACROSS],
  ['actions', ACTIONS],
  ['vector queries', QUERIES],
])('%s', (_, shapes) => {
  test.each(shapes)('%s', (_name, drawing, uses, suppressed) => {
    const facts = draw(drawing);
    const whole = untangle(facts);
    expect(told(whole)).toBe(uses);
    expect(suppressedIn(whole)).toBe(suppressed);
    expect(told(untangle(facts.toReversed()))).toBe(uses);
    // Told again on top of what is known, as a resent batch is.
    expect(told(untangle([...facts, ...facts.slice(1), facts[0]!]))).toBe(uses);
  });
});
