import { describe, expect, test } from '@jest/globals';
import { matcherOf, restOf } from '../../src/price/clause.ts';
import { NAMES_REMEMBERED_MAX, rememberedLookup } from '../../src/price/lookup.ts';
import { table } from '../support/table.ts';
import { bookOf, callOf, flagsOf, priced } from './uses.ts';

const book = bookOf();

/** Price row and flags of a call, or the reason why it has none. */
function rowOf(provider: string, model: string): { row: string; flags: string } {
  const [charge] = priced(book, callOf(provider, model, { input: 1000 }));
  const row = charge!.priceId?.replace('genai-prices/', '') ?? charge!.reason!;
  return { row, flags: flagsOf([charge!]) };
}

describe('names of providers', () => {
  const cases = table(`
    provider            model                                       row
    openai              gpt-4o                                      openai/gpt-4o
    OpenAI              GPT-4o                                      openai/gpt-4o
    openai.responses    gpt-4o                                      openai/gpt-4o
    azure.ai.openai     phi-4                                       azure/phi-4
    azure.ai.inference  phi-4                                       azure/phi-4
    az.ai.openai        phi-4                                       azure/phi-4
    aws.bedrock         us.anthropic.claude-sonnet-4-6              aws/regional.anthropic.claude-sonnet-4-6-v1:0
    aws_bedrock         global.anthropic.claude-sonnet-4-6          aws/global.anthropic.claude-sonnet-4-6-v1:0
    gcp.gemini          gemini-2.5-pro                              google/gemini-2.5-pro
    gcp.gen_ai          gemini-2.5-pro                              google/gemini-2.5-pro
    gcp.vertex_ai       gemini-2.5-pro                              google/gemini-2.5-pro
    google.vertex.chat  gemini-2.5-pro                              google/gemini-2.5-pro
    vertex_ai           claude-sonnet-4-6                           google/claude-sonnet-4-6
    x_ai                grok-4.3                                    x-ai/grok-4.3
    xai                 grok-4.3                                    x-ai/grok-4.3
    mistral_ai          mistral-medium-latest                       mistral/mistral-medium-latest
    anthropic.messages  claude-sonnet-4-5                           anthropic/claude-sonnet-4-5
    moonshot_ai         kimi-k2-0905-preview                        moonshotai/kimi-k2-0905-preview
    ibm.watsonx.ai      granite-3                                   provider_unknown
    ollama              gpt-4o                                      provider_unknown
    openai              llama-3                                     model_unknown
    groq                gpt-4o                                      model_unknown
  `);
  test.each(cases)('$provider $model is $row', ({ provider, model, row }) => {
    expect(rowOf(provider!, model!)).toEqual({ row, flags: '' });
  });
});

describe('heads of names are cut where they are known', () => {
  const cases = table(`
    provider     model                                                                              row
    gcp.gemini   models/gemini-2.5-flash                                                            google/gemini-2.5-flash
    google       publishers/google/models/gemini-2.5-flash                                          google/gemini-2.5-flash
    openai       openai/gpt-4o                                                                      openai/gpt-4o
    azure        azure/phi-4                                                                        azure/phi-4
    openrouter   openai/gpt-4o-mini                                                                 openrouter/openai/gpt-4o-mini
    groq         openai/gpt-oss-120b                                                                groq/openai/gpt-oss-120b
    aws          bedrock/us.anthropic.claude-sonnet-4-6                                             aws/regional.anthropic.claude-sonnet-4-6-v1:0
    aws          arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-6            aws/regional.anthropic.claude-sonnet-4-6-v1:0
    aws          arn:aws:bedrock:us-east-1:1:inference-profile/global.anthropic.claude-sonnet-4-6   aws/global.anthropic.claude-sonnet-4-6-v1:0
    aws          arn:aws:bedrock:us-east-1:1:application-inference-profile/x1y2                     model_unknown
    openai       acme/gpt-4o                                                                        model_unknown
    anthropic    claude-sonnet-4-5-2025-09-29                                                       anthropic/claude-sonnet-4-5
    openai       gpt-4o-20241120                                                                    openai/gpt-4o
  `);
  test.each(cases)('$provider $model is $row', ({ provider, model, row }) => {
    expect(rowOf(provider!, model!)).toEqual({ row, flags: '' });
  });
});

describe('no model has a neighbour’s price', () => {
  const cases = table(`
    provider   model                            row                          flags
    # growthxai/output#255: a prefix ate the next version, three times too dear
    anthropic  claude-opus-4-8                  anthropic/claude-opus-4-8    _
    anthropic  claude-opus-4-9                  model_unknown                _
    anthropic  claude-opus-5-9                  model_unknown                _
    anthropic  claude-sonnet-5-9                model_unknown                _
    anthropic  claude-sonnet-5.9                model_unknown                _
    anthropic  claude-opus-4-10                 model_unknown                _
    anthropic  claude-sonnet-4-5-mini           model_unknown                _
    anthropic  claude-sonnet-4-5-20250929       anthropic/claude-sonnet-4-5  _
    anthropic  claude-sonnet-4-5-latest         anthropic/claude-sonnet-4-5  _
    anthropic  claude-sonnet-4-5@20250929       anthropic/claude-sonnet-4-5  _
    anthropic  claude-sonnet-4-5-hypothetical   anthropic/claude-sonnet-4-5  prefix_match
    google     gemini-3.8-pro                   model_unknown                _
    google     gemini-1.5-flash-8b-2            model_unknown                _
    google     gemini-2.5-pro-preview-05-06     google/gemini-2.5-pro        _
    google     gemini-3.6-flash-lite            model_unknown                _
    azure      gpt-4o                           openai/gpt-4o                fallback_provider
    azure      o4-mini-deep-research            openai/o4-mini-deep-research fallback_provider
    openai     ft:gpt-4.1-2025-04-14:acme::1    model_unknown                _
    openai     ft:gpt-4o-mini-2024-07-18:acme   openai/ft:gpt-4o-mini        prefix_match
    deepseek   deepseek-r1-distill-llama-70b    model_unknown                _
    azure      my-gpt4o-deployment              model_unknown                _
  `);
  test.each(cases)('$model is $row', ({ provider, model, row, flags }) => {
    expect(rowOf(provider!, model!)).toEqual({ row, flags });
  });
});

