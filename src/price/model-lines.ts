import { units } from '../domain/money.ts';
import type { Usage } from '../domain/usage.ts';
import type { ModelUse } from '../domain/use.ts';
import { choose, type Period } from './card.ts';
import { carve, isDetail } from './details.ts';
import type { Found, Lookup } from './lookup.ts';
import type { Sheet } from './sheet.ts';
import { type LineRate, type ModelRates, type Tier, tierFor } from './tiers.ts';
import { writeUnits } from './unit-lines.ts';
import type { UnitPrices } from './unit-prices.ts';

/**
 * The lines of one model call: the uncached input, each kind of cached input, the output with its thoughts (or
 * apart from them where the row prices thoughts), the request where it has a price. Nothing used is no line.
 */
export function writeModelCall(use: ModelUse, lookup: Lookup, unitPrices: UnitPrices, sheet: Sheet): void {
  const { fact } = use;
  if (fact.flags?.includes('cache_hit')) {
    writeCacheHit(use, sheet);
    return;
  }
  const found = lookup(fact.provider ?? '', fact.model ?? '');
  if (found.kind === 'missing') writeUnpriced(use, found.reason, sheet);
  else writeFound(use, found, unitPrices, sheet);
}

type Listed = Extract<Found, { kind: 'found' }>;

/** The best source that has a price at that time; a source without one leaves it to the next. */
function writeFound(use: ModelUse, found: Listed, unitPrices: UnitPrices, sheet: Sheet): void {
  const { fact, usage } = use;
  const { choices, place } = found;
  const atMs = Number(fact.end / 1_000_000n);
  const served = place === undefined ? fact.served : { ...fact.served, ...place };
  for (const { card, flags } of choices) {
    const chosen = choose(card, served, atMs);
    if (chosen === undefined) continue;
    const { period } = chosen;
    sheet.doubt(flags);
    sheet.doubt(chosen.flags);
    if (usage === undefined) writeWithoutUsage(use, period, sheet);
    else if (use.units.length === 0) writeTokens(usage, period, sheet);
    else writeCarved(use, usage, period, sheet);
    if (use.units.length > 0 || period.timed) writeUnits(use, [chosen], 'unit_unknown', unitPrices, sheet);
    return;
  }
  const earliest = Math.min(...choices.flatMap(({ card }) => card.periods.map(({ from }) => from)));
  writeUnpriced(use, atMs < earliest ? 'price_not_yet_effective' : 'rate_missing', sheet);
}

function writeCarved(use: ModelUse, usage: Usage, period: Period, sheet: Sheet): void {
  const tier = tierFor(period.tiers, period.basis, usage);
  const { usage: plain, parts, flags } = carve(usage, use.units, tier.rates);
  sheet.doubt(flags);
  writeTokens(plain, period, sheet, tier);
  for (const { unit, count } of parts)
    writeClass(unit, count, { rate: tier.rates.get(unit), flags: NO_FLAGS }, period, sheet);
}

const NO_FLAGS: readonly string[] = [];

/** `tier` where it was chosen by more than what `usage` still holds. */
function writeTokens(
  usage: Usage,
  period: Period,
  sheet: Sheet,
  tier: Tier = tierFor(period.tiers, period.basis, usage),
): void {
  const uncached = usage.input - usage.cacheRead - usage.cacheWrite5m - usage.cacheWrite1h;
  if (period.basis === 'each' && period.tiers.length > 1) {
    writeSlices('input', uncached, (rates) => rates.input, period, sheet);
    writeSlices('cache_read', usage.cacheRead, (rates) => rates.cacheRead, period, sheet);
    writeSlices('cache_write_5m', usage.cacheWrite5m, (rates) => rates.cacheWrite5m, period, sheet);
    writeSlices('cache_write_1h', usage.cacheWrite1h, (rates) => rates.cacheWrite1h, period, sheet);
    writeSlices('output', usage.output, (rates) => rates.output, period, sheet);
    writeRequest(period.tiers[0].model, period, sheet);
    return;
  }
  const rates = tier.model;
  writeClass('input', uncached, rates.input, period, sheet);
  writeClass('cache_read', usage.cacheRead, rates.cacheRead, period, sheet);
  writeClass('cache_write_5m', usage.cacheWrite5m, rates.cacheWrite5m, period, sheet);
  writeClass('cache_write_1h', usage.cacheWrite1h, rates.cacheWrite1h, period, sheet);
  if (rates.reasoning === undefined) writeClass('output', usage.output, rates.output, period, sheet);
  else {
    const reasoning = Math.min(usage.reasoning, usage.output);
    writeClass('output', usage.output - reasoning, rates.output, period, sheet);
    writeClass('reasoning', reasoning, rates.reasoning, period, sheet);
  }
  writeRequest(rates, period, sheet);
}

/** Marginal tiers: what lies between two thresholds is at the rate of the lower one. */
function writeSlices(
  name: string,
  count: number,
  rateIn: (rates: ModelRates) => LineRate,
  { tiers, priceId }: Period,
  sheet: Sheet,
): void {
  tiers.forEach(({ above, model }, index) => {
    const from = Math.max(0, above);
    const to = Math.min(count, tiers[index + 1]?.above ?? Infinity);
    writeClass(name, to - from, rateIn(model), { priceId }, sheet);
  });
}

function writeClass(
  name: string,
  count: number,
  { rate, flags }: LineRate,
  { priceId }: Pick<Period, 'priceId'>,
  sheet: Sheet,
): void {
  if (count <= 0) return;
  if (rate !== undefined) sheet.count(name, count, rate, priceId, flags);
  else sheet.unpriced(name, units(count), 'rate_missing');
}

function writeRequest(rates: ModelRates, { priceId }: Period, sheet: Sheet): void {
  if (rates.request !== undefined) sheet.count('request', 1, rates.request, priceId, NO_FLAGS);
}

/** A row that asks by the request alone, or by time, needs no tokens. */
function writeWithoutUsage(use: ModelUse, period: Period, sheet: Sheet): void {
  const { rates, model } = period.tiers[0];
  const byCall = model.request !== undefined && rates.size === 1;
  // Who refuses a call does not bill it.
  if (byCall && use.fact.error) sheet.free('request', units(1), 'failed_call');
  else if (byCall) writeRequest(model, period, sheet);
  else if (
    !use.units.some(({ unit }) => !isDetail(unit)) &&
    !(period.timed && model.input.rate === undefined)
  )
    sheet.unpriced('tokens', units(0), 'usage_missing');
}

/** The answer came from the application's own cache: the tokens are shown, and nobody bills them. */
function writeCacheHit({ usage }: ModelUse, sheet: Sheet): void {
  sheet.free('tokens', units(usage === undefined ? 0 : usage.input + usage.output), 'cache_hit');
}

function writeUnpriced(use: ModelUse, reason: Parameters<Sheet['unpriced']>[2], sheet: Sheet): void {
  const { usage } = use;
  if (usage === undefined) sheet.unpriced('tokens', units(0), reason);
  else sheet.unpriced('tokens', units(usage.input + usage.output), reason);
}
