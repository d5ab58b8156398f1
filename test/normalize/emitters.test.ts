import { describe, expect, test } from '@jest/globals';
import { Emitters, emitterOf } from '../../src/normalize/emitters.ts';
import { table } from '../support/table.ts';

describe('what is known of an emitter', () => {
  const cases = table(`
    scope                                    provider          model              | style      vendor  google
    com.anthropic.sdk.typescript             anthropic         claude-sonnet-4-5  | inclusive  no      no
    com.anthropic.claude-platform            anthropic         claude-sonnet-4-5  | inclusive  no      no
    opentelemetry.instrumentation.bedrock    aws               nova-pro           | exclusive  no      no
    @traceloop/instrumentation-bedrock       aws               claude-3           | inclusive  no      no
    openinference.instrumentation.anthropic  anthropic         claude-3           | inclusive  no      no
    strands.telemetry.tracer                 _                 claude-sonnet-4-5  | exclusive  no      no
    strands-agents                           _                 gpt-4o             | _          no      no
    openlit.otel.tracing                     anthropic         claude-3           | exclusive  no      no
    @openlit/instrumentation-anthropic       anthropic         claude-3           | exclusive  no      no
    strands_travel_agent                     anthropic         claude-3           | _          no      no
    agent_framework                          anthropic         _                  | exclusive  no      no
    agent_framework                          openai            gpt-4o             | _          yes     no
    pydantic-ai                              anthropic         claude-3           | inclusive  no      no
    my.agent                                 anthropic         claude-3           | _          no      no
    my.agent                                 azure.ai.openai   gpt-4o             | _          yes     no
    my.agent                                 deepseek          deepseek-chat      | _          yes     no
    my.agent                                 gcp.vertex_ai     gemini-2.5-pro     | _          yes     yes
    my.agent                                 gcp.vertex_ai     claude-sonnet-4-5  | _          no      no
    my.agent                                 _                 gemini-2.5-flash   | _          no      yes
  `);
  test.each(cases)('$scope, $provider, $model', (row) => {
    const emitter = emitterOf({
      scope: row.scope!,
      provider: row.provider!,
      model: row.model!,
      style: 'inclusive',
    });
    expect(emitter.style ?? '').toBe(row.style);
    expect(emitter.vendorInclusive).toBe(row.vendor === 'yes');
    expect(emitter.hidesThoughts).toBe(row.google === 'yes');
  });
});

test("a dialect's own style counts where the scope is unknown", () => {
  const unknown = { scope: 'x', provider: '', model: '' };
  expect(emitterOf({ ...unknown, style: 'disjoint' }).style).toBe('disjoint');
  expect(emitterOf({ ...unknown, scope: 'com.anthropic.sdk.go', style: 'exclusive' }).style).toBe(
    'inclusive',
  );
});

test('the last answer is kept only for the same question', () => {
  const emitters = new Emitters();
  const first = emitters.of('strands-agents', undefined, 'claude', 'inclusive');
  expect(first.style).toBe('exclusive');
  expect(emitters.of('strands-agents', undefined, 'claude', 'inclusive')).toBe(first);
  expect(emitters.of('strands-agents', undefined, 'gpt-4o', 'inclusive').style).toBeUndefined();
  expect(emitters.of('strands-agents', 'openai', 'gpt-4o', 'inclusive').vendorInclusive).toBe(true);
  expect(emitters.of('my.agent', 'openai', 'gpt-4o', 'inclusive').style).toBeUndefined();
  expect(emitters.of('my.agent', 'openai', 'gpt-4o', 'disjoint').style).toBe('disjoint');
});
