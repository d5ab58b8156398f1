/**
 * An agent of Google's ADK with two turns in one session: a tool, then an answer. ADK's own spans are all there is.
 */
import { FunctionTool, Gemini, InMemoryRunner, LlmAgent, StreamingMode } from '@google/adk';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { z } from 'zod';

const { MOCK_URL, INTEROP_SESSION, INTEROP_CASE } = process.env;
process.env.GOOGLE_GEMINI_BASE_URL = `${MOCK_URL}/gemini`;
if (INTEROP_CASE === 'no-content') process.env.ADK_CAPTURE_MESSAGE_CONTENT_IN_SPANS = 'false';

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();

async function weather({ city }) {
  await fetch(`${MOCK_URL}/truth/tool`, {
    method: 'POST',
    body: JSON.stringify({ name: 'get_weather', ok: true }),
  });
  return { city, degrees: 21 };
}

const agent = new LlmAgent({
  name: 'weather_clerk',
  model: new Gemini({ model: 'gemini-2.5-pro', apiKey: 'mock' }),
  instruction: 'You tell the weather.',
  tools: [
    new FunctionTool({
      name: 'get_weather',
      description: 'The weather of a city.',
      parameters: z.object({ city: z.string() }),
      execute: weather,
    }),
  ],
});

const runner = new InMemoryRunner({ agent, appName: 'interop' });
const session = await runner.sessionService.createSession({
  appName: 'interop',
  userId: 'user',
  sessionId: INTEROP_SESSION,
});
const runConfig = INTEROP_CASE === 'stream' ? { streamingMode: StreamingMode.SSE } : undefined;
const newMessage = { role: 'user', parts: [{ text: 'How warm is it in Oslo?' }] };
for await (const _ of runner.runAsync({ userId: 'user', sessionId: session.id, newMessage, runConfig }));

await provider.forceFlush();
await provider.shutdown();
