import type { FactKind } from '../../domain/fact.ts';
import type { CountNames } from '../counts.ts';

/**
 * `gen_ai.operation.name` as a kind. An operation that is not here is a plain edge, unless it reports tokens.
 * Besides the conventions' own, names that emitters made up: Semantic Kernel (`chat.completions`), LlamaIndex
 * (`completion`), LiteLLM (its functions: `acompletion`, ...), Gemini CLI (`llm_call`, ...), AI SDK and OpenLIT
 * (`agent_step`, ...), Strands, and Mastra (`tool.execute`, ...).
 */
export const OPERATIONS: ReadonlyMap<string, FactKind> = new Map<string, FactKind>([
  ['chat', 'inference'],
  ['generate_content', 'inference'],
  ['text_completion', 'inference'],
  ['completion', 'inference'],
  ['chat.completions', 'inference'],
  ['text.completions', 'inference'],
  ['llm_call', 'inference'],
  ['acompletion', 'inference'],
  ['atext_completion', 'inference'],
  ['responses', 'inference'],
  ['aresponses', 'inference'],
  ['anthropic_messages', 'inference'],
  ['embeddings', 'embedding'],
  ['embedding', 'embedding'],
  ['aembedding', 'embedding'],
  ['rerank', 'rerank'],
  ['arerank', 'rerank'],
  ['retrieval', 'retrieval'],
  ['execute_tool', 'tool'],
  ['tool_call', 'tool'],
  ['tool.execute', 'tool'],
  // Made, not run: in a trace of its own it is no task, though it has an agent's name.
  ['create_agent', 'edge'],
  ['invoke_agent', 'agent'],
  ['agent', 'agent'],
  ['agent_call', 'agent'],
  ['agent.run', 'agent'],
  ['invoke_workflow', 'workflow'],
  ['workflow', 'workflow'],
  ['workflow.run', 'workflow'],
  ['chain', 'workflow'],
  ['plan', 'workflow'],
  ['agent_step', 'workflow'],
  ['execute_task', 'workflow'],
  ['execute_event_loop_cycle', 'workflow'],
]);

/** Why the model stopped. */
export const FINISH_REASONS: readonly string[] = [
  'gen_ai.response.finish_reasons',
  'gen_ai.response.finish_reason',
  'anthropic.message.stop_reason',
];

/** Today's spelling first, then older ones, then those that only some emitters use. */
export const GEN_AI_COUNTS: CountNames = {
  input: ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens'],
  output: ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens'],
  cacheRead: [
    'gen_ai.usage.cache_read.input_tokens',
    'gen_ai.usage.cache_read_input_tokens',
    'gen_ai.usage.input_tokens.cached',
    'gen_ai.usage.cached_tokens',
    'gen_ai.usage.cached_input_tokens',
    'gen_ai.usage.prompt_tokens_details.cached_tokens',
    'gen_ai.usage.details.cache_read_tokens',
  ],
  cacheWrite: [
    'gen_ai.usage.cache_write.input_tokens',
    'gen_ai.usage.cache_creation.input_tokens',
    'gen_ai.usage.cache_creation_input_tokens',
    'gen_ai.usage.cache_write_input_tokens',
    'gen_ai.usage.input_tokens.cache_write',
    'gen_ai.usage.prompt_tokens_details.cache_creation_tokens',
    'gen_ai.usage.details.cache_write_tokens',
  ],
  cacheWrite5m: [
    'anthropic.usage.cache_creation.ephemeral_5m_input_tokens',
    'gen_ai.usage.cache_creation.5m_input_tokens',
  ],
  cacheWrite1h: [
    'anthropic.usage.cache_creation.ephemeral_1h_input_tokens',
    'gen_ai.usage.cache_creation.1h_input_tokens',
  ],
  reasoning: [
    'gen_ai.usage.reasoning.output_tokens',
    'gen_ai.usage.reasoning_tokens',
    'llm.usage.reasoning_tokens',
    'gen_ai.usage.output_tokens.reasoning',
    'gen_ai.usage.completion_tokens_details.reasoning_tokens',
    'gen_ai.usage.details.reasoning_tokens',
  ],
  total: ['gen_ai.usage.total_tokens', 'llm.usage.total_tokens'],
};
