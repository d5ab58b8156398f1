import type { Charge } from '../domain/charge.ts';
import { isInScope, type RepriceScope } from '../domain/repricing.ts';
import type { Untangled, Use } from '../domain/use.ts';
import type { PriceBook } from './book.ts';
import { isAdjustment, isTokenPart, usesOfLines } from './stored-uses.ts';

/** The lines of one span in scope, as they stand and as the book has them; the same list where nothing changes. */
export interface RepricedSpan {
  readonly before: readonly Charge[];
  readonly after: readonly Charge[];
}

/** Lines as a re-pricing pairs them: of one component and class, or one of the two is missing. */
export interface LinePair {
  readonly before: Charge | undefined;
  readonly after: Charge | undefined;
}

export interface RepriceRequest {
  readonly traceId: string;
  readonly charges: readonly Charge[];
  /** Made of the trace's facts; undefined where they are gone. */
  readonly untangled: Untangled | undefined;
  readonly scope: RepriceScope;
  readonly book: PriceBook;
  /** Prices everything as if it happened then (Unix nanoseconds), and not when it did. */
  readonly asIfAt?: bigint | undefined;
}

/**
 * The spans of a trace that are in scope, priced by another book. **Law**: what a span is charged for stays as it is,
 * only what it costs changes; so whatever its trace is untangled to today, a span that is not charged gains no line, and
 * where its facts now tell other quantities, its own lines are priced.
 */
export function repriceSpans(request: RepriceRequest): readonly RepricedSpan[] {
  const spans = bySpan(request.charges);
  let fresh: ReadonlyMap<string, readonly Charge[]> | undefined;
  const repriced: RepricedSpan[] = [];
  for (const [spanId, before] of spans) {
    if (!before.some((charge) => isInScope(charge, request.scope))) continue;
    fresh ??= bySpan(request.untangled === undefined ? [] : priced(request.untangled, request));
    const found = fresh.get(spanId);
    const told = found !== undefined && isOfOne(before, found) ? found : ofLines(before, request);
    const after = told === undefined ? before : placed(before, told);
    repriced.push({ before, after: isSame(before, after) ? before : after });
  }
  return repriced;
}

/** All charges of the trace with the repriced spans in place of what they were; remediation keeps its lines, behind. */
export function withRepriced(
  charges: readonly Charge[],
  repriced: readonly RepricedSpan[],
): readonly Charge[] {
  const changed = new Map(
    repriced.filter(({ before, after }) => before !== after).map(({ after }) => [after[0]!.spanId, after]),
  );
  const whole: Charge[] = [];
  const lines = new Map<string, number>();
  for (const charge of charges) {
    const after = changed.get(charge.spanId);
    if (after === undefined) whole.push(charge);
    else if (charge.component === 'remediation') {
      const line = lines.get(charge.spanId) ?? after.length;
      lines.set(charge.spanId, line + 1);
      whole.push({ ...charge, line });
    } else if (!lines.has(charge.spanId)) {
      lines.set(charge.spanId, after.length);
      whole.push(...after);
    }
  }
  return whole;
}

/** The lines of a changed span in pairs: the first of a class with the first, and so on. Pairs that are alike are left out. */
export function pairsOf({ before, after }: RepricedSpan): readonly LinePair[] {
  if (before === after) return [];
  const waiting = new Map<string, Charge[]>();
  for (const line of after) waiting.set(keyOf(line), [...(waiting.get(keyOf(line)) ?? []), line]);
  const pairs: LinePair[] = before.map((line) => ({
    before: line,
    after: waiting.get(keyOf(line))?.shift(),
  }));
  for (const lines of waiting.values())
    for (const line of lines) pairs.push({ before: undefined, after: line });
  return pairs.filter((pair) => !(pair.before && pair.after && isSameLine(pair.before, pair.after)));
}

const keyOf = (charge: Charge): string => `${charge.component} ${charge.class}`;

function bySpan(charges: readonly Charge[]): Map<string, readonly Charge[]> {
  const spans = new Map<string, Charge[]>();
  for (const charge of charges) {
    if (charge.component === 'remediation') continue;
    const lines = spans.get(charge.spanId);
    if (lines === undefined) spans.set(charge.spanId, [charge]);
    else lines.push(charge);
  }
  return spans;
}

function priced(untangled: Untangled, { book, asIfAt }: RepriceRequest): readonly Charge[] {
  if (asIfAt === undefined) return book.price(untangled);
  const moved = (use: Use): Use => ({ ...use, fact: { ...use.fact, end: asIfAt } });
  return book.price({ ...untangled, uses: untangled.uses.map(moved) });
}

function ofLines(before: readonly Charge[], request: RepriceRequest): readonly Charge[] | undefined {
  const uses = usesOfLines(before);
  if (uses === undefined) return undefined;
  const told = priced({ traceId: request.traceId, uses, claims: [], repeats: 0 }, request);
  return told.map((line) => ({ ...line, flags: [...line.flags, FACTS_GONE] }));
}

/** Priced by its lines alone: thoughts that had no rate of their own then are output now. */
const FACTS_GONE = 'facts_gone';

/** Task and time are the span's own, and lines begin at 0. */
const placed = (before: readonly Charge[], after: readonly Charge[]): readonly Charge[] =>
  after.length === 0
    ? before
    : after.map((line, index) => ({ ...line, taskId: before[0]!.taskId, at: before[0]!.at, line: index }));

/** Whether both are about the same tokens. An amount that somebody told is about the call as a whole. */
function isOfOne(before: readonly Charge[], after: readonly Charge[]): boolean {
  const [was, is] = [tokensIn(before), tokensIn(after)];
  if (was === undefined || is === undefined) return true;
  if (was.mixed || is.mixed) return was.all === is.all;
  return was.all === is.all && was.output === is.output;
}

const OUTPUTS: ReadonlySet<string> = new Set(['output', 'reasoning']);
const INPUTS: ReadonlySet<string> = new Set(['input', 'cache_read', 'cache_write_5m', 'cache_write_1h']);

function tokensIn(lines: readonly Charge[]) {
  const sum = { all: 0n, output: 0n, mixed: false };
  for (const line of lines) {
    const { class: name, component, quantity } = line;
    if (component !== 'inference' || isAdjustment(line)) continue;
    if (name === 'usd') return undefined;
    if (name === 'tokens') sum.mixed = true;
    const isOutput = OUTPUTS.has(name) || name.startsWith('output_');
    if (name === 'tokens' || isOutput || INPUTS.has(name) || isTokenPart(name)) sum.all += quantity;
    if (isOutput) sum.output += quantity;
  }
  return sum;
}

const isSame = (before: readonly Charge[], after: readonly Charge[]): boolean =>
  before.length === after.length && before.every((line, index) => isSameLine(line, after[index]!));

/** The same money for the same thing. That another table says so too is no news. */
const isSameLine = (before: Charge, after: Charge): boolean =>
  before.component === after.component &&
  before.class === after.class &&
  before.quantity === after.quantity &&
  before.amount === after.amount &&
  before.rate === after.rate &&
  before.beside?.reported === after.beside?.reported &&
  before.beside?.computed === after.beside?.computed;
