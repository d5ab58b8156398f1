import type { TestSpan } from './send.ts';

/** Spans of an agent as the GenAI conventions write them, for walks through the whole service. */

/** A price file with round rates: a thousand tokens of `mini` cost $0.001 in, $0.01 out. */
export const WALK_PRICES = `
version: 1
table: {id: walk, currency: USD, as_of: 2026-11-01}
units:
  page_fetched: {per: 1, from_attr: crawler.pages, component: tooling}
prices:
  - id: acme/mini
    provider: acme
    match: {exact: [mini]}
    usd: {input: "1", cache_read: "0.1", output: "10"}
  - id: search
    kind: tool
    match: {exact: [search]}
    usd: {call: "0.05"}
  - id: crawl
    kind: tool
    match: {exact: [crawl]}
    usd: {page_fetched: "0.002"}
  - id: pinecone
    kind: vector
    match: {exact: [pinecone]}
    usd: {pinecone_read_unit: {per: 1M, price: "16"}}
`;

type Attributes = NonNullable<TestSpan['attributes']>;
type Place = Pick<TestSpan, 'trace' | 'span' | 'parent' | 'start' | 'end' | 'error' | 'events'>;

/** The span of the agent itself, with whatever it says of its task. */
export const agentSpan = (place: Place, attributes: Attributes = {}): TestSpan => ({
  end: 60,
  ...place,
  name: 'invoke_agent',
  attributes: { 'gen_ai.operation.name': 'invoke_agent', ...attributes },
});

/** A call of acme's `mini`: `input` and `output` tokens. */
export const chatSpan = (
  place: Place,
  { input = 1000, output = 100 }: { readonly input?: number; readonly output?: number } = {},
  attributes: Attributes = {},
): TestSpan => ({
  ...place,
  name: 'chat mini',
  attributes: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'acme',
    'gen_ai.request.model': 'mini',
    'gen_ai.usage.input_tokens': input,
    'gen_ai.usage.output_tokens': output,
    ...attributes,
  },
});

export const toolSpan = (place: Place, tool: string, attributes: Attributes = {}): TestSpan => ({
  ...place,
  name: `execute_tool ${tool}`,
  attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': tool, ...attributes },
});

/** A trace of one agent and one call of 1000 and 100 tokens: $0.002. */
export const smallTask = (
  trace: string,
  attributes: Attributes = {},
  root: Partial<Place> = {},
): TestSpan[] => [
  agentSpan({ trace, span: 'a', ...root }, attributes),
  chatSpan({ trace, span: 'b', parent: 'a', ...(root.start !== undefined && { start: root.start }) }),
];
