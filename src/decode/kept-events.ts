import { STRING } from './source.ts';
import type { ScratchEvent } from './span.ts';

/** Events that are kept for their name alone. */
const KEPT_EVENTS = ['gen_ai.evaluation.result'];
const LENGTHS = new Set(KEPT_EVENTS.map((name) => name.length));

/** Most events are exceptions and messages: their length already tells. */
export function isKeptEvent(event: ScratchEvent): boolean {
  const mayBe = event.nameKind !== STRING || LENGTHS.has(event.nameLength);
  return mayBe && KEPT_EVENTS.includes(event.name);
}
