/** The Anthropic SDK of the line before it traced itself, under one instrumentation or two. */
import { createRequire } from 'node:module';
import { AnthropicInstrumentation as OpenInference } from '@arizeai/openinference-instrumentation-anthropic';
import { AnthropicInstrumentation as OpenLlmetry } from '@traceloop/instrumentation-anthropic';
import { answering, startOpenlit, startTelemetry } from './telemetry.mjs';

const { MOCK_URL, INTEROP_CASE } = process.env;

const STARTS = {
  openinference: () => startTelemetry([new OpenInference()]),
  openllmetry: () => startTelemetry([new OpenLlmetry()]),
  openlit: () => startOpenlit(),
  'openinference-over-openllmetry': () => startTelemetry([new OpenLlmetry(), new OpenInference()]),
};
const stopTelemetry = STARTS[INTEROP_CASE]();
// After the instrumentations, which patch the module while it is loaded.
const { default: Anthropic } = createRequire(import.meta.url)('@anthropic-ai/sdk');
const client = new Anthropic({ baseURL: `${MOCK_URL}/anthropic` });

const ask = (content) => ({
  model: 'claude-sonnet-4-5',
  max_tokens: 1024,
  messages: [{ role: 'user', content }],
});
const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const tools = [{ name: 'weather', description: 'The weather of a city', input_schema: schema }];

async function withTool() {
  const request = { ...ask('What is the weather in Oslo?'), tools };
  const first = await client.messages.create(request);
  const result = { type: 'tool_result', tool_use_id: first.content[0].id, content: 'clear' };
  const messages = [
    ...request.messages,
    { role: 'assistant', content: first.content },
    { role: 'user', content: [result] },
  ];
  await client.messages.create({ ...request, messages });
}

await answering(async () => {
  await withTool();
  await client.messages.create(ask('[[plain]]'));
  for await (const _ of await client.messages.create({ ...ask('Hi'), stream: true }));
  await client.messages.create(ask('[[busy]]'));
  await client.messages.create(ask('[[refuse 400]]')).catch(() => {});
});
await stopTelemetry();
