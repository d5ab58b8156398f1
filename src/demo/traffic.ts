import type { Tracer } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import { DEMO_AGENTS, type DemoAgent, fails } from './agents.ts';
import { recordTask } from './task-trace.ts';

export interface DemoTraffic {
  /** Any exporter of the OpenTelemetry SDK. It is shut down at the end. */
  readonly exporter: SpanExporter;
  /** Tasks of each agent. */
  readonly tasks: number;
  /** Milliseconds since 1970 at which the newest task ends. */
  readonly nowMs: number;
  /** Set apart the sessions of one run of the demo from those of another; derived from `nowMs` unless told. */
  readonly runId?: string | undefined;
  /** After each batch: tasks recorded so far, of all agents. */
  readonly onProgress?: ((tasks: number) => void) | undefined;
}

export interface DemoSent {
  readonly tasks: number;
  readonly spans: number;
  /** Spans that the exporter could not deliver, and the first reason. */
  readonly lost: number;
  readonly why: string | undefined;
}

/** The tasks end spread over this time before now, so that all of them are in the window of an hour. */
const SPREAD_MS = 50 * 60_000;
const TASKS_PER_FLUSH = 100;
const QUEUE_SPANS_MAX = 8192;

/** Plays the tasks of both agents through the SDK. Nothing is random but the ids of traces and spans. */
export async function demoTraffic(traffic: DemoTraffic): Promise<DemoSent> {
  const { exporter, sent } = watched(traffic.exporter);
  const processor = new BatchSpanProcessor(exporter, {
    maxQueueSize: QUEUE_SPANS_MAX,
    maxExportBatchSize: 512,
  });
  const players = DEMO_AGENTS.map((agent) => ({ agent, tracer: tracerOf(agent, processor) }));
  const runId = traffic.runId ?? traffic.nowMs.toString(36);
  for (let run = 0; run < traffic.tasks; run += 1) {
    const endMs = Math.round(traffic.nowMs - SPREAD_MS * (1 - (run + 1) / traffic.tasks));
    for (const { agent, tracer } of players)
      recordTask(tracer, agent, {
        session: `${agent.type}-${runId}-${run}`,
        failed: fails(agent, run),
        endMs,
      });
    if ((run + 1) % TASKS_PER_FLUSH !== 0) continue;
    // The queue drops what it has no room for, so it is emptied before it can fill. Failures are counted above.
    await processor.forceFlush().catch(() => undefined);
    traffic.onProgress?.((run + 1) * players.length);
  }
  await processor.shutdown().catch(() => undefined);
  traffic.onProgress?.(traffic.tasks * players.length);
  return { tasks: traffic.tasks * players.length, ...sent() };
}

/** A program of its own for each agent. The sampler is set, lest the environment turns the demo off. */
function tracerOf(agent: DemoAgent, processor: BatchSpanProcessor): Tracer {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': `helpdesk-${agent.type}` }),
    sampler: new AlwaysOnSampler(),
    spanProcessors: [processor],
  });
  return provider.getTracer('solvent-demo');
}

/** The processor hides failures of its own timer, so they are counted at the exporter. */
function watched(exporter: SpanExporter) {
  let [spans, lost, why]: [number, number, string | undefined] = [0, 0, undefined];
  const counting: SpanExporter = {
    export(batch, done) {
      exporter.export(batch, (result) => {
        spans += batch.length;
        if (result.code !== 0) {
          lost += batch.length;
          why ??= result.error?.message ?? 'no reason given';
        }
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
  return { exporter: counting, sent: () => ({ spans, lost, why }) };
}
