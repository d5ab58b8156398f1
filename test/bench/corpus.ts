import { type AnyValue, encodeRequest, type KeyValue, type OtlpSpan } from '../decode/reference.ts';
import { type ChatUsage, genAiSpeech, type Speech, type Values, withPrompts } from './speech.ts';

/**
 * The bodies that all figures are measured with. A task is one trace of 17 spans: an agent at the root, six
 * chat calls and six tools below it, two vector queries, two plain HTTP calls. Same argument, same bytes.
 */
export const SPANS_PER_TASK = 17;
const SPANS_PER_REQUEST = 1000;
const CHATS = 6;
const PROMPT_BYTES = 8_000;
const FIRST_START_NS = 1_795_000_000_000_000_000n;
const MODELS = ['gpt-4o', 'gpt-4o-mini', 'claude-sonnet-4-5', 'gemini-2.5-pro'] as const;
const PROVIDERS = ['openai', 'openai', 'anthropic', 'gcp.gemini'] as const;
const TOOLS = ['search_orders', 'read_ticket', 'refund', 'send_mail', 'lookup_customer', 'close_ticket'];

/** About 370 bytes a span. */
export const leanCorpus = (tasks: number, firstTask = 0): Uint8Array[] =>
  corpus(tasks, { speech: genAiSpeech, firstTask });

/** The same spans, where each chat call carries a prompt of 8 kB that nobody reads. */
export const fatCorpus = (tasks: number): Uint8Array[] =>
  corpus(tasks, { speech: withPrompts(genAiSpeech, 'lorem ipsum '.repeat(PROMPT_BYTES / 12)) });

/** The lean corpus as emitters of another dialect say it. */
export const leanCorpusIn = (speech: Speech, tasks: number): Uint8Array[] => corpus(tasks, { speech });

