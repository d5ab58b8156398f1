import type { Fact } from '../domain/fact.ts';

/**
 * Each span once, in order of start and span id. Of spans that were sent twice with different contents,
 * the one that says more: later end, then more usage, then a fixed order of contents. Of equal ones the
 * first arrival, so that an exporter's retry is no news.
 */
export function distinct(facts: readonly Fact[]): Fact[] {
  const chosen = new Map<string, Fact>();
  for (const fact of facts) {
    const known = chosen.get(fact.spanId);
    if (known === undefined || compareCopies(fact, known) > 0) chosen.set(fact.spanId, fact);
  }
  const once = [...chosen.values()];
  return isOrdered(once) ? once : once.sort(compareFacts);
}

/** Below zero where `left` is the earlier fact; ties by span id. */
export function compareFacts(left: Fact, right: Fact): number {
  if (left.start !== right.start) return left.start < right.start ? -1 : 1;
  return left.spanId < right.spanId ? -1 : left.spanId > right.spanId ? 1 : 0;
}

export function isOrdered(facts: readonly Fact[]): boolean {
  for (let at = 1; at < facts.length; at += 1) {
    if (compareFacts(facts[at - 1]!, facts[at]!) > 0) return false;
  }
  return true;
}

/** Above zero where `left` is to be kept. Rare, so the order of contents may be slow. */
function compareCopies(left: Fact, right: Fact): number {
  if (left === right) return 0;
  if (left.end !== right.end) return left.end > right.end ? 1 : -1;
  const tokens = tokensIn(left) - tokensIn(right);
  if (tokens !== 0) return tokens;
  const [leftText, rightText] = [contentText(left), contentText(right)];
  if (leftText !== rightText) return leftText > rightText ? 1 : -1;
  return right.receivedAt - left.receivedAt;
}

const tokensIn = ({ usage }: Fact): number => (usage === undefined ? -1 : usage.input + usage.output);

/** The same text for the same content, whatever the order in which its fields were set. */
function contentText(fact: Fact): string {
  return JSON.stringify({ ...fact, receivedAt: 0 }, (_, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
