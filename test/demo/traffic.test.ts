import { beforeAll, describe, expect, test } from '@jest/globals';
import { SpanStatusCode } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan, type SpanExporter } from '@opentelemetry/sdk-trace-base';
import { demoTraffic } from '../../src/demo/traffic.ts';

const nowMs = Date.UTC(2026, 10, 23, 12);

/** Keeps its spans after it was shut down, unlike the SDK's own. */
class Sink extends InMemorySpanExporter {
  readonly spans: ReadableSpan[] = [];
  override export(...[spans, done]: Parameters<SpanExporter['export']>): void {
    this.spans.push(...spans);
    super.export(spans, done);
  }
}

async function play(tasks: number, runId?: string) {
  const exporter = new Sink();
  const progress: number[] = [];
  const sent = await demoTraffic({
    exporter,
    tasks,
    nowMs,
    runId,
    onProgress: (done) => progress.push(done),
  });
  return { sent, progress, spans: exporter.spans };
}

const millis = ([seconds, nanos]: readonly [number, number]): number => seconds * 1000 + nanos / 1e6;
const isRoot = (span: ReadableSpan): boolean => span.parentSpanContext === undefined;

describe('forty tasks of each agent', () => {
  let played: Awaited<ReturnType<typeof play>>;
  beforeAll(async () => {
    played = await play(40);
  });
  const roots = (type: string) =>
    played.spans.filter((span) => isRoot(span) && span.attributes['agent.type'] === type);

  test('none is lost', () => {
    // A frugal task is 1 root, 2 calls, 3 tools and 1 query; a thorough one 1, 4, 5 and 3.
    expect(played.sent).toEqual({ tasks: 80, spans: 40 * (7 + 13), lost: 0, why: undefined });
    expect(played.spans).toHaveLength(800);
    expect(played.progress).toEqual([80]);
  });

  test.each([
    ['frugal-agent', 20],
    ['thorough-agent', 2],
  ])('%s fails %i times, and says so by attribute, by status and by its last tool', (type, failures) => {
    const failed = roots(type).filter((root) => root.attributes['agent.task.outcome'] === 'failed');
    expect([roots(type).length, failed.length]).toEqual([40, failures]);
    expect(failed.every((root) => root.status.code === SpanStatusCode.ERROR)).toBe(true);
    const traces = new Set(failed.map((root) => root.spanContext().traceId));
    const tools = played.spans.filter((span) => traces.has(span.spanContext().traceId) && !isRoot(span));
    const broken = tools.filter((span) => span.status.code === SpanStatusCode.ERROR);
    expect(broken.map((span) => span.name)).toEqual(Array(failures).fill('execute_tool resolve_ticket'));
  });

  test('each task is a trace and a session of its own', () => {
    const ids = played.spans.filter(isRoot).map((root) => root.attributes['agent.session.id']);
    expect(new Set(ids).size).toBe(80);
    expect(new Set(played.spans.map((span) => span.spanContext().traceId)).size).toBe(80);
    expect(ids).toContain(`frugal-agent-${nowMs.toString(36)}-0`);
  });

  test('all tasks end within the last hour, the newest now, and children within their root', () => {
    const ends = played.spans.filter(isRoot).map((root) => millis(root.endTime));
    expect(Math.max(...ends)).toBe(nowMs);
    expect(Math.min(...ends)).toBeGreaterThan(nowMs - 3_600_000);
    const byTrace = new Map(played.spans.filter(isRoot).map((root) => [root.spanContext().traceId, root]));
    for (const span of played.spans) {
      const root = byTrace.get(span.spanContext().traceId)!;
      expect(millis(span.startTime)).toBeGreaterThanOrEqual(millis(root.startTime));
      expect(millis(span.endTime)).toBeLessThanOrEqual(millis(root.endTime));
      expect(millis(span.endTime)).toBeGreaterThanOrEqual(millis(span.startTime));
    }
  });

  test('only the root knows the session, and it repeats the tokens of its calls', () => {
    expect(played.spans.filter((span) => !isRoot(span) && 'agent.session.id' in span.attributes)).toEqual([]);
    expect(roots('frugal-agent')[0]?.attributes).toMatchObject({
      'agent.task.type': 'tier1-ticket',
      'gen_ai.usage.input_tokens': 200_000,
      'gen_ai.usage.output_tokens': 17_600,
    });
  });

  test('the query is inside a tool, and every call has a response id of its own', () => {
    const byId = new Map(played.spans.map((span) => [span.spanContext().spanId, span]));
    const queries = played.spans.filter((span) => span.name === 'pinecone.query');
    const parents = queries.map((span) => byId.get(span.parentSpanContext!.spanId)?.name);
    expect(parents).toEqual(Array(40 * 4).fill('execute_tool search_kb'));
    const responses = played.spans.flatMap((span) => span.attributes['gen_ai.response.id'] ?? []);
    expect(new Set(responses).size).toBe(40 * 6);
  });
});

test('a run may be named, and a long one tells how far it got', async () => {
  const { progress, spans } = await play(250, 'r1');
  expect(progress).toEqual([200, 400, 500]);
  expect(spans.filter(isRoot)[0]?.attributes['agent.session.id']).toMatch(/^(frugal|thorough)-agent-r1-\d+$/);
});

test('what the exporter does not deliver is told', async () => {
  const refusing: SpanExporter = {
    export: (_spans, done) => done({ code: 1, error: new Error('no room') }),
    shutdown: async () => undefined,
  };
  const sent = await demoTraffic({ exporter: refusing, tasks: 200, nowMs });
  expect(sent).toEqual({ tasks: 400, spans: 4000, lost: 4000, why: 'no room' });
});
