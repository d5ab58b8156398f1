import { type Charge, isWaiting } from '../domain/charge.ts';
import { FACT_FLAGS } from '../domain/fact.ts';
import { type Untangled, USE_DOUBTS, type Use } from '../domain/use.ts';
import type { PriceBook } from './book.ts';

/** A trace as it was settled last. */
export interface ChargedBefore {
  readonly untangled: Untangled;
  /** Its lines, by span and line. */
  readonly charges: readonly Charge[];
}

/**
 * The charges of a trace that is settled again, where other prices are in force than it was charged at.
 *
 * **Law**: what did not change keeps its lines. A span that did what it did when it was charged costs what it was
 * charged, whichever book is asked; only what is new or changed, and what waits for a price, is priced by this one. So a
 * trace settled again with the same spans changes no line, and a restatement of prices stands until the next.
 *
 * A span is kept or priced as a whole, for the lines of a call share its tier; remediation has no price in any book.
 */
export function priceAgain(
  trace: Untangled,
  { untangled, charges }: ChargedBefore,
  book: Pick<PriceBook, 'price'>,
): Charge[] {
  const usesBefore = bySpan(untangled.uses.filter(isPricedUse), spanOfUse);
  const uses = bySpan(trace.uses.filter(isPricedUse), spanOfUse);
  const kept = bySpan(charges.filter(isPriced), spanOf);
  const again: Charge[] = [];
  for (const [spanId, fresh] of bySpan(book.price(trace), spanOf, uses.keys())) {
    const [now, before] = [uses.get(spanId) ?? [], usesBefore.get(spanId) ?? []];
    const old = kept.get(spanId) ?? [];
    const stays = isSame(before, now) && !old.some(({ reason }) => isWaiting(reason));
    const lines = stays ? retold(old, before, now) : fresh.filter(isPriced);
    again.push(...lines, ...behind(lines, fresh));
  }
  return again;
}

const isPriced = ({ component }: Charge): boolean => component !== 'remediation';
const isPricedUse = ({ kind }: Use): boolean => kind !== 'remediation';
const spanOf = ({ spanId }: Charge): string => spanId;
const spanOfUse = ({ fact }: Use): string => fact.spanId;

/** `all` where an item of each is not to be had. */
function bySpan<T>(
  items: readonly T[],
  spanIdOf: (item: T) => string,
  all: Iterable<string> = [],
): ReadonlyMap<string, readonly T[]> {
  const spans = new Map<string, T[]>();
  for (const spanId of all) spans.set(spanId, []);
  for (const item of items) {
    const list = spans.get(spanIdOf(item));
    if (list === undefined) spans.set(spanIdOf(item), [item]);
    else list.push(item);
  }
  return spans;
}

const isSame = (before: readonly Use[], now: readonly Use[]): boolean => digest(before) === digest(now);

/** All of what a span did that its price is made of; whose it is and how sure its counts are is no part of it. */
const digest = (uses: readonly Use[]): string => JSON.stringify(uses.map(partsOf), bigintText);

function partsOf(use: Use): unknown {
  const { provider, model, tool, served, error, start, end, stated, reportedUsd, flags } = use.fact;
  const { kind, fact: _, taskId: __, ...did } = use;
  return [
    { kind, ...did, session: undefined, doubts: undefined },
    { provider, model, tool, served, error, start, end, stated, reportedUsd },
    flags?.includes('cache_hit') === true,
  ];
}

const bigintText = (_: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;

/** The lines as they were charged, of the task and with the doubts of today. */
function retold(lines: readonly Charge[], before: readonly Use[], now: readonly Use[]): readonly Charge[] {
  return lines.map((line) => {
    const [was, is] = [writerOf(line, before), writerOf(line, now)];
    const doubts = doubtsOf(is);
    const flags =
      String(doubtsOf(was)) === String(doubts)
        ? line.flags
        : [...doubts, ...line.flags.filter((flag) => !DOUBTS.has(flag))];
    return { ...line, taskId: is.taskId, flags };
  });
}

const DOUBTS: ReadonlySet<string> = new Set([...FACT_FLAGS, ...USE_DOUBTS]);

/** The use that a line is of: a span that has a line of its own to keep has one. */
const writerOf = ({ component }: Charge, uses: readonly Use[]): Use =>
  uses.find((use) => 'usage' in use === (component === 'inference')) ?? uses[0]!;

const doubtsOf = (use: Use): readonly string[] => [
  ...(use.fact.flags ?? []),
  ...(('doubts' in use && use.doubts) || []),
];

/** What humans cost is numbered behind the lines of its span. */
function behind(lines: readonly Charge[], fresh: readonly Charge[]): readonly Charge[] {
  return fresh
    .filter((line) => !isPriced(line))
    .map((line, index) => ({ ...line, line: lines.length + index }));
}
