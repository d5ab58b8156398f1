import { describe, expect, test } from '@jest/globals';
import { Emitters, emitterOf } from '../../src/normalize/emitters.ts';
import { FLAG } from '../../src/normalize/flags.ts';
import type { Style } from '../../src/normalize/style.ts';
import { table } from '../support/table.ts';
import { openReader } from './reading.ts';

const read = openReader();

/** Every emitter whose style is known, with a provider and a model that it was seen with. */
const KNOWN = table(`
  scope                                               provider       model              style
  com.anthropic.sdk.typescript                        anthropic      claude-sonnet-4-5  inclusive
  com.anthropic.sdk.python.bedrock                    anthropic      claude-sonnet-4-5  inclusive
  com.anthropic.claude-platform                       anthropic      claude-sonnet-4-5  inclusive
  gcp.vertex.agent                                    _              gemini-2.5-pro     inclusive
  opentelemetry.instrumentation.bedrock               aws            nova-pro           exclusive
  opentelemetry.instrumentation.bedrock               aws            claude-3           exclusive
  @traceloop/instrumentation-bedrock                  aws            claude-3           inclusive
  opentelemetry.instrumentation.anthropic             anthropic      claude-3           inclusive
  @traceloop/instrumentation-anthropic                anthropic      claude-3           exclusive
  openinference.instrumentation.claude_agent_sdk      anthropic      claude-3           exclusive
  @arizeai/openinference-instrumentation-claude-agent-sdk  anthropic  claude-3          exclusive
  openinference.instrumentation.anthropic             anthropic      claude-3           inclusive
  openinference.instrumentation.llama_index           anthropic      claude-3           inclusive
  openinference.instrumentation.litellm               anthropic      claude-3           inclusive
  openinference.instrumentation.google_genai          google         gemini-2.5-pro     inclusive
  openinference.instrumentation.google_adk            google         gemini-2.5-pro     inclusive
  strands.telemetry.tracer                            _              claude-sonnet-4-5  _
  strands.telemetry.tracer                            anthropic      _                  _
  strands.telemetry.tracer                            _              gpt-4o             _
  strands-agents                                      _              claude-sonnet-4-5  exclusive
  strands-agents                                      _              gpt-4o             _
  agent_framework                                     anthropic      _                  exclusive
  agent_framework                                     openai         gpt-4o             inclusive
  openinference.instrumentation.langchain             anthropic      claude-3           inclusive
  openlit.otel.tracing                                anthropic      claude-3           exclusive
  openlit.otel.tracing                                openai         gpt-4o             _
  @openlit/instrumentation-anthropic                  anthropic      claude-3           exclusive
  pydantic-ai                                         anthropic      claude-3           inclusive
  @mastra/otel-exporter                               anthropic      claude-3           inclusive
  gen_ai                                              anthropic      claude-3           inclusive
  gen_ai.of.my.own                                    anthropic      claude-3           _
  opentelemetry.instrumentation.google_generativeai   gcp.gemini     gemini-2.5-pro     thoughts_outside
  gemini-cli                                          _              gemini-2.5-pro     thoughts_outside
  strands_travel_agent                                anthropic      claude-3           _
  my.openlit.agent                                    anthropic      claude-3           _
  @arizeai/openinference-instrumentation-anthropic    anthropic      claude-3           inclusive
  my.agent                                            anthropic      claude-3           _
  my.agent                                            openai         gpt-4o             _
`);

describe('what is known of an emitter by its scope', () => {
  test.each(KNOWN)('$scope, $provider, $model', ({ scope = '', provider = '', model = '', style }) => {
    expect(emitterOf({ scope, version: '', provider, model, style: 'inclusive' }).style ?? '').toBe(style);
  });

  // With more fresh than cached tokens, and a total that proves nothing, only the scope can tell.
  test.each(KNOWN)('$scope: cached tokens of $provider $model', ({ scope = '', provider, model, style }) => {
    const { usage, flags } = read({
      scope: { name: scope },
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': provider!,
        'gen_ai.request.model': model!,
        'gen_ai.usage.input_tokens': 1000,
        'gen_ai.usage.cache_read.input_tokens': 400,
        'gen_ai.usage.output_tokens': 10,
        'gen_ai.usage.reasoning.output_tokens': 0,
      },
    });
    expect(usage?.input).toBe(style === 'exclusive' ? 1400 : 1000);
    const sure = style !== '' || model === 'gpt-4o';
    const doubts = flags?.filter((flag) => flag !== 'usage_estimated') ?? [];
    expect(doubts).toEqual(sure ? [] : ['assumed_inclusive']);
  });
});

