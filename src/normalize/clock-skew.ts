import { YEAR_2000_MS } from '../domain/heard-time.ts';
import { LIMITS } from '../domain/limits.ts';
import type { SpanView } from '../domain/span.ts';

const MS_PER_HI = 2 ** 32 / 1e6;
const NANOS_PER_MS = 1e6;

/** Tells spans that ended before they started, before 2000, or further ahead than clocks drift. */
export function openSkew(nowMs: () => number): (span: SpanView) => boolean {
  // The clock is asked again only when a span seems to be ahead of it: it does not go back.
  let known = nowMs();
  return (span) => {
    if (span.endHi < span.startHi || (span.endHi === span.startHi && span.endLo < span.startLo)) return true;
    const endMs = span.endHi * MS_PER_HI + span.endLo / NANOS_PER_MS;
    if (endMs < YEAR_2000_MS) return true;
    if (endMs <= known + LIMITS.futureMsMax) return false;
    known = nowMs();
    return endMs > known + LIMITS.futureMsMax;
  };
}
