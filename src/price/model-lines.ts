import { units } from '../domain/money.ts';
import type { Usage } from '../domain/usage.ts';
import type { ModelUse } from '../domain/use.ts';
import { type Card, type LineRate, type ModelRates, type Period, periodAt, tierFor } from './card.ts';
import type { Choice, Lookup } from './lookup.ts';
import type { Sheet } from './sheet.ts';
import { type UnitPrices, writeUnits } from './unit-lines.ts';

/**
 * The lines of one model call: the uncached input, each kind of cached input, the output with its thoughts (or
 * apart from them where the row prices thoughts), the request where it has a price. Nothing used is no line.
 */
export function writeModelCall(use: ModelUse, lookup: Lookup, unitPrices: UnitPrices, sheet: Sheet): void {
  const { fact } = use;
  const found = lookup(fact.provider ?? '', fact.model ?? '');
  if (found.kind === 'missing') writeUnpriced(use, found.reason, sheet);
  else writeFound(use, found.choices, unitPrices, sheet);
}

/** The best source that has a price at that time; a source without one leaves it to the next. */
function writeFound(use: ModelUse, choices: readonly Choice[], unitPrices: UnitPrices, sheet: Sheet): void {
  const { fact, usage } = use;
  let earliest = Infinity;
  for (const { card, flags } of choices) {
    const period = card.always ?? periodAt(card, Number(fact.end / 1_000_000n));
    if (period === undefined) {
      for (const { from } of card.periods) earliest = Math.min(earliest, from);
      continue;
    }
    sheet.doubt(flags);
    if (usage === undefined) writeWithoutUsage(use, card, period, sheet);
    else writeTokens(usage, card, period, sheet);
    if (use.units.length > 0) writeUnits(use, [card], 'unit_unknown', unitPrices, sheet);
    return;
  }
  const tooEarly = Number(fact.end / 1_000_000n) < earliest;
  writeUnpriced(use, tooEarly ? 'price_not_yet_effective' : 'rate_missing', sheet);
}

function writeTokens(usage: Usage, card: Card, period: Period, sheet: Sheet): void {
  const rates = tierFor(period, usage.input).model;
  const uncached = usage.input - usage.cacheRead - usage.cacheWrite5m - usage.cacheWrite1h;
  writeClass('input', uncached, rates.input, card, sheet);
  writeClass('cache_read', usage.cacheRead, rates.cacheRead, card, sheet);
  writeClass('cache_write_5m', usage.cacheWrite5m, rates.cacheWrite5m, card, sheet);
  writeClass('cache_write_1h', usage.cacheWrite1h, rates.cacheWrite1h, card, sheet);
  if (rates.reasoning === undefined) writeClass('output', usage.output, rates.output, card, sheet);
  else {
    writeClass('output', usage.output - usage.reasoning, rates.output, card, sheet);
    writeClass('reasoning', usage.reasoning, rates.reasoning, card, sheet);
  }
  writeRequest(rates, card, sheet);
}

function writeClass(name: string, count: number, { rate, flags }: LineRate, card: Card, sheet: Sheet): void {
  if (count <= 0) return;
  if (rate !== undefined) sheet.count(name, count, rate, card.priceId, flags);
  else sheet.unpriced(name, units(count), 'rate_missing');
}

function writeRequest(rates: ModelRates, card: Card, sheet: Sheet): void {
  if (rates.request !== undefined) sheet.count('request', 1, rates.request, card.priceId, []);
}

/** A row that asks by the request alone needs no tokens. */
function writeWithoutUsage(use: ModelUse, card: Card, period: Period, sheet: Sheet): void {
  const { rates, model } = period.tiers[0];
  if (model.request !== undefined && rates.size === 1) writeRequest(model, card, sheet);
  else if (use.units.length === 0) sheet.unpriced('tokens', units(0), 'usage_missing');
}

function writeUnpriced(use: ModelUse, reason: Parameters<Sheet['unpriced']>[2], sheet: Sheet): void {
  const { usage } = use;
  if (usage === undefined) sheet.unpriced('tokens', units(0), reason);
  else sheet.unpriced('tokens', units(usage.input + usage.output), reason);
}
