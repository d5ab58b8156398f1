import type { Fact } from '../domain/fact.ts';
import { FactReader } from '../domain/fact-reader.ts';
import { FactWriter } from '../domain/fact-writer.ts';

/** A trace's facts as the ledger keeps them, so that a late span can reopen it. */
export const readSkeleton = (skeleton: Uint8Array): Fact[] => new FactReader(skeleton).facts();

const writer = new FactWriter();

/** One record, begun at its earliest arrival. */
export function writeSkeleton(facts: readonly Fact[]): Buffer {
  let earliest = Number.MAX_SAFE_INTEGER;
  for (const fact of facts) if (fact.receivedAt < earliest) earliest = fact.receivedAt;
  writer.begin(earliest);
  for (const fact of facts) writer.addFact(fact);
  return writer.finish();
}