export interface CorpusTruth {
  readonly tasks: number;
  readonly spans: number;
  readonly modelCalls: number;
  readonly toolCalls: number;
  readonly vectorQueries: number;
  readonly inputTokens: number;
  readonly cacheReadTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

/** What a reader of either corpus must find. */
export function corpusTruth(tasks: number): CorpusTruth {
  const calls = Array.from({ length: tasks * CHATS }, (_, i) => usageOf(Math.floor(i / CHATS), i % CHATS));
  const sum = (pick: (usage: ChatUsage) => number) => calls.reduce((total, usage) => total + pick(usage), 0);
  return {
    tasks,
    spans: tasks * SPANS_PER_TASK,
    modelCalls: calls.length,
    toolCalls: tasks * 6,
    vectorQueries: tasks * 2,
    inputTokens: sum((usage) => usage.input),
    cacheReadTokens: sum((usage) => usage.cacheRead),
    outputTokens: sum((usage) => usage.output),
    reasoningTokens: sum((usage) => usage.reasoning),
  };
}

function usageOf(task: number, chat: number): ChatUsage {
  const input = 800 + ((task * 37 + chat * 211) % 4000);
  const output = 60 + ((task * 13 + chat * 17) % 600);
  return { input, cacheRead: Math.floor(input / 2), output, reasoning: Math.floor(output / 3) };
}

interface Told {
  readonly speech: Speech;
  readonly firstTask?: number;
}

function corpus(tasks: number, { speech, firstTask = 0 }: Told): Uint8Array[] {
  const bodies: Uint8Array[] = [];
  let spans: OtlpSpan[] = [];
  for (let task = firstTask; task < firstTask + tasks; task++) {
    for (const span of spansOf(task, speech)) {
      spans.push(span);
      if (spans.length === SPANS_PER_REQUEST) {
        bodies.push(bodyOf(spans, speech.scope));
        spans = [];
      }
    }
  }
  if (spans.length > 0) bodies.push(bodyOf(spans, speech.scope));
  return bodies;
}

function bodyOf(spans: readonly OtlpSpan[], scope: Speech['scope']): Uint8Array {
  const resource = {
    attributes: attributes({
      'service.name': 'support-agents',
      'service.version': '4.2.0',
      'telemetry.sdk.name': 'opentelemetry',
      'telemetry.sdk.language': 'python',
      'deployment.environment.name': 'production',
    }),
  };
  return encodeRequest({ resourceSpans: [{ resource, scopeSpans: [{ scope, spans }] }] });
}

/** Children first, as exporters send them: a span is sent when it has ended. */
function* spansOf(task: number, speech: Speech): Generator<OtlpSpan> {
  const [model, provider] = [MODELS[task % 4]!, PROVIDERS[task % 4]!];
  const session = sessionOf(task);
  for (let chat = 0; chat < CHATS; chat++) {
    const responseId = `chatcmpl-${task.toString(36)}-${chat}`;
    const called = { model, provider, responseId, session, usage: usageOf(task, chat) };
    const used = { name: TOOLS[chat]!, callId: `call_${task.toString(36)}_${chat}`, session };
    yield spanOf(task, 1 + 2 * chat, `chat ${model}`, 3, speech.chat(called));
    yield spanOf(task, 2 + 2 * chat, `execute_tool ${used.name}`, 1, speech.tool(used));
  }
  yield spanOf(task, 13, 'pinecone.query', 3, vectorAttributes());
  yield spanOf(task, 14, 'pinecone.query', 3, vectorAttributes());
  yield spanOf(task, 15, 'GET', 3, httpAttributes(task));
  yield spanOf(task, 16, 'POST', 3, httpAttributes(task));
  yield spanOf(task, 0, 'invoke_agent support-tier1', 1, {
    ...speech.agent({ name: 'support-tier1', session }),
    'agent.type': `support-tier${1 + (task % 3)}`,
    'agent.task.type': 'tier1-ticket',
    'agent.prompt.version': 'v12',
    'enduser.pseudo.id': `customer-${task % 977}`,
  });
}

const vectorAttributes = (): Values => ({
  'db.system.name': 'pinecone',
  'db.operation.name': 'query',
  'db.namespace': 'tickets',
  'db.collection.name': 'tickets-v3',
  'server.address': 'tickets-v3.svc.example.io',
  'server.port': 443,
  'db.response.returned_rows': 8,
});

const httpAttributes = (task: number): Values => ({
  'http.request.method': 'GET',
  'url.full': `https://desk.example.com/api/v2/tickets/${task}?fields=all`,
  'server.address': 'desk.example.com',
  'server.port': 443,
  'http.response.status_code': 200,
  'network.protocol.version': '1.1',
});

function attributes(values: Values): KeyValue[] {
  return Object.entries(values).map(([key, value]) => ({ key, value: anyValue(value) }));
}

const anyValue = (value: string | number): AnyValue =>
  typeof value === 'number' ? { intValue: value } : { stringValue: value };

function spanOf(task: number, index: number, name: string, kind: number, values: Values): OtlpSpan {
  const start = FIRST_START_NS + BigInt(task) * 40_000_000n + BigInt(index) * 1_000_000n;
  return {
    traceId: idOf(16, task, 0),
    spanId: idOf(8, task, index),
    ...(index === 0 ? {} : { parentSpanId: idOf(8, task, 0) }),
    name,
    kind,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + (index === 0 ? 30_000_000n : 900_000n)),
    attributes: attributes(values),
    status: {},
    flags: 0x101,
  };
}

const sessionOf = (task: number) => Buffer.from(idOf(16, task, 99)).toString('hex');

/** Ids that look random and are not: a multiplicative hash of what they stand for. */
function idOf(bytes: number, task: number, index: number): Uint8Array {
  const id = new Uint8Array(bytes);
  let state = (task * 128 + index + 1) >>> 0;
  for (let i = 0; i < bytes; i++) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    id[i] = (state >>> 16) & 0xff;
  }
  return id;
}
