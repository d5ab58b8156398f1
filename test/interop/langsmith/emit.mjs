/** LangSmith's tracing, sent as OpenTelemetry: wrapped clients, a prompt and tools below a traced function. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import Anthropic from '@anthropic-ai/sdk';
import { Client } from 'langsmith';
import { initializeOTEL } from 'langsmith/experimental/otel/setup';
import { traceable } from 'langsmith/traceable';
import { wrapAnthropic } from 'langsmith/wrappers/anthropic';
import { wrapOpenAI } from 'langsmith/wrappers/openai';
import OpenAI from 'openai';
import { startTelemetry } from './telemetry.mjs';

const { MOCK_URL, INTEROP_SESSION, INTEROP_CASE } = process.env;
/** In this mode nothing is sent to LangSmith's server, but it is asked what it can do. */
const server = createServer((_request, response) => response.end('{}')).listen(0, '127.0.0.1');
await once(server, 'listening');
server.unref();
Object.assign(process.env, {
  LANGSMITH_TRACING: 'true',
  LANGSMITH_TRACING_MODE: 'otel',
  LANGSMITH_API_KEY: 'none',
  LANGSMITH_ENDPOINT: `http://127.0.0.1:${server.address().port}`,
});
const telemetry = startTelemetry();
initializeOTEL({ globalTracerProvider: telemetry, skipGlobalContextManagerSetup: true });
const client = new Client();
const told = { client, metadata: { thread_id: INTEROP_SESSION } };
const named = (name, kind, run) => traceable(run, { ...told, name, run_type: kind });

const openai = wrapOpenAI(new OpenAI({ baseURL: `${MOCK_URL}/openai/v1` }), told);
const anthropic = wrapAnthropic(
  // Where there is a tracer provider, this client makes spans of its own.
  new Anthropic({ baseURL: `${MOCK_URL}/anthropic`, openTelemetry: INTEROP_CASE === 'beside-native' }),
  told,
);
const ask = (content) => ({ model: 'gpt-5-mini', messages: [{ role: 'user', content }] });
const askClaude = { ...ask('Hi'), model: 'claude-sonnet-4-5', max_tokens: 1000 };

async function read(stream) {
  for await (const _ of stream);
}
async function ran(name, ok) {
  await fetch(`${MOCK_URL}/truth/tool`, { method: 'POST', body: JSON.stringify({ name, ok }) });
  if (!ok) throw new Error('no weather today');
}
const weather = named('weather', 'tool', () => ran('weather', true));
const broken = named('broken', 'tool', () => ran('broken', false));
const prepare = named('prepare', 'prompt', () => 'What is the weather in Oslo?');
// Each in a function of its own: a stream is written onto the span around it.
const streamed = named('streamed', 'chain', async () => {
  await read(
    await openai.chat.completions.create({
      ...ask('Hi'),
      stream: true,
      stream_options: { include_usage: true },
    }),
  );
});
const streamedClaude = named('streamed-claude', 'chain', async () => {
  await read(await anthropic.messages.create({ ...askClaude, stream: true }));
});

const answer = named('answer', 'chain', async () => {
  await openai.chat.completions.create(ask(await prepare()));
  await openai.chat.completions.create(ask('[[plain]]'));
  await weather();
  await broken().catch(() => {});
  await openai.responses.create({ model: 'gpt-5-mini', input: 'Hi' });
  await streamed();
  await anthropic.messages.create(askClaude);
  await streamedClaude();
  await openai.chat.completions.create(ask('[[refuse 400]]')).catch(() => {});
});
await answer();
await client.awaitPendingTraceBatches();
await telemetry.shutdown();
