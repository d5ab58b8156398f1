/**
 * The OpenAI Agents SDK under OpenInference. `chat`: chat completions; `responses`: the Responses API; `stream`: the same, streamed;
 * `handoff`: one agent hands the task over to another, which has the tool.
 */

import { OpenAIAgentsInstrumentation } from '@arizeai/openinference-instrumentation-openai-agents';
import * as agents from '@openai/agents';
import { context, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import OpenAI from 'openai';
import { z } from 'zod';

const { MOCK_URL, INTEROP_SESSION, INTEROP_CASE } = process.env;

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();
const instrumentation = new OpenAIAgentsInstrumentation({ tracerProvider: provider });
instrumentation.manuallyInstrument(agents);

const client = new OpenAI({ apiKey: 'mock', baseURL: `${MOCK_URL}/openai/v1` });
agents.setDefaultOpenAIClient(client);
agents.setOpenAIAPI(INTEROP_CASE === 'chat' ? 'chat_completions' : 'responses');

const weather = agents.tool({
  name: 'get_weather',
  description: 'The weather of a city.',
  parameters: z.object({ city: z.string() }),
  async execute({ city }) {
    await fetch(`${MOCK_URL}/truth/tool`, {
      method: 'POST',
      body: JSON.stringify({ name: 'get_weather', ok: true }),
    });
    return `21 degrees in ${city}`;
  },
});
const clerk = new agents.Agent({
  name: 'weather_clerk',
  instructions: 'You tell the weather.',
  model: 'gpt-5-mini',
  tools: [weather],
});
const desk = new agents.Agent({
  name: 'front_desk',
  instructions: 'You find the right clerk.',
  model: 'gpt-5-mini',
  handoffs: [clerk],
});

/** OpenInference's spans name no session, so the program's own root does. */
const root = trace
  .getTracer('interop')
  .startSpan('answer', { attributes: { 'session.id': INTEROP_SESSION } });
await context.with(trace.setSpan(context.active(), root), async () => {
  const agent = INTEROP_CASE === 'handoff' ? desk : clerk;
  if (INTEROP_CASE === 'stream') {
    const run = await agents.run(agent, 'How warm is it in Oslo?', { stream: true });
    for await (const _ of run);
    await run.completed;
  } else await agents.run(agent, 'How warm is it in Oslo?');
});
root.end();
await provider.forceFlush();
await provider.shutdown();