describe('what is known of a vendor', () => {
  const cases = table(`
    provider          model              | vendor  google
    openai            gpt-4o             | yes     no
    openai.responses  gpt-4o             | yes     no
    azure.ai.openai   gpt-4o             | yes     no
    gcp.gemini        gemini-2.5-pro     | yes     yes
    gcp.vertex_ai     gemini-2.5-pro     | yes     yes
    google            gemini-2.5-pro     | yes     yes
    vertexai          gemini-2.5-pro     | no      yes
    deepseek          deepseek-chat      | yes     no
    x_ai              grok-4             | yes     no
    xai               grok-4             | yes     no
    groq              llama-4            | yes     no
    mistral_ai        mistral-large      | yes     no
    anthropic         claude-3           | no      no
    aws.bedrock       nova-pro           | no      no
    aws.bedrock       claude-3           | no      no
    gcp.vertex_ai     claude-sonnet-4-5  | no      no
    cohere            command-r          | no      no
    my.openai         gpt-4o             | no      no
    _                 gemini-2.5-flash   | yes     yes
    _                 models/gemini-3    | yes     yes
    _                 gpt-4o             | yes     no
    _                 openai/o3          | yes     no
    _                 o1-mini            | yes     no
    _                 deepseek-chat      | yes     no
    _                 llama-4            | no      no
    _                 my-gpt-4o          | no      no
    acme              gpt-4o             | no      no
  `);
  test.each(cases)('$provider, $model', ({ provider = '', model = '', vendor, google }) => {
    const emitter = emitterOf({ scope: 'my.agent', version: '', provider, model, style: 'inclusive' });
    expect(emitter.style).toBeUndefined();
    expect(emitter.vendorInclusive).toBe(vendor === 'yes');
    expect(emitter.hidesThoughts).toBe(google === 'yes');
  });
});

test("a dialect's own style counts where the scope is unknown", () => {
  const unknown = { scope: 'x', version: '', provider: '', model: '' };
  expect(emitterOf({ ...unknown, style: 'disjoint' }).style).toBe('disjoint');
  expect(emitterOf({ ...unknown, scope: 'com.anthropic.sdk.go', style: 'exclusive' }).style).toBe(
    'inclusive',
  );
});

test('the last answer is kept only for the same question', () => {
  const emitters = new Emitters();
  const of = (
    scope: string,
    provider: string | undefined,
    model: string,
    style: Style = 'inclusive',
    scopeVersion = '',
  ) => emitters.of({ scopeName: scope, scopeVersion }, { provider, model, style, styleProven: false });
  const first = of('strands-agents', undefined, 'claude');
  expect(first.style).toBe('exclusive');
  expect(of('strands-agents', undefined, 'claude')).toBe(first);
  expect(of('strands-agents', undefined, 'llama-4').style).toBeUndefined();
  expect(of('strands-agents', 'openai', 'gpt-4o').vendorInclusive).toBe(true);
  expect(of('my.agent', 'openai', 'gpt-4o').style).toBeUndefined();
  expect(of('my.agent', 'openai', 'gpt-4o', 'disjoint').style).toBe('disjoint');
  const old = of('openinference.instrumentation.anthropic', undefined, 'claude', 'inclusive', '1.0.6');
  expect(old.blind).toBe(FLAG.cache_unreported);
  expect(of('openinference.instrumentation.anthropic', undefined, 'claude', 'inclusive', '1.1.1').blind).toBe(
    0,
  );
});

