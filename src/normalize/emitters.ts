import type { SpanView } from '../domain/span.ts';
import { blindFlags, blindToWrites } from './blind.ts';
import type { Draft } from './draft.ts';
import type { FlagBits } from './flags.ts';
import { fitsScope, type ScopeRow } from './scope.ts';
import type { Emitter, Style } from './style.ts';

/**
 * Emitters whose style is known from their source or from recordings, by the beginning of their scope name.
 * `claude` limits a row to Anthropic's models: such emitters pass on whatever the provider counted. The first
 * row that fits counts. Read in November 2026.
 */
const SCOPES: readonly (ScopeRow & { readonly claude?: true; readonly style: Style })[] = [
  // The SDK and the platform add cached tokens up themselves.
  { scope: 'com.anthropic.sdk.', style: 'inclusive' },
  { scope: 'com.anthropic.claude-platform', style: 'inclusive' },
  { scope: 'gcp.vertex.agent', style: 'inclusive' },
  { scope: 'codex', style: 'inclusive' },
  // OpenLLMetry: Converse numbers are passed on raw, and its total is input + output, which would mislead.
  { scope: 'opentelemetry.instrumentation.bedrock', style: 'exclusive' },
  { scope: '@traceloop/instrumentation-bedrock', style: 'inclusive' },
  { scope: 'opentelemetry.instrumentation.anthropic', style: 'inclusive' },
  // Its JavaScript package passes Anthropic's numbers on raw, with a total of input + output (recorded: 0.27.0).
  { scope: '@traceloop/instrumentation-anthropic', style: 'exclusive' },
  // OpenInference.
  { scope: 'openinference.instrumentation.claude_agent_sdk', style: 'exclusive' },
  { scope: '@arizeai/openinference-instrumentation-claude-agent-sdk', style: 'exclusive' },
  { scope: 'openinference.instrumentation.anthropic', style: 'inclusive' },
  { scope: '@arizeai/openinference-instrumentation-anthropic', style: 'inclusive' },
  { scope: 'openinference.instrumentation.langchain', style: 'inclusive' },
  { scope: 'openinference.instrumentation.llama_index', style: 'inclusive' },
  { scope: 'openinference.instrumentation.litellm', style: 'inclusive' },
  { scope: 'openinference.instrumentation.google', style: 'inclusive' },
  // Google's own numbers: candidates without thoughts, and only the total, where there is one, holds them.
  { scope: 'opentelemetry.instrumentation.google_generativeai', style: 'thoughts_outside' },
  { scope: 'gemini-cli', style: 'thoughts_outside' },
  // Frameworks that pass Anthropic's raw numbers on.
  { scope: 'strands-agents', claude: true, style: 'exclusive' },
  { scope: 'agent_framework', claude: true, style: 'exclusive' },
  { scope: 'agent_framework', style: 'inclusive' },
  { scope: 'openlit.', claude: true, style: 'exclusive' },
  { scope: '@openlit/instrumentation-anthropic', style: 'exclusive' },
  { scope: 'pydantic-ai', style: 'inclusive' },
  { scope: '@mastra/', style: 'inclusive' },
  // Vercel's AI SDK 7, in GenAI.
  { scope: 'gen_ai', whole: true, style: 'inclusive' },
];

/** Vendors whose own APIs count cached tokens as part of input. */
const INCLUSIVE_VENDORS = ['openai', 'azure', 'gcp', 'google', 'deepseek', 'x_ai', 'xai', 'groq', 'mistral'];
/** Models that only such vendors made, for spans that name none: gateways pass their numbers on. */
const INCLUSIVE_FAMILIES = /(?:^|\/)(?:gpt-|chatgpt-|o\d(?:-|$)|gemini-|deepseek-|grok-)/;
const GOOGLE_VENDORS = ['gcp', 'google', 'vertex'];

/** An emitter's way of counting, and the doubts that come with whatever it leaves out. */
export interface KnownEmitter extends Emitter {
  readonly blind: FlagBits;
  /** The vendor bills cache writes by how long they live. */
  readonly hasCacheTtl: boolean;
  /** It may leave cache writes out, though it tells cache reads. */
  readonly blindToWrites: boolean;
}

const UNKNOWN: KnownEmitter = {
  hasCacheTtl: false,
  style: undefined,
  vendorInclusive: false,
  hidesThoughts: false,
  blind: 0,
  blindToWrites: false,
};

type Described = { readonly [Field in 'scope' | 'version' | 'provider' | 'model']: string } & {
  readonly style: Style;
  /** The span itself shows that it counts so. */
  readonly proven?: boolean;
};

type Scoped = Pick<SpanView, 'scopeName' | 'scopeVersion'>;
type Counting = Pick<Draft, 'provider' | 'model' | 'style' | 'styleProven'>;

/**
 * What is known of an emitter. Spans of one scope and model come in a row, so the last answer is kept and most
 * spans cost six comparisons.
 */
export class Emitters {
  #scope = '';
  #version = '';
  #provider: string | undefined;
  #model: string | undefined;
  #style: Style = 'inclusive';
  #proven = false;
  #last: KnownEmitter = UNKNOWN;

  of({ scopeName, scopeVersion }: Scoped, draft: Counting): KnownEmitter {
    const { provider, model, style, styleProven } = draft;
    if (
      scopeName !== this.#scope ||
      scopeVersion !== this.#version ||
      provider !== this.#provider ||
      model !== this.#model ||
      style !== this.#style ||
      styleProven !== this.#proven
    ) {
      this.#scope = scopeName;
      this.#version = scopeVersion;
      this.#provider = provider;
      this.#model = model;
      this.#style = style;
      this.#proven = styleProven;
      this.#last = emitterOf({
        scope: scopeName,
        version: scopeVersion,
        provider: provider ?? '',
        model: model ?? '',
        style,
        proven: styleProven,
      });
    }
    return this.#last;
  }
}

/** `style` is the dialect's own. Inclusive is what every dialect should be and proves nothing; others are meant. */
export function emitterOf({ scope, version, provider, model, style, proven }: Described): KnownEmitter {
  const claude = provider.startsWith('anthropic') || model.includes('claude');
  const row = SCOPES.find((one) => fitsScope(one, scope, version) && (one.claude === undefined || claude));
  const beginsWith = (vendor: string) => provider.startsWith(vendor);
  return {
    style: proven ? style : (row?.style ?? (style === 'inclusive' ? undefined : style)),
    // Claude behind Vertex keeps Anthropic's way of counting.
    vendorInclusive:
      !claude && (INCLUSIVE_VENDORS.some(beginsWith) || (provider === '' && INCLUSIVE_FAMILIES.test(model))),
    hidesThoughts: !claude && (GOOGLE_VENDORS.some(beginsWith) || model.includes('gemini')),
    blind: blindFlags({ scope, version, claude }),
    hasCacheTtl: claude,
    blindToWrites: blindToWrites({ scope, version, claude }),
  };
}
