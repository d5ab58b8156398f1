import { LIMITS } from '../domain/limits.ts';
import type { AttributeView } from '../domain/span.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import { type Doubts, firstText } from './first.ts';

/** Frameworks that name themselves where the provider belongs: who served the call is then read elsewhere. */
const NAMES = [
  'strands-agents',
  'strands',
  'gcp.vertex.agent',
  'google_adk',
  'autogen',
  'ag2',
  'agno',
  'crewai',
  'dspy',
  'haystack',
  'langchain',
  'langgraph',
  'litellm',
  'llama_index',
  'llamaindex',
  'mastra',
  'microsoft.agent_framework',
  'openai_agents',
  'pydantic_ai',
  'semantic_kernel',
  'smolagents',
  'voltagent',
];
/** Dashes and underscores are one. */
const FRAMEWORKS: ReadonlySet<string> = new Set(
  NAMES.flatMap((name) => [name, name.replaceAll('_', '-'), name.replaceAll('-', '_')]),
);

/** The first provider that is no framework, in lower case. */
export function firstProvider(
  view: AttributeView,
  keys: readonly (readonly [KeyId])[],
  doubts: Doubts,
): string | undefined {
  for (let index = 0; index < keys.length; index += 1) {
    const name = providerNamed(firstText(view, keys[index]!, doubts));
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The provider of this name, in lower case; undefined for a framework, and for what is too long for a name. */
export function providerNamed(text: string | undefined): string | undefined {
  if (text === undefined || text.length > LIMITS.textBytesMax) return undefined;
  const name = text.trim().toLowerCase();
  return name === '' || FRAMEWORKS.has(name) ? undefined : name;
}
