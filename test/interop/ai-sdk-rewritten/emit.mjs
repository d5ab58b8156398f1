/** The AI SDK's spans as they leave through the span processors or exporters of others, as INTEROP_CASE says. */
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { OpenInferenceBatchSpanProcessor } from '@arizeai/openinference-vercel';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { propagateAttributes } from '@langfuse/tracing';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { embed, generateText, stepCountIs, streamText, tool } from 'ai';
import { LangSmithOTLPTraceExporter } from 'langsmith/experimental/otel/exporter';
import { z } from 'zod';

const { MOCK_URL, OTEL_SERVICE_NAME, INTEROP_SESSION, INTEROP_CASE } = process.env;
process.env.LANGSMITH_TRACING = 'true';

const PROCESSORS = {
  openinference: () => new OpenInferenceBatchSpanProcessor({ exporter: new OTLPTraceExporter() }),
  langsmith: () => new BatchSpanProcessor(new LangSmithOTLPTraceExporter({ headers: {} })),
  langfuse: () =>
    new LangfuseSpanProcessor({ publicKey: 'none', secretKey: 'none', exporter: new OTLPTraceExporter() }),
};
const telemetry = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': OTEL_SERVICE_NAME }),
  spanProcessors: [PROCESSORS[INTEROP_CASE]()],
});
telemetry.register();

const openai = createOpenAI({ baseURL: `${MOCK_URL}/openai/v1` });
const anthropic = createAnthropic({ baseURL: `${MOCK_URL}/anthropic/v1` });
const weather = tool({
  description: 'The weather of a city',
  inputSchema: z.object({ city: z.string() }),
  async execute() {
    const body = JSON.stringify({ name: 'weather', ok: true });
    await fetch(`${MOCK_URL}/truth/tool`, { method: 'POST', body });
    return { sky: 'clear' };
  },
});
const told = {
  maxRetries: 0,
  experimental_telemetry: {
    isEnabled: true,
    functionId: 'weather-agent',
    metadata: { sessionId: INTEROP_SESSION },
  },
};
const prompt = 'What is the weather in Oslo?';
const loop = { prompt, tools: { weather }, stopWhen: stepCountIs(5), ...told };

async function talk() {
  for (const model of [openai('gpt-5-mini'), openai.chat('gpt-5-mini'), anthropic('claude-sonnet-4-5')]) {
    await generateText({ model, prompt: '[[plain]]', ...told });
    await generateText({ model, ...loop });
    await streamText({ model, ...loop }).consumeStream();
  }
  await embed({ model: openai.embedding('text-embedding-3-small'), value: 'one', ...told });
}
await propagateAttributes({ sessionId: INTEROP_SESSION }, talk);
await telemetry.shutdown();
