/** Langfuse's SDK: a wrapped OpenAI client, generations and tools of the program's own, or LangChain, as INTEROP_CASE says. */

import { ChatAnthropic } from '@langchain/anthropic';
import { tool } from '@langchain/core/tools';
import { ChatOpenAI } from '@langchain/openai';
import { CallbackHandler } from '@langfuse/langchain';
import { observeOpenAI } from '@langfuse/openai';
import { LangfuseSpanProcessor } from '@langfuse/otel';
import { propagateAttributes, startActiveObservation, startObservation } from '@langfuse/tracing';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import OpenAI from 'openai';

const { MOCK_URL, OTEL_SERVICE_NAME, INTEROP_SESSION, INTEROP_CASE } = process.env;
const exporter = new OTLPTraceExporter();
const telemetry = new NodeTracerProvider({
  resource: resourceFromAttributes({ 'service.name': OTEL_SERVICE_NAME }),
  spanProcessors: [new LangfuseSpanProcessor({ publicKey: 'none', secretKey: 'none', exporter })],
});
telemetry.register();

const ask = (content) => [{ role: 'user', content }];
const model = 'gpt-5-mini';
const openai = { apiKey: 'none', baseURL: `${MOCK_URL}/openai/v1` };

async function read(stream) {
  for await (const _ of stream);
}
async function ran(name, ok) {
  await fetch(`${MOCK_URL}/truth/tool`, { method: 'POST', body: JSON.stringify({ name, ok }) });
  if (!ok) throw new Error('no weather today');
  return 'clear';
}
const runTool = (name, ok) =>
  startActiveObservation(name, () => ran(name, ok), { asType: 'tool' }).catch(() => {});

/** A provider that Langfuse has no wrapper for: the program reports the usage itself, as the documentation says. */
async function ownGeneration() {
  const generation = startObservation('claude', { model: 'claude-sonnet-4-5' }, { asType: 'generation' });
  const response = await fetch(`${MOCK_URL}/anthropic/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'claude-sonnet-4-5', max_tokens: 1000, messages: ask('Hi') }),
  });
  const { model: answered, usage } = await response.json();
  const usageDetails = {
    input: usage.input_tokens,
    cache_read_input_tokens: usage.cache_read_input_tokens,
    cache_creation_input_tokens: usage.cache_creation_input_tokens,
    output: usage.output_tokens,
  };
  generation
    .update({ model: answered, usageDetails, costDetails: { input: 0.002, output: 0.006, total: 0.008 } })
    .end();
}

async function wrapped() {
  const client = observeOpenAI(new OpenAI(openai));
  await client.chat.completions.create({ model, messages: ask('Hi') });
  await client.chat.completions.create({ model, messages: ask('[[plain]]') });
  await client.responses.create({ model, input: 'Hi' });
  const stream = true;
  await read(
    await client.chat.completions.create({
      model,
      messages: ask('Hi'),
      stream,
      stream_options: { include_usage: true },
    }),
  );
  await read(await client.responses.create({ model, input: 'Hi', stream }));
  await client.chat.completions.create({ model, messages: ask('[[refuse 400]]') }).catch(() => {});
  await client.embeddings.create({ model: 'text-embedding-3-small', input: 'one' });
  await ownGeneration();
  await runTool('weather', true);
  await runTool('broken', false);
}

async function langchain() {
  const told = { callbacks: [new CallbackHandler()] };
  const chat = new ChatOpenAI({ model, apiKey: 'none', configuration: openai });
  const claude = new ChatAnthropic({
    model: 'claude-sonnet-4-5',
    apiKey: 'none',
    anthropicApiUrl: `${MOCK_URL}/anthropic`,
  });
  const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  const weather = tool(() => ran('weather', true), { name: 'weather', schema });
  await chat.invoke(ask('Hi'), told);
  await read(await chat.stream(ask('Hi'), told));
  await claude.invoke(ask('Hi'), told);
  await weather.invoke({ city: 'Oslo' }, told);
}

await propagateAttributes({ sessionId: INTEROP_SESSION, userId: 'someone' }, () =>
  startActiveObservation('weather-agent', () => ({ wrapped, langchain })[INTEROP_CASE](), {
    asType: 'agent',
  }),
);
await telemetry.shutdown();
