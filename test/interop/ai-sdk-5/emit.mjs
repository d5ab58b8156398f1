/** The AI SDK's own telemetry: text with and without tools, streamed or not, and embeddings; or objects, as INTEROP_CASE says. */
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import {
  embed,
  embedMany,
  generateObject,
  generateText,
  stepCountIs,
  streamObject,
  streamText,
  tool,
} from 'ai';
import { z } from 'zod';
import { startTelemetry } from './telemetry.mjs';

const { MOCK_URL, INTEROP_SESSION, INTEROP_CASE } = process.env;
const telemetry = startTelemetry();
const openai = createOpenAI({ baseURL: `${MOCK_URL}/openai/v1` });
const anthropic = createAnthropic({ baseURL: `${MOCK_URL}/anthropic/v1` });

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
  experimental_telemetry: {
    isEnabled: true,
    functionId: 'weather-agent',
    metadata: { sessionId: INTEROP_SESSION, userId: 'someone' },
  },
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
  await streamText({ model, prompt, ...told }).consumeStream();
}
async function make(model) {
  const schema = z.object({ city: z.string() });
  await generateObject({ model, schema, prompt, ...told });
  for await (const _ of streamObject({ model, schema, prompt, ...told }).partialObjectStream);
}

if (INTEROP_CASE === 'text') {
  await talk(openai('gpt-5-mini'));
  await talk(openai.chat('gpt-5-mini'));
  await talk(anthropic('claude-sonnet-4-5'));
  await summedUp();
  const model = openai.embedding('text-embedding-3-small');
  await embed({ model, value: 'one', ...told });
  await embedMany({ model, values: ['one', 'two'], ...told });
} else {
  await make(openai.chat('gpt-5-mini'));
  await make(anthropic('claude-sonnet-4-5'));
}
await telemetry.shutdown();
