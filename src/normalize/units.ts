import type { UnitCount } from '../domain/fact.ts';
import type { AttributeView, SpanView } from '../domain/span.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import { firstDecimal } from './amounts.ts';
import { Choices } from './choices.ts';
import type { Draft } from './draft.ts';
import { FLAG } from './flags.ts';

/** Where a billable unit is reported: the first attribute that has a quantity counts. */
export interface UnitSource {
  readonly unit: string;
  /** Names on the span. */
  readonly span: readonly KeyId[];
  /** Names on one of its events, asked where the span itself has none. */
  readonly event: readonly KeyId[];
}

export type ReadUnits = (span: SpanView, draft: Draft) => void;

/** Adds the units that a span reports and that nobody has read yet. */
export function openUnits(sources: readonly UnitSource[]): ReadUnits {
  const choices = new Choices(sources.map(({ span }) => span));
  return (span, draft) => {
    choices.look(span);
    for (let index = 0; index < sources.length; index += 1) {
      const source = sources[index]!;
      if (source.event.length === 0 && !choices.has(index)) continue;
      const quantity = firstQuantity(span, source.span, draft) ?? quantityOfEvents(span, source.event, draft);
      if (quantity !== undefined) addUnit(draft, { unit: source.unit, quantity });
    }
  };
}

function addUnit(draft: Draft, count: UnitCount): void {
  if (draft.units === undefined) draft.units = [count];
  else if (!draft.units.some((known) => known.unit === count.unit)) draft.units = [...draft.units, count];
}

const firstQuantity = (view: AttributeView, keys: readonly KeyId[], draft: Draft) =>
  firstDecimal(view, keys, UNIT_SCALE, draft, FLAG.bad_count);

/** Quantities are kept to the millionth of a unit. */
const UNIT_SCALE = 6;

function quantityOfEvents(span: SpanView, keys: readonly KeyId[], draft: Draft): string | undefined {
  if (keys.length === 0) return undefined;
  for (const event of span.events) {
    const quantity = firstQuantity(event, keys, draft);
    if (quantity !== undefined) return quantity;
  }
  return undefined;
}
