/**
 * The AI SDK with its OpenTelemetry package: text with and without tools, streams, an object, embeddings. INTEROP_CASE says
 * whether it speaks GenAI with everything that can be added (`genai`), GenAI as it comes (`plain`), or the names of the
 * versions before (`legacy`).
 */
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { LegacyOpenTelemetry, OpenTelemetry } from '@ai-sdk/otel';
import { embed, embedMany, generateText, Output, registerTelemetry, stepCountIs, streamText, tool } from 'ai';
import { z } from 'zod';
import { startTelemetry } from './telemetry.mjs';

const { MOCK_URL, INTEROP_SESSION, INTEROP_CASE } = process.env;
const telemetry = startTelemetry();
const openai = createOpenAI({ baseURL: `${MOCK_URL}/openai/v1` });
const anthropic = createAnthropic({ baseURL: `${MOCK_URL}/anthropic/v1` });
const INTEGRATIONS = {
  genai: () => new OpenTelemetry({ runtimeContext: true, usage: true, providerMetadata: true }),
  plain: () => new OpenTelemetry({ enrichSpan: () => ({ 'session.id': INTEROP_SESSION }) }),
  legacy: () => new LegacyOpenTelemetry(),
};
registerTelemetry(INTEGRATIONS[INTEROP_CASE]());

const toolNamed = (name, ok) =>
  tool({
    description: 'The weather of a city',
    inputSchema: z.object({ city: z.string() }),
    async execute() {
      await fetch(`${MOCK_URL}/truth/tool`, { method: 'POST', body: JSON.stringify({ name, ok }) });
      if (!ok) throw new Error('no weather today');
      return { sky: 'clear' };
    },
  });
const told = {
  maxRetries: 0,
  runtimeContext: { sessionId: INTEROP_SESSION },
  telemetry: { functionId: 'weather-agent', includeRuntimeContext: { sessionId: true } },
};
const prompt = 'What is the weather in Oslo?';
const loop = { prompt, stopWhen: stepCountIs(5), ...told };
const weather = { weather: toolNamed('weather', true) };
const broken = { broken: toolNamed('broken', false) };

/** Anthropic sums a long conversation up in a pass of its own, which is billed with the call. */
async function summedUp() {
  const contextManagement = {
    edits: [{ type: 'compact_20260112', trigger: { type: 'input_tokens', value: 50_000 } }],
  };
  const model = anthropic('claude-sonnet-4-5');
  const long = { model, prompt, providerOptions: { anthropic: { contextManagement } }, ...told };
  await generateText(long);
  await streamText(long).consumeStream();
}

/** An agent in a tool of another one: what it spends is not part of the call around it. */
const helper = (model) => ({
  helper: tool({
    description: 'Knows somebody who knows',
    inputSchema: z.object({ city: z.string() }),
    async execute() {
      await fetch(`${MOCK_URL}/truth/tool`, {
        method: 'POST',
        body: JSON.stringify({ name: 'helper', ok: true }),
      });
      return (await generateText({ model, tools: weather, ...loop })).text;
    },
  }),
});

async function talk(model) {
  await streamText({ model, tools: helper(model), ...loop }).consumeStream();
  await generateText({ model, prompt: '[[plain]]', ...told });
  await generateText({ model, tools: weather, ...loop });
  await generateText({ model, tools: broken, ...loop }).catch(() => {});
  await streamText({ model, tools: weather, ...loop }).consumeStream();
  await generateText({ model, prompt: '[[refuse 400]]', ...told }).catch(() => {});
  const output = Output.object({ schema: z.object({ city: z.string() }) });
  await generateText({ model, prompt, output, ...told });
  await streamText({ model, prompt, ...told }).consumeStream();
}

await talk(openai('gpt-5-mini'));
await talk(openai.chat('gpt-5-mini'));
await talk(anthropic('claude-sonnet-4-5'));
await summedUp();
const model = openai.embedding('text-embedding-3-small');
await embed({ model, value: 'one', ...told });
await embedMany({ model, values: ['one', 'two'], ...told });
await telemetry.shutdown();
