import type { Ruling, Sighting } from '../domain/twins.ts';
import type { Usage } from '../domain/usage.ts';

/**
 * Running totals of one agent, in the order in which their spans ended: each grew since the one before it. One that is
 * smaller than the one before began anew, as another object or another process does.
 */
export function rulingsOnTotals(totals: readonly Sighting[]): (readonly [Sighting, Ruling])[] {
  const owners = new Map<number, Sighting[]>();
  for (const one of totals) {
    const known = owners.get(one.key.same);
    if (known === undefined) owners.set(one.key.same, [one]);
    else known.push(one);
  }
  const rulings: (readonly [Sighting, Ruling])[] = [];
  for (const row of owners.values()) {
    row.sort(earliestEndFirst);
    row.forEach((total, at) => {
      const [before, after] = [row[at - 1], row[at + 1]];
      const others = [...new Set([before, after].flatMap((one) => one?.mark.traceId ?? []))];
      const elsewhere = others.filter((traceId) => traceId !== total.mark.traceId).sort();
      const base = isPartOf(before?.usage, total.usage) ? before?.usage : undefined;
      if (base === undefined && elsewhere.length === 0) return;
      const { spanId } = total;
      rulings.push([
        total,
        { spanId, kind: 'total', others: elsewhere, as: 'grown', ...(base !== undefined && { base }) },
      ]);
    });
  }
  return rulings;
}

const isPartOf = (part: Usage | undefined, whole: Usage | undefined): boolean =>
  part !== undefined && whole !== undefined && part.input <= whole.input && part.output <= whole.output;

function earliestEndFirst(left: Sighting, right: Sighting): number {
  if (left.end !== right.end) return left.end < right.end ? -1 : 1;
  if (left.start !== right.start) return left.start < right.start ? -1 : 1;
  const [name, other] = [`${left.mark.traceId} ${left.spanId}`, `${right.mark.traceId} ${right.spanId}`];
  return name < other ? -1 : 1;
}