describe('what an emitter never says', () => {
  const CALL = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.usage.input_tokens': 9,
    'gen_ai.usage.output_tokens': 3,
  };
  const BOTH = ['cache_unreported', 'reasoning_unreported'];
  const flagsOf = (name: string, attributes: Record<string, string | number>) =>
    read({
      scope: { name },
      attributes: { 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-5', ...attributes },
    }).flags ?? [];
  const OTEL = '@opentelemetry/instrumentation-openai';

  test.each([
    ['a call of a blind emitter', OTEL, CALL, BOTH],
    [
      'one that says its cached tokens after all',
      OTEL,
      { ...CALL, 'gen_ai.usage.cache_read.input_tokens': 0 },
      ['reasoning_unreported'],
    ],
    [
      'one that says its cache writes',
      OTEL,
      { ...CALL, 'gen_ai.usage.cache_write.input_tokens': 1 },
      ['reasoning_unreported'],
    ],
    [
      'one that says its thoughts',
      OTEL,
      { ...CALL, 'gen_ai.usage.reasoning.output_tokens': 1 },
      ['cache_unreported'],
    ],
    ['an embedding has neither', OTEL, { ...CALL, 'gen_ai.operation.name': 'embeddings' }, []],
    ['a call without usage has nothing to doubt', OTEL, { 'gen_ai.operation.name': 'chat' }, []],
    ['any other emitter', 'my.agent', CALL, []],
    ['OpenLLMetry', '@traceloop/instrumentation-openai', CALL, BOTH],
    ['OpenLIT', '@openlit/instrumentation-openai', CALL, ['reasoning_unreported']],
    ['OpenLIT by its other wrapper', '@openlit/instrumentation-vllm', CALL, ['reasoning_unreported']],
    ['OpenLIT, Anthropic', '@openlit/instrumentation-anthropic', CALL, ['reasoning_unreported']],
    ['OpenLLMetry, Anthropic', '@traceloop/instrumentation-anthropic', CALL, ['reasoning_unreported']],
    [
      'OpenInference, Anthropic',
      '@arizeai/openinference-instrumentation-anthropic',
      CALL,
      ['reasoning_unreported'],
    ],
  ])('%s', (_, scope, attributes, flags) => {
    expect(flagsOf(scope, attributes)).toEqual(flags);
  });
});

describe('how long a cache write lives', () => {
  const written = (attributes: Record<string, string | number>) =>
    read({
      scope: { name: 'com.anthropic.sdk.typescript' },
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'anthropic',
        'gen_ai.request.model': 'claude-sonnet-4-5',
        'gen_ai.usage.input_tokens': 900,
        ...attributes,
      },
    }).flags;
  const WRITE = 'gen_ai.usage.cache_write.input_tokens';
  const TTL = 'anthropic.usage.cache_creation.ephemeral_';

  test.each([
    ['nothing says it', { [WRITE]: 100 }, ['cache_ttl_assumed']],
    ['for an hour', { [WRITE]: 100, [`${TTL}1h_input_tokens`]: 100 }, undefined],
    ['for five minutes', { [WRITE]: 100, [`${TTL}5m_input_tokens`]: 100 }, undefined],
    ['nothing was written', { [WRITE]: 0 }, undefined],
    [
      'another vendor has one price',
      { [WRITE]: 100, 'gen_ai.provider.name': 'openai', 'gen_ai.request.model': 'gpt-5' },
      undefined,
    ],
    [
      'Claude behind another vendor',
      { [WRITE]: 100, 'gen_ai.provider.name': 'aws.bedrock' },
      ['cache_ttl_assumed'],
    ],
  ])('%s', (_, attributes, flags) => {
    expect(written(attributes)).toEqual(flags);
  });
});

test('what the span itself proves comes before its scope, and only for that span', () => {
  const emitters = new Emitters();
  const scope = { scopeName: 'strands-agents', scopeVersion: '' };
  const said = { provider: undefined, model: 'claude', style: 'inclusive' as const };
  expect(emitters.of(scope, { ...said, styleProven: true }).style).toBe('inclusive');
  expect(emitters.of(scope, { ...said, styleProven: false }).style).toBe('exclusive');
  expect(emitters.of(scope, { ...said, styleProven: true }).style).toBe('inclusive');
});
