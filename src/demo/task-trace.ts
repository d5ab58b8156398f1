import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { type ChatUsage, type DemoAgent, durationMs, type Step, TASK_TYPE } from './agents.ts';

export interface DemoTask {
  readonly session: string;
  readonly failed: boolean;
  /** Milliseconds since 1970. */
  readonly endMs: number;
}

/**
 * Records one task as its agent would: a root span that knows the session, and below it model calls and tools.
 * The root repeats the tokens of its calls, as most frameworks do: they must not be charged twice.
 */
export function recordTask(tracer: Tracer, agent: DemoAgent, task: DemoTask): void {
  let at = task.endMs - durationMs(agent);
  const root = tracer.startSpan(`invoke_agent ${agent.type}`, {
    startTime: at,
    attributes: rootAttributes(agent, task),
  });
  agent.steps.forEach((step, index) => {
    recordStep(tracer, root, { agent, task, step, index, at });
    at += step.ms;
  });
  root.setAttribute('agent.task.outcome', task.failed ? 'failed' : 'solved');
  if (task.failed) root.setStatus({ code: SpanStatusCode.ERROR, message: 'ticket not resolved' });
  root.end(at);
}

interface StepAt {
  readonly agent: DemoAgent;
  readonly task: DemoTask;
  readonly step: Step;
  readonly index: number;
  readonly at: number;
}

function recordStep(tracer: Tracer, root: Span, now: StepAt): void {
  const { step, at } = now;
  const end = at + step.ms;
  if (step.kind === 'chat') {
    child(tracer, root, `chat ${now.agent.model}`, chatAttributes(now, step.usage), at).end(end);
    return;
  }
  const tool = child(tracer, root, `execute_tool ${step.name}`, toolAttributes(now, step.name), at);
  if (step.reads !== undefined)
    child(tracer, tool, 'pinecone.query', vectorAttributes(step.reads), at + 20).end(end - 20);
  if (step.decides && now.task.failed)
    tool.setStatus({ code: SpanStatusCode.ERROR, message: 'ticket still open' });
  tool.end(end);
}

function child(tracer: Tracer, parent: Span, name: string, attributes: Attributes, startTime: number): Span {
  const kind = name.startsWith('execute_tool') ? SpanKind.INTERNAL : SpanKind.CLIENT;
  return tracer.startSpan(name, { startTime, attributes, kind }, trace.setSpan(ROOT_CONTEXT, parent));
}

function rootAttributes(agent: DemoAgent, { session }: DemoTask): Attributes {
  const chats = agent.steps.flatMap((step) => (step.kind === 'chat' ? [step.usage] : []));
  return {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': agent.type,
    'agent.session.id': session,
    'agent.type': agent.type,
    'agent.task.type': TASK_TYPE,
    'gen_ai.usage.input_tokens': chats.reduce((sum, { input }) => sum + input, 0),
    'gen_ai.usage.output_tokens': chats.reduce((sum, { output }) => sum + output, 0),
  };
}

function chatAttributes({ agent, task, index }: StepAt, usage: ChatUsage): Attributes {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'demo',
    'gen_ai.request.model': agent.model,
    'gen_ai.response.model': agent.model,
    'gen_ai.response.id': `${task.session}-${index}`,
    'gen_ai.usage.input_tokens': usage.input,
    'gen_ai.usage.cache_read.input_tokens': usage.cacheRead ?? 0,
    'gen_ai.usage.cache_creation.input_tokens': usage.cacheWrite ?? 0,
    'gen_ai.usage.output_tokens': usage.output,
    // Not in the conventions, but commonly sent: it proves that the input includes the cached tokens.
    'gen_ai.usage.total_tokens': usage.input + usage.output,
    'gen_ai.usage.reasoning.output_tokens': usage.reasoning,
  };
}

const toolAttributes = ({ task, index }: StepAt, name: string): Attributes => ({
  'gen_ai.operation.name': 'execute_tool',
  'gen_ai.tool.name': name,
  'gen_ai.tool.call.id': `${task.session}-${index}`,
});

const vectorAttributes = (reads: number): Attributes => ({
  'db.system.name': 'pinecone',
  'db.operation.name': 'query',
  'db.collection.name': 'tickets',
  'pinecone.usage.read_units': reads,
});
