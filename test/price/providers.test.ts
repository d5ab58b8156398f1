import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { FIRST_PARTIES, openProviderNames, spellingsOf } from '../../src/price/providers.ts';
import { table } from '../support/table.ts';
import { snapshot } from './uses.ts';

const names = openProviderNames(snapshot.providers, []);

describe('what emitters call a provider', () => {
  const cases = table(`
    id              names
    anthropic       anthropic,Claude,chat_anthropic,anthropic.messages,·anthropic·
    aws             aws,aws.bedrock,AWS_Bedrock,bedrock,amazon,amazon-bedrock,amazon_bedrock,bedrock_converse,aws.sagemaker
    azure           azure,azure.ai.openai,azure.ai.inference,az.ai.openai,az.ai.inference,azure_openai,AzureAI,azure.whatever
    cloudflare      cloudflare,workers-ai,cloudflare_workers_ai
    cohere          cohere,cohere_ai,cohere-v2,cohere.chat
    fireworks       fireworks,fireworks_ai
    github-copilot  github-copilot,github.copilot,copilot,github_copilot
    google          google,gcp,gcp.gemini,gcp.gen_ai,gcp.vertex_ai,vertex_ai,VertexAI,vertex,gemini,google_genai,google-ai,google.vertex.chat
    google          google-ai-studio,google_vertexai,google-vertex-ai,google-vertex,google_generative_ai,GoogleAI,google.generative-ai
    mistral         mistral,mistral_ai,MistralAI,mistral.chat
    moonshotai      moonshotai,moonshot,moonshot_ai,kimi
    openai          openai,OpenAI,openai.responses,openai.chat,openai_responses,openai-chat,chat_openai,open-ai
    perplexity      perplexity,perplexity_ai,pplx
    together        together,together_ai,TogetherAI
    voyageai        voyageai,voyage,voyage-ai
    x-ai            x-ai,x_ai,xAI,grok
    zai             zai,z-ai,z.ai
    zhipuai         zhipuai,zhipu,zhipu_ai,bigmodel
    deepseek        deepseek,DeepSeek,deepseek.chat
    groq            groq,Groq
    openrouter      openrouter,OpenRouter
  `);
  test.each(cases)('$names are $id', ({ id, names: spoken }) => {
    for (const name of spoken!.split(',')) expect([name, names(name)]).toEqual([name, id]);
  });

  test.each(['', ' ', 'litellm', 'LiteLLM', 'unknown', '_'])('%j names none', (name) => {
    expect(names(name)).toBe(name === '_' ? undefined : '');
  });

  test.each([
    'ollama',
    'ibm.watsonx.ai',
    'open',
    'openais',
    '.openai',
    'my.openai',
    'vllm',
    '__proto__',
    'constructor',
  ])('nobody here is called %s', (name) => {
    expect(names(name)).toBeUndefined();
  });

  test('every provider of the snapshot goes by its own name, in any case', () => {
    for (const { id } of snapshot.providers)
      for (const name of [id, id.toUpperCase(), ` ${id}`, id.replaceAll('-', '_')])
        expect(names(name)).toBe(id);
  });

  test('those who make what they sell are in the snapshot', () => {
    const known = new Set(snapshot.providers.map(({ id }) => id));
    expect(FIRST_PARTIES.filter((id) => !known.has(id))).toEqual([]);
    expect([...FIRST_PARTIES].sort()).toEqual([...FIRST_PARTIES]);
  });

  test.each([
    ['acme', 'Acme'],
    ['ACME', 'Acme'],
    ['acme.us', 'Acme'],
    ['acme.eu', 'acme.eu'],
    ['azure_openai', 'azure'],
    ['openai.responses', 'openai'],
    ['openai', 'openai'],
    ['my.house', 'my.house'],
    ['my', undefined],
    ['my.other', undefined],
  ])('beside a user’s own providers %s is %s', (name, id) => {
    const further = ['Acme', 'acme', 'acme.eu', 'azure_openai', 'openai.responses', 'my.house'];
    expect(openProviderNames(snapshot.providers, further)(name)).toBe(id);
  });

  test('a name is a provider, none or nobody, never an exception', () => {
    const known = new Set(snapshot.providers.map(({ id }) => id));
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (name) => {
        const found = names(name);
        if (found !== undefined && found !== '') expect(known.has(found)).toBe(true);
      }),
    );
  });
});

describe('a model’s name without its heads', () => {
  const cases = table(`
    name                                                  spellings
    gpt-4o                                                gpt-4o
    ·GPT-4o·                                              gpt-4o
    openai/gpt-4o                                         openai/gpt-4o;openai:gpt-4o
    azure_openai/gpt-4o                                   azure_openai/gpt-4o;azure:gpt-4o
    acme/gpt-4o                                           acme/gpt-4o
    /gpt-4o                                               /gpt-4o
    openrouter/openai/gpt-4o                              openrouter/openai/gpt-4o;openrouter:openai/gpt-4o;openrouter:gpt-4o
    models/gemini-2.5-pro                                 models/gemini-2.5-pro;gemini-2.5-pro
    publishers/google/models/gemini-2.5-pro               publishers/google/models/gemini-2.5-pro;gemini-2.5-pro
    x/deployments/my-model                                x/deployments/my-model;my-model
    mymodels/a                                            mymodels/a
    publishers/acme/a                                     publishers/acme/a;a
    acme:publishers/a                                     acme:publishers/a;a
    x/bedrock/a                                           x/bedrock/a;a
    x/converse/a                                          x/converse/a;a
    arn:aws:bedrock:us::foundation-model/a                arn:aws:bedrock:us::foundation-model/a;a
    a/models                                              a/models
    arn:aws:bedrock:us:1:inference-profile/us.claude      arn:aws:bedrock:us:1:inference-profile/us.claude;us.claude
    a-20250131                                            a-20250131;a-2025-01-31
    a-2025-01-31                                          a-2025-01-31;a-20250131
    a-20250131-v1:0                                       a-20250131-v1:0;a-2025-01-31-v1:0
    a-20250131:0                                          a-20250131:0;a-2025-01-31:0
    a-20251331                                            a-20251331
    a-2025-01-32                                          a-2025-01-32
    a-202501311                                           a-202501311
    a-2025-01-311                                         a-2025-01-311
    a-20250131-20260131                                   a-20250131-20260131;a-2025-01-31-2026-01-31
    a-2025-01-31-2026-01-31                               a-2025-01-31-2026-01-31;a-20250131-20260131
    a-19990101                                            a-19990101
    openai/a-20250131                                     openai/a-20250131;openai/a-2025-01-31;openai:a-20250131;openai:a-2025-01-31
  `);
  test.each(cases)('$name', ({ name, spellings }) => {
    const found = spellingsOf(name!, names).map(
      ({ model, head }) => (head === undefined ? '' : `${head}:`) + model,
    );
    expect(found.join(';')).toBe(spellings);
  });

  test('the name itself is always the first, in lower case', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'B', '/', '-', '1', ':', ' '), maxLength: 12 }),
        (name) => {
          const [first, ...others] = spellingsOf(name, names);
          expect(first).toEqual({ model: name.trim().toLowerCase(), head: undefined });
          for (const { model } of others) expect(model).toBe(model.toLowerCase());
        },
      ),
    );
  });
});
