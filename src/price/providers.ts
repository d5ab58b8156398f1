import type { SnapshotProvider } from './snapshot.ts';

/**
 * Names that emitters give a provider, to the name in the snapshot. OpenTelemetry's `gen_ai.provider.name`
 * first, then what SDKs and gateways write. Underscores and dashes are one; letters match whatever their case.
 * A name with dots that is not here counts by its first part: `anthropic.messages`, `google.vertex.chat`.
 */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  anthropic: ['claude', 'chat-anthropic'],
  aws: ['aws.bedrock', 'bedrock', 'amazon', 'amazon-bedrock', 'aws-bedrock', 'bedrock-converse'],
  azure: [
    'azure.ai.openai',
    'azure.ai.inference',
    'az.ai.openai',
    'az.ai.inference',
    'azure-openai',
    'azureai',
  ],
  cloudflare: ['workers-ai', 'cloudflare-workers-ai'],
  cohere: ['cohere-ai', 'cohere-v2'],
  fireworks: ['fireworks-ai'],
  'github-copilot': ['github.copilot', 'copilot'],
  google: [
    'gcp',
    'gcp.gemini',
    'gcp.gen-ai',
    'gcp.vertex-ai',
    'vertex-ai',
    'vertexai',
    'vertex',
    'gemini',
    'google-genai',
    'google-ai',
    'google-ai-studio',
    'google-vertex',
    'google-vertexai',
    'google-vertex-ai',
    'google-generative-ai',
    'googleai',
  ],
  mistral: ['mistral-ai', 'mistralai'],
  moonshotai: ['moonshot', 'moonshot-ai', 'kimi'],
  openai: ['openai-responses', 'openai-chat', 'chat-openai', 'open-ai'],
  perplexity: ['perplexity-ai', 'pplx'],
  together: ['together-ai', 'togetherai'],
  voyageai: ['voyage', 'voyage-ai'],
  'x-ai': ['xai', 'grok'],
  zai: ['z-ai', 'z.ai'],
  zhipuai: ['zhipu', 'zhipu-ai', 'bigmodel'],
};

/** They stand between the agent and the provider and have no prices: the model's own head tells who served it. */
const GATEWAYS: ReadonlySet<string> = new Set(['', 'litellm', 'unknown']);

/** Who makes the models that they sell; only these are taken for the provider of a span that names none. */
export const FIRST_PARTIES: readonly string[] = [
  'anthropic',
  'cohere',
  'deepseek',
  'google',
  'minimax',
  'mistral',
  'moonshotai',
  'openai',
  'perplexity',
  'voyageai',
  'x-ai',
  'zai',
];

/** Heads that say where a model is kept, not who sells it: `models/gemini-2.5-pro`, Bedrock's ARNs. */
const PLACES =
  /(?:^|[/:])(?:models|publishers|bedrock|converse|foundation-model|inference-profile|deployments)\//;

/** Canonical provider of a name; undefined where nobody here is called so. `''` where the span names no provider. */
export type ProviderNames = (name: string) => string | undefined;

export function openProviderNames(
  providers: readonly SnapshotProvider[],
  further: readonly string[],
): ProviderNames {
  const ids = new Map<string, string>();
  for (const [id, names] of Object.entries(NAMES)) for (const name of [id, ...names]) ids.set(name, id);
  for (const { id } of providers) ids.set(plain(id), id);
  const idOf = (key: string): string | undefined =>
    ids.get(key) ?? ids.get(key.slice(0, Math.max(0, key.indexOf('.'))));
  // A user's row of `openai.responses` is one of openai's: as a provider of its own it would have no other price.
  const own = further.filter((name) => idOf(plain(name)) === undefined);
  for (const name of own) if (!ids.has(plain(name))) ids.set(plain(name), name);
  return (name) => {
    const key = plain(name);
    return GATEWAYS.has(key) ? '' : idOf(key);
  };
}

const plain = (name: string): string => name.trim().toLowerCase().replaceAll('_', '-');

/** A model's name without its heads, best guess first, and the provider that a head names. */
export interface Spelling {
  readonly model: string;
  readonly head: string | undefined;
}

/**
 * `openai/gpt-4o` is also `gpt-4o`, of a provider called openai. An unknown head is not cut: `acme/gpt-4o`
 * may be somebody's own model.
 */
export function spellingsOf(model: string, names: ProviderNames): readonly Spelling[] {
  const whole = model.trim().toLowerCase();
  const spellings: Spelling[] = [{ model: whole, head: undefined }];
  const [first, last] = [whole.indexOf('/'), whole.lastIndexOf('/')];
  if (first > 0) {
    const head = names(whole.slice(0, first)) || undefined;
    if (head !== undefined && last > first) spellings.push({ model: whole.slice(first + 1), head });
    if (head !== undefined || PLACES.test(whole.slice(0, last + 1)))
      spellings.push({ model: whole.slice(last + 1), head });
  }
  return spellings.flatMap((one) => [one, ...dashed(one)]);
}

const COMPACT_DATE = /-(20\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=-|:|$)/g;
const DASHED_DATE = /-(20\d{2})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(?=-|:|$)/g;

/** Some emitters write OpenAI's dates without dashes, and Anthropic's with them. */
function dashed({ model, head }: Spelling): readonly Spelling[] {
  return [model.replace(COMPACT_DATE, '-$1-$2-$3'), model.replace(DASHED_DATE, '-$1$2$3')]
    .filter((text) => text !== model)
    .map((text) => ({ model: text, head }));
}
