import type { AttributeView } from '../domain/span.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import { type Doubts, firstText } from './first.ts';

/** Frameworks that name themselves where the provider belongs: who served the call is then read elsewhere. */
const FRAMEWORKS = new Set([
  'strands-agents',
  'gcp.vertex.agent',
  'autogen',
  'crewai',
  'langchain',
  'llama_index',
  'litellm',
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
    if (name !== '' && !FRAMEWORKS.has(name)) return name;
  }
  return undefined;
}
