import { genAiSpeech, type Speech } from './speech.ts';

/**
 * The lean corpus in the words of five dialects. Each says what its emitters say of the same calls, names of its own
 * on every span included; prompts, settings and other attributes that nobody reads are left out in all of them alike.
 */
export const SPEECHES: readonly (readonly [dialect: string, speech: Speech])[] = [
  ['GenAI', genAiSpeech],
  [
    'OpenInference',
    {
      scope: { name: 'openinference.instrumentation.openai', version: '0.1.30' },
      chat: ({ model, provider, session, usage }) => ({
        'openinference.span.kind': 'LLM',
        'session.id': session,
        'llm.provider': provider,
        'llm.model_name': model,
        'llm.token_count.prompt': usage.input,
        'llm.token_count.completion': usage.output,
        'llm.token_count.total': usage.input + usage.output,
        'llm.token_count.prompt_details.cache_read': usage.cacheRead,
        'llm.token_count.completion_details.reasoning': usage.reasoning,
      }),
      tool: ({ name, callId, session }) => ({
        'openinference.span.kind': 'TOOL',
        'session.id': session,
        'tool.name': name,
        'tool.id': callId,
        'tool.description': 'A function of the support desk.',
      }),
      agent: ({ name, session }) => ({
        'openinference.span.kind': 'AGENT',
        'session.id': session,
        'agent.name': name,
      }),
    },
  ],
  [
    'OpenLLMetry',
    {
      scope: { name: 'opentelemetry.instrumentation.openai.v1', version: '0.62.1' },
      chat: ({ model, provider, responseId, session, usage }) => ({
        ...workflowOf(session),
        'llm.request.type': 'chat',
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': provider,
        'gen_ai.request.model': model,
        'gen_ai.response.model': model,
        'gen_ai.response.id': responseId,
        'gen_ai.usage.input_tokens': usage.input,
        'gen_ai.usage.output_tokens': usage.output,
        'gen_ai.usage.total_tokens': usage.input + usage.output,
        'gen_ai.usage.cache_read.input_tokens': usage.cacheRead,
        'gen_ai.usage.reasoning_tokens': usage.reasoning,
      }),
      tool: ({ name, session }) => ({
        ...workflowOf(session),
        'traceloop.span.kind': 'tool',
        'traceloop.entity.name': name,
        'traceloop.entity.path': name,
      }),
      agent: ({ name, session }) => ({
        ...workflowOf(session),
        'traceloop.span.kind': 'agent',
        'traceloop.entity.name': name,
      }),
    },
  ],
  [
    'Vercel AI SDK',
    {
      scope: { name: 'ai', version: '' },
      chat: ({ model, provider, responseId, session, usage }) => ({
        'operation.name': 'ai.generateText.doGenerate support-tier1',
        'ai.operationId': 'ai.generateText.doGenerate',
        'ai.telemetry.metadata.sessionId': session,
        'ai.model.id': model,
        'ai.model.provider': `${provider}.chat`,
        'ai.response.id': responseId,
        'ai.response.model': model,
        'ai.usage.inputTokens': usage.input,
        'ai.usage.outputTokens': usage.output,
        'ai.usage.totalTokens': usage.input + usage.output,
        'ai.usage.inputTokenDetails.cacheReadTokens': usage.cacheRead,
        'ai.usage.outputTokenDetails.reasoningTokens': usage.reasoning,
      }),
      tool: ({ name, callId }) => ({
        'operation.name': 'ai.toolCall support-tier1',
        'ai.operationId': 'ai.toolCall',
        'ai.toolCall.name': name,
        'ai.toolCall.id': callId,
      }),
      agent: ({ name, session }) => ({
        'operation.name': `ai.generateText ${name}`,
        'ai.operationId': 'ai.generateText',
        'ai.telemetry.functionId': name,
        'ai.telemetry.metadata.sessionId': session,
      }),
    },
  ],
  [
    'Langfuse',
    {
      scope: { name: 'langfuse-sdk', version: '5.11.1' },
      chat: ({ model, session, usage }) => ({
        'langfuse.observation.type': 'generation',
        'langfuse.session.id': session,
        'langfuse.observation.model.name': model,
        'langfuse.observation.usage_details': JSON.stringify({
          input: usage.input - usage.cacheRead,
          output: usage.output - usage.reasoning,
          total: usage.input + usage.output,
          input_cached_tokens: usage.cacheRead,
          output_reasoning_tokens: usage.reasoning,
        }),
      }),
      tool: ({ session }) => ({ 'langfuse.observation.type': 'tool', 'langfuse.session.id': session }),
      agent: ({ session }) => ({ 'langfuse.observation.type': 'agent', 'langfuse.session.id': session }),
    },
  ],
];

function workflowOf(session: string) {
  return {
    'traceloop.workflow.name': 'support',
    'traceloop.association.properties.session_id': session,
  };
}
