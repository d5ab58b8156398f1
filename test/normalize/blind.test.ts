import { describe, expect, test } from '@jest/globals';
import { table } from '../support/table.ts';
import { openReader } from './reading.ts';

const read = openReader();

describe('Python emitters that are known to be blind', () => {
  const cases = table(`
    scope                                                   claude                            others
    strands.telemetry.tracer                                reasoning                         reasoning
    semantic_kernel.utils.telemetry.model_diagnostics       cache,reasoning                   cache,reasoning
    agent_framework                                         reasoning                         _
    litellm                                                 reasoning                         _
    openlit.instrumentation.openai                          reasoning                         reasoning
    mlflow.tracing.provider                                 cache,reasoning                   cache,reasoning
    openinference.instrumentation.openai_agents             cache,reasoning                   cache,reasoning
    openinference.instrumentation.smolagents                cache,reasoning                   cache,reasoning
    openinference.instrumentation.haystack                  cache,reasoning                   cache,reasoning
    openinference.instrumentation.langchain                 reasoning                         _
    openinference.instrumentation.llama_index               reasoning                         _
    openinference.instrumentation.crewai._event_listener    cache,reasoning                   reasoning
    opentelemetry.instrumentation.langchain                 cache,reasoning                   reasoning
    opentelemetry.instrumentation.openai.v1                 reasoning                         reasoning
    opentelemetry.instrumentation.anthropic                 reasoning,usage_estimated         reasoning,usage_estimated
    opentelemetry.instrumentation.openai_v2                 _                                 _
  `);
  const call = (scope: string | undefined, model: string, more: Record<string, number> = {}) =>
    (
      read({
        scope: { name: scope! },
        attributes: {
          'gen_ai.operation.name': 'chat',
          'gen_ai.request.model': model,
          'gen_ai.usage.input_tokens': 9,
          'gen_ai.usage.output_tokens': 3,
          ...more,
        },
      }).flags ?? []
    ).map((flag) => flag.replace('_unreported', ''));

  test.each(cases)('$scope', ({ scope, claude, others }) => {
    expect(call(scope, 'claude-sonnet-4-5').join()).toBe(claude);
    expect(call(scope, 'gpt-5').join()).toBe(others);
  });

  test.each([
    ['openinference.instrumentation.crewai._event_listener'],
    ['opentelemetry.instrumentation.langchain'],
  ])('%s tells cache reads, and says that nothing was written', (scope) => {
    const read = { 'gen_ai.usage.cache_read.input_tokens': 1, 'gen_ai.usage.reasoning.output_tokens': 0 };
    const write = 'gen_ai.usage.cache_creation.input_tokens';
    const total = { 'gen_ai.usage.total_tokens': 12 };
    expect(call(scope, 'claude-sonnet-4-5', { ...read, ...total })).toEqual(['cache']);
    expect(call(scope, 'claude-sonnet-4-5', { ...read, ...total, [write]: 0 })).toEqual(['cache']);
    expect(call(scope, 'claude-sonnet-4-5', { ...read, ...total, [write]: 1 })).not.toContain('cache');
    expect(call(scope, 'gpt-5', { ...read, ...total })).toEqual([]);
  });
});
