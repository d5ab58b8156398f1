/**
 * The Claude Agent SDK under OpenInference, asked twice in one session: a tool and an answer, then an answer. The SDK runs
 * Claude Code in a process of its own, whose own traces are on in the case `stacked`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as SDK from '@anthropic-ai/claude-agent-sdk';
import { ClaudeAgentSDKInstrumentation } from '@arizeai/openinference-instrumentation-claude-agent-sdk';
import { context, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { z } from 'zod';

const { MOCK_URL, INTEROP_SESSION, INTEROP_CASE, OTEL_EXPORTER_OTLP_ENDPOINT, PATH } = process.env;
const home = mkdtempSync(join(tmpdir(), 'interop-agent-sdk-'));

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
const sdk = { ...SDK };
new ClaudeAgentSDKInstrumentation({ tracerProvider: provider }).manuallyInstrument(sdk);

const weather = sdk.tool('get_weather', 'The weather of a city.', { city: z.string() }, async ({ city }) => {
  await fetch(`${MOCK_URL}/truth/tool`, {
    method: 'POST',
    body: JSON.stringify({ name: 'mcp__weather__get_weather', ok: true }),
  });
  return { content: [{ type: 'text', text: `21 degrees in ${city}` }] };
});
const ownTraces = {
  CLAUDE_CODE_ENABLE_TELEMETRY: '1',
  CLAUDE_CODE_ENHANCED_TELEMETRY_BETA: '1',
  OTEL_TRACES_EXPORTER: 'otlp',
  OTEL_METRICS_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  OTEL_EXPORTER_OTLP_ENDPOINT,
};
const options = {
  cwd: home,
  model: 'claude-sonnet-4-5',
  tools: [],
  mcpServers: { weather: sdk.createSdkMcpServer({ name: 'weather', version: '1.0.0', tools: [weather] }) },
  allowedTools: ['mcp__weather__get_weather'],
  settingSources: [],
  env: {
    PATH,
    HOME: home,
    ANTHROPIC_BASE_URL: `${MOCK_URL}/anthropic`,
    ANTHROPIC_API_KEY: 'mock',
    // Nothing leaves the machine: what is not switched off finds no proxy.
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_AUTOUPDATER: '1',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1,localhost',
    ...(INTEROP_CASE === 'stacked' && ownTraces),
  },
};

/** The SDK makes up a session id of its own, so the program's root names ours. */
const root = trace
  .getTracer('interop')
  .startSpan('answer', { attributes: { 'agent.session.id': INTEROP_SESSION } });
await context.with(trace.setSpan(context.active(), root), async () => {
  let resume;
  for (const prompt of ['How warm is it in Oslo?', 'And tomorrow?']) {
    for await (const message of sdk.query({ prompt, options: { ...options, resume } })) {
      resume = message.session_id ?? resume;
    }
  }
});
root.end();
await provider.forceFlush();
await provider.shutdown();
rmSync(home, { recursive: true, force: true });
