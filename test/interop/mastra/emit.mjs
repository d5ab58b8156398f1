/** Mastra's own observability: an agent with a tool, called and streamed, one whose tool fails, and calls without tools. */
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { Agent } from '@mastra/core/agent';
import { Mastra } from '@mastra/core/mastra';
import { createTool } from '@mastra/core/tools';
import { Observability } from '@mastra/observability';
import { OtelExporter } from '@mastra/otel-exporter';
import { z } from 'zod';

const { MOCK_URL, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME, INTEROP_SESSION } = process.env;
const exporter = new OtelExporter({
  provider: { custom: { endpoint: `${OTEL_EXPORTER_OTLP_ENDPOINT}/v1/traces`, protocol: 'http/json' } },
  signals: { logs: false },
});
const observability = new Observability({
  configs: { otel: { serviceName: OTEL_SERVICE_NAME, exporters: [exporter] } },
});

const toolNamed = (id, ok) =>
  createTool({
    id,
    description: 'The weather of a city',
    inputSchema: z.object({ city: z.string() }),
    async execute() {
      await fetch(`${MOCK_URL}/truth/tool`, { method: 'POST', body: JSON.stringify({ name: id, ok }) });
      if (!ok) throw new Error('no weather today');
      return { sky: 'clear' };
    },
  });
const openai = createOpenAI({ baseURL: `${MOCK_URL}/openai/v1` });
const anthropic = createAnthropic({ baseURL: `${MOCK_URL}/anthropic/v1` });
const models = [openai('gpt-5-mini'), openai.chat('gpt-5-mini'), anthropic('claude-sonnet-4-5')];
const agentWith = (model, tools) =>
  new Agent({
    id: 'weather-agent',
    name: 'weather-agent',
    instructions: 'Answer.',
    model,
    tools,
    maxRetries: 0,
  });
const agents = Object.fromEntries(
  models.flatMap((model, at) => [
    [`works${at}`, agentWith(model, { weather: toolNamed('weather', true) })],
    [`breaks${at}`, agentWith(model, { broken: toolNamed('broken', false) })],
    [`talks${at}`, agentWith(model, {})],
  ]),
);
const mastra = new Mastra({ agents, observability });
const prompt = 'What is the weather in Oslo?';
const told = { memory: { thread: INTEROP_SESSION, resource: 'someone' } };

for (const at of models.keys()) {
  await mastra.getAgent(`talks${at}`).generate('[[plain]]', told);
  await mastra.getAgent(`breaks${at}`).generate(prompt, told);
  await mastra.getAgent(`works${at}`).generate(prompt, told);
  await (await mastra.getAgent(`works${at}`).stream(prompt, told)).consumeStream();
  await mastra
    .getAgent(`talks${at}`)
    .generate('[[refuse 400]]', told)
    .catch(() => {});
  await mastra.getAgent(`talks${at}`).generate(prompt, told);
}
await observability.shutdown();
