/** The `openai` client under OpenTelemetry's instrumentation of the newer line. */
import { createRequire } from 'node:module';
import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OpenAIInstrumentation } from '@opentelemetry/instrumentation-openai';
import { NodeSDK } from '@opentelemetry/sdk-node';

const { MOCK_URL } = process.env;

const sdk = new NodeSDK({
  serviceName: process.env.OTEL_SERVICE_NAME,
  traceExporter: new OTLPTraceExporter(),
  instrumentations: [new OpenAIInstrumentation()],
  autoDetectResources: false,
});
sdk.start();
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

await trace.getTracer('interop').startActiveSpan('answer', async (span) => {
  span.setAttribute('session.id', process.env.INTEROP_SESSION);
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
  span.end();
});
await sdk.shutdown();