describe('a span that names no provider', () => {
  const cases = table(`
    provider  model                    row                          flags
    _         gpt-4o                   openai/gpt-4o                provider_inferred
    _         text-embedding-3-small   openai/text-embedding-3-small provider_inferred
    _         claude-sonnet-4-5        anthropic/claude-sonnet-4-5  provider_inferred
    _         gemini-2.5-flash         google/gemini-2.5-flash      provider_inferred
    litellm   anthropic/claude-opus-5  anthropic/claude-opus-5      provider_inferred
    _         groq/openai/gpt-oss-20b  groq/openai/gpt-oss-20b      provider_inferred
    _         my-model                 model_unknown                _
    # a name that only goes on past a known one is too weak to tell the provider by
    _         claude-sonnet-4-5-hypothetical  model_unknown         _
    # sold by many, made by none of the first parties
    _         llama-3.3-70b-versatile  model_unknown                _
  `);
  test.each(cases)('$provider $model is $row', ({ provider, model, row, flags }) => {
    expect(rowOf(provider!, model!)).toEqual({ row, flags });
  });

  test('and none that names no model has a price', () => {
    expect(rowOf('openai', '').row).toBe('model_missing');
    expect(rowOf('openai', '  ').row).toBe('model_missing');
    expect(rowOf('', '').row).toBe('model_missing');
  });
});

describe('what follows a prefix', () => {
  const cases = table(`
    known          rest              verdict
    claude-opus-4  _                 same
    claude-opus-4  -20250514         same
    claude-opus-4  -2025-05-14       same
    claude-opus-4  -20250514-v1:0    same
    claude-opus-4  @20250514         same
    claude-opus-4  -latest           same
    claude-opus-4  -1                foreign
    claude-opus-4  .1                foreign
    claude-opus-4  -1-20250805       foreign
    claude-opus-4  0                 foreign
    sonnet-4-2025  0514              same
    gemini-flash-0 01                same
    gemini-flash   -001              same
    gemini-flash   -lite             foreign
    gemini-flash   -literal          doubtful
    gemini-flash   -8b               foreign
    instruct-v0    :2                same
    gpt-audio      -preview-2025-06-03  same
    family-        27b-it            doubtful
    claude-opus-4  -thinking         doubtful
  `);
  test.each(cases)('$known$rest: $verdict', ({ known, rest, verdict }) => {
    expect(restOf(known! + rest!, known!, known!.length)).toBe(verdict);
  });
});

test('a name made to be slow to match is judged at once', () => {
  const evil = `gpt-5${'-2024-05-06'.repeat(90)}x`;
  const start = performance.now();
  expect(restOf(evil, 'gpt-5', 5)).toBe('doubtful');
  expect(performance.now() - start).toBeLessThan(1000);
});

describe('clauses', () => {
  test('word for word before a pattern, before the longer prefix, before the shorter', () => {
    const rankIn = (clause: Parameters<typeof matcherOf>[0]) => matcherOf(clause)('gpt-5-latest')?.rank ?? -1;
    const ranks = [
      rankIn({ contains: 'gpt' }),
      rankIn({ contains: 'gpt-5' }),
      rankIn({ starts_with: 'gpt-5' }),
      rankIn({ regex: '^gpt-5-\\w+$' }),
      rankIn({ equals: 'GPT-5-latest' }),
    ];
    expect(ranks).toEqual([...ranks].sort((left, right) => left - right));
    expect(ranks[0]).toBe(-1); // "gpt" followed by "-5" is some other model's name.
    expect(new Set(ranks).size).toBe(5);
  });

  test('`and` wants all of its parts, and ranks as the one that names the model', () => {
    const matches = matcherOf({ and: [{ starts_with: 'gemini-2.5-pro' }, { regex: '^(?!.*-tts)' }] });
    expect(matches('gemini-2.5-pro-tts')).toBeUndefined();
    expect(matches('gemini-2.5-pro')).toEqual(matcherOf({ starts_with: 'gemini-2.5-pro' })('gemini-2.5-pro'));
  });
});

test('names are remembered, misses too, and past the limit forgotten all at once', () => {
  let asked = 0;
  const lookup = rememberedLookup(() => {
    asked++;
    return { kind: 'missing', reason: 'model_unknown' };
  });
  for (let round = 0; round < 2; round++)
    for (let name = 0; name < NAMES_REMEMBERED_MAX; name++) lookup(`p${name % 3}`, `m${name}`);
  expect(asked).toBe(NAMES_REMEMBERED_MAX);
  lookup('p', 'one more');
  lookup('p0', 'm0');
  expect(asked).toBe(NAMES_REMEMBERED_MAX + 2);
});
