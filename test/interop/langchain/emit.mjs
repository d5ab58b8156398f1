/** LangChain and LangGraph under the instrumentation that INTEROP_CASE names: a chain, a stream, a graph with tools. */
import { LangChainInstrumentation as OpenInference } from '@arizeai/openinference-instrumentation-langchain';
import { ChatAnthropic } from '@langchain/anthropic';
import * as callbackManagerModule from '@langchain/core/callbacks/manager';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { tool } from '@langchain/core/tools';
import { createReactAgent } from '@langchain/langgraph/prebuilt';
import { ChatOpenAI } from '@langchain/openai';
import { trace } from '@opentelemetry/api';
import { LangChainInstrumentation as OpenLlmetry } from '@traceloop/instrumentation-langchain';
import { z } from 'zod';
import { startTelemetry } from './telemetry.mjs';

const { MOCK_URL, INTEROP_SESSION, INTEROP_CASE } = process.env;
const telemetry = startTelemetry();

/** Each with a way to say the session: OpenLLMetry has none, and no span around the others. */
const WAYS = {
  openinference() {
    new OpenInference({ tracerProvider: telemetry }).manuallyInstrument(callbackManagerModule);
    return (run) => run({ metadata: { session_id: INTEROP_SESSION } });
  },
  openllmetry() {
    const instrumentation = new OpenLlmetry();
    instrumentation.setTracerProvider(telemetry);
    instrumentation.manuallyInstrument({ callbackManagerModule });
    const attributes = { 'session.id': INTEROP_SESSION };
    return (run) =>
      trace
        .getTracer('program')
        .startActiveSpan('answer', { attributes }, (span) => run({}).finally(() => span.end()));
  },
};
const answering = WAYS[INTEROP_CASE]();

/** OpenLLMetry names a tool by its class. */
const spoken = (name) => (INTEROP_CASE === 'openllmetry' ? 'DynamicStructuredTool' : name);

const toolNamed = (name, ok) =>
  tool(
    async () => {
      await fetch(`${MOCK_URL}/truth/tool`, {
        method: 'POST',
        body: JSON.stringify({ name: spoken(name), ok }),
      });
      if (!ok) throw new Error('no weather today');
      return 'clear';
    },
    { name, description: 'The weather of a city', schema: z.object({ city: z.string() }) },
  );
const openai = { model: 'gpt-5-mini', maxRetries: 0, configuration: { baseURL: `${MOCK_URL}/openai/v1` } };
const claude = { model: 'claude-sonnet-4-5', maxRetries: 0, anthropicApiUrl: `${MOCK_URL}/anthropic` };
const models = [
  new ChatOpenAI(openai),
  new ChatOpenAI({ ...openai, useResponsesApi: true }),
  new ChatAnthropic(claude),
];
const prompt = ChatPromptTemplate.fromTemplate('What is the weather in {city}?');
const messages = [{ role: 'user', content: 'What is the weather in Oslo?' }];

await answering(async (told) => {
  for (const llm of models) {
    await llm.invoke('[[plain]]', told);
    await prompt.pipe(llm).invoke({ city: 'Oslo' }, told);
    await llm.invoke('[[refuse 400]]', told).catch(() => {});
    // LangChain adds the tokens that the start of an Anthropic stream announces to those of its end.
    if (!(llm instanceof ChatAnthropic))
      for await (const _ of await prompt.pipe(llm).stream({ city: 'Oslo' }, told));
    for (const one of [toolNamed('broken', false), toolNamed('weather', true)])
      await createReactAgent({ llm, tools: [one], name: 'weather-agent' }).invoke({ messages }, told);
  }
});
await telemetry.shutdown();
