import { FACT_FLAGS, type Meaning } from './fact.ts';
import { HAS } from './fact-layout.ts';

/** What a meaning and a fact have in common. */
export type Said = Omit<Meaning, 'error'>;

/** Which fields are written behind the mask, but for the flags, to which the writer can add. */
export function maskOf(meaning: Said): number {
  return (
    (meaning.dialect === '' ? 0 : HAS.dialect) |
    (meaning.usage === undefined ? 0 : HAS.usage) |
    (meaning.provider === undefined ? 0 : HAS.provider) |
    (meaning.model === undefined ? 0 : HAS.model) |
    (meaning.responseId === undefined ? 0 : HAS.responseId) |
    (meaning.tool === undefined ? 0 : HAS.tool) |
    (meaning.callId === undefined ? 0 : HAS.callId) |
    (meaning.units === undefined ? 0 : HAS.units) |
    (meaning.stated === undefined ? 0 : HAS.stated) |
    (meaning.reportedUsd === undefined ? 0 : HAS.reportedUsd) |
    (meaning.outcome === undefined ? 0 : HAS.outcome) |
    (meaning.valueUsd === undefined ? 0 : HAS.valueUsd) |
    (meaning.remediation === undefined ? 0 : HAS.remediation) |
    (meaning.identity === undefined ? 0 : HAS.identity) |
    (meaning.served === undefined ? 0 : HAS.served)
  );
}

/** Says nothing: most spans only hold the tree together, and take this short way. */
export const isPlain = (meaning: Said): boolean => maskOf(meaning) === 0 && meaning.flags === undefined;

export function flagBits(meaning: Said): number {
  let bits = 0;
  if (meaning.flags !== undefined) for (const flag of meaning.flags) bits |= 1 << FACT_FLAGS.indexOf(flag);
  return bits;
}
