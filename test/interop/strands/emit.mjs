/**
 * A Strands agent that is asked twice in one session: a tool and an answer, then an answer. Its own counters run on from
 * question to question. The case says who serves its
 * model.
 */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { Agent, tool } from '@strands-agents/sdk';
import { z } from 'zod';

const { MOCK_URL, INTEROP_SESSION, INTEROP_CASE } = process.env;

const provider = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': process.env.OTEL_SERVICE_NAME }),
  spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
});
provider.register();

async function modelOf(name) {
  if (name === 'anthropic') {
    const { AnthropicModel } = await import('@strands-agents/sdk/models/anthropic');
    return new AnthropicModel({
      modelId: 'claude-sonnet-4-5',
      apiKey: 'mock',
      clientConfig: { baseURL: `${MOCK_URL}/anthropic` },
    });
  }
  if (name === 'google') {
    const { GoogleModel } = await import('@strands-agents/sdk/models/google');
    return new GoogleModel({
      modelId: 'gemini-2.5-pro',
      apiKey: 'mock',
      clientConfig: { httpOptions: { baseUrl: `${MOCK_URL}/gemini` } },
    });
  }
  const { OpenAIModel } = await import('@strands-agents/sdk/models/openai');
  return new OpenAIModel({
    modelId: 'gpt-5-mini',
    api: 'chat',
    apiKey: 'mock',
    clientConfig: { baseURL: `${MOCK_URL}/openai/v1` },
  });
}

const weather = tool({
  name: 'get_weather',
  description: 'The weather of a city.',
  inputSchema: z.object({ city: z.string() }),
  async callback({ city }) {
    await fetch(`${MOCK_URL}/truth/tool`, {
      method: 'POST',
      body: JSON.stringify({ name: 'get_weather', ok: true }),
    });
    return `21 degrees in ${city}`;
  },
});

const agent = new Agent({
  name: 'weather_clerk',
  model: await modelOf(INTEROP_CASE),
  systemPrompt: 'You tell the weather.',
  tools: [weather],
  printer: false,
  traceAttributes: { 'session.id': INTEROP_SESSION },
});
await agent.invoke('How warm is it in Oslo?');
await agent.invoke('And tomorrow?');

await provider.forceFlush();
await provider.shutdown();
