/** The `openai` client under one instrumentation, or several, as INTEROP_CASE says. */
import { createRequire } from 'node:module';
import { OpenAIInstrumentation as OpenInference } from '@arizeai/openinference-instrumentation-openai';
import { OpenAIInstrumentation as OpenTelemetry } from '@opentelemetry/instrumentation-openai';
import { OpenAIInstrumentation as OpenLlmetry } from '@traceloop/instrumentation-openai';
import { answering, startOpenlit, startTelemetry } from './telemetry.mjs';

const { MOCK_URL, INTEROP_CASE } = process.env;

const STARTS = {
  otel: () => startTelemetry([new OpenTelemetry()]),
  openinference: () => startTelemetry([new OpenInference()]),
  openllmetry: () => startTelemetry([new OpenLlmetry()]),
  openlit: () => startOpenlit(),
  // OpenInference leaves the others in place when it comes after them; each of them takes the one before it away.
  'openinference-over-otel': () => startTelemetry([new OpenTelemetry(), new OpenInference()]),
  'openinference-over-openllmetry': () => startTelemetry([new OpenLlmetry(), new OpenInference()]),
};

const stopTelemetry = STARTS[INTEROP_CASE]();
// After the instrumentations, which patch the module while it is loaded.
const { default: OpenAI } = createRequire(import.meta.url)('openai');
const client = new OpenAI({ baseURL: `${MOCK_URL}/openai/v1` });

const model = 'gpt-5-mini';
const ask = (content) => [{ role: 'user', content }];
const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [{ type: 'function', function: { name: 'weather', parameters: schema } }];

/** A tool of the program's own, which no span shows. */
async function withTool() {
  const messages = ask('What is the weather in Oslo?');
  const first = await client.chat.completions.create({ model, messages, tools });
  const [call] = first.choices[0].message.tool_calls;
  messages.push(first.choices[0].message, { role: 'tool', tool_call_id: call.id, content: 'clear' });
  await client.chat.completions.create({ model, messages, tools });
}

async function read(stream) {
  for await (const _ of stream);
}

await answering(async () => {
  await withTool();
  await client.chat.completions.create({ model, messages: ask('[[plain]]') });
  const stream = true;
  await read(
    await client.chat.completions.create({
      model,
      messages: ask('Hi'),
      stream,
      stream_options: { include_usage: true },
    }),
  );
  await read(await client.chat.completions.create({ model, messages: ask('Hi'), stream }));
  await client.responses.create({ model, input: 'Hi' });
  await read(await client.responses.create({ model, input: 'Hi', stream }));
  await client.embeddings.create({ model: 'text-embedding-3-small', input: ['one', 'two'] });
  await client.chat.completions.create({ model, messages: ask('[[busy]]') });
  await client.chat.completions.create({ model, messages: ask('[[refuse 400]]') }).catch(() => {});
});
await stopTelemetry();
