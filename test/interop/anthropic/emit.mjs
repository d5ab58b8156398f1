/** The Anthropic SDK: by itself, under an instrumentation with its own spans off, or under one with both. */
import { createRequire } from 'node:module';
import { AnthropicInstrumentation as OpenInference } from '@arizeai/openinference-instrumentation-anthropic';
import { answering, startOpenlit, startTelemetry } from './telemetry.mjs';

const { MOCK_URL, INTEROP_CASE } = process.env;

const STARTS = {
  native: () => startTelemetry([]),
  openinference: () => startTelemetry([new OpenInference()]),
  openlit: () => startOpenlit(),
};
const [outer] = INTEROP_CASE.split('-');
const stopTelemetry = STARTS[outer]();
// After the instrumentations, which patch the module while it is loaded.
const require = createRequire(import.meta.url);
const { default: Anthropic } = require('@anthropic-ai/sdk');
const { betaTool } = require('@anthropic-ai/sdk/helpers/beta/json-schema');
const settings = { baseURL: `${MOCK_URL}/anthropic`, openTelemetry: INTEROP_CASE.includes('native') };
// False switches its spans off, anything else leaves them as they are.
if (settings.openTelemetry) delete settings.openTelemetry;
const client = new Anthropic(settings);

const ask = (content) => ({
  model: 'claude-sonnet-4-5',
  max_tokens: 1024,
  messages: [{ role: 'user', content }],
});
const weather = betaTool({
  name: 'weather',
  description: 'The weather of a city',
  inputSchema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  async run() {
    const body = JSON.stringify({ name: 'weather', ok: true });
    await fetch(`${MOCK_URL}/truth/tool`, { method: 'POST', body });
    return 'clear';
  },
});
const runTool = () =>
  client.beta.messages.toolRunner({ ...ask('What is the weather in Oslo?'), tools: [weather] });

/** What OpenLIT breaks, or does not see. */
async function more() {
  await client.messages.stream(ask('Hi')).finalMessage();
  await client.beta.messages.create({
    ...ask('Sum up what was said'),
    betas: ['compact-2026-01-12'],
    context_management: { edits: [{ type: 'compact_20260112' }] },
  });
}

async function converse() {
  await client.messages.create(ask('Hi'));
  await client.messages.create(ask('[[plain]]'));
  for await (const _ of await client.messages.create({ ...ask('Hi'), stream: true }));
  await client.messages.create(ask('[[busy]]'));
  await client.messages.create(ask('[[refuse 400]]')).catch(() => {});
  if (outer !== 'openlit') await more();
  if (INTEROP_CASE === 'openinference') await runTool();
}

await answering(INTEROP_CASE.endsWith('-runner') ? runTool : converse);
await stopTelemetry();
