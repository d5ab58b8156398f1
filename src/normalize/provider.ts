import type { AttributeView } from '../domain/span.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import { type Doubts, firstText } from './first.ts';

/** Frameworks that name themselves where the provider belongs: who served the call is then read elsewhere. */
const FRAMEWORKS = new Set([
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
]);

/** The first provider that is no framework, in lower case. */
export function firstProvider(
  view: AttributeView,
  keys: readonly (readonly [KeyId])[],
  doubts: Doubts,
): string | undefined {
  for (let index = 0; index < keys.length; index += 1) {
    const text = firstText(view, keys[index]!, doubts);
    if (text === undefined) continue;
    const name = text.trim().toLowerCase();
    if (name !== '' && !FRAMEWORKS.has(name) && !FRAMEWORKS.has(name.replaceAll('-', '_'))) return name;
  }
  return undefined;
}
