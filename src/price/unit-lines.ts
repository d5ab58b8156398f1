import type { Component, UnpricedReason } from '../domain/charge.ts';
import { type MicroUnits, units } from '../domain/money.ts';
import type { ModelUse, Use } from '../domain/use.ts';
import { parseDecimal } from '../lib/decimal.ts';
import { type Card, type Period, periodAt } from './card.ts';
import type { Rate } from './rate.ts';
import type { Sheet } from './sheet.ts';
import { type OpenRow, openRow } from './user-match.ts';
import type { UserTable } from './user-table.ts';

/** What the user asks for units. */
export interface UnitPrices {
  /** The rows that fit a tool or a database system, the most specific first: each rate is the first row's that has it. */
  rows(kind: 'tool' | 'vector', name: string): readonly Card[];
  /** The component under which a unit is charged, if the user says one. */
  component(unit: string): Component | undefined;
}

export function openUnitPrices(user: UserTable | undefined, remember: number): UnitPrices {
  const components = new Map((user?.units ?? []).map((unit) => [unit.unit, unit.component]));
  const shelves = { tool: shelf(user, 'tool', remember), vector: shelf(user, 'vector', remember) };
  return {
    rows: (kind, name) => shelves[kind](name),
    component: (unit) => components.get(unit),
  };
}

const NO_CARDS: readonly Card[] = [];

function shelf(user: UserTable | undefined, kind: 'tool' | 'vector', remember: number) {
  const rows = (user?.rows ?? []).filter((row) => row.kind === kind).map(openRow);
  const known = new Map<string, readonly Card[]>();
  return (name: string): readonly Card[] => {
    if (rows.length === 0) return NO_CARDS;
    const found = known.get(name);
    if (found !== undefined) return found;
    if (known.size >= remember) known.clear();
    const fresh = cardsFor(rows, name.trim().toLowerCase());
    known.set(name, fresh);
    return fresh;
  };
}

/** A row's provider, where it has one, is the system of a database and is matched like a name. */
function cardsFor(rows: readonly OpenRow[], name: string): readonly Card[] {
  return rows
    .flatMap(({ row, rank }) => {
      const owned = row.provider === '' || row.provider === name;
      const fit = owned ? rank(name) : undefined;
      return fit === undefined ? [] : [{ card: row.card, fit: fit + (row.provider === '' ? 0 : 1) }];
    })
    .sort((left, right) => right.fit - left.fit)
    .map(({ card }) => card);
}

/**
 * A tool call or vector query: its own price (`call`, `query`) and a line per unit that it reports. With no
 * rate at all it is free, and listed as `no_rate`. A reported unit without a rate is unknown money, unless
 * the call as a whole has a price.
 */
export function writeAction(use: ActionUse, unitPrices: UnitPrices, sheet: Sheet): void {
  const { fact, kind } = use;
  const name = kind === 'tool' ? 'call' : 'query';
  const cards = unitPrices.rows(kind, fact.tool ?? '');
  const priced = writeWhole(name, cards, fact.end, sheet);
  if (use.units.length > 0) writeUnits(use, cards, priced ? 'no_rate' : 'unit_unknown', unitPrices, sheet);
  else if (!priced) {
    // Where somebody set a price by units, a call that reports none is unknown money, not a free one.
    const wanted = cards.some((card) => (periodAtEnd(card, fact.end)?.tiers[0].rates.size ?? 0) > 0);
    sheet.unpriced(name, units(1), wanted ? 'usage_missing' : 'no_rate');
  }
}

export type ActionUse = Extract<Use, { kind: 'tool' | 'vector' }>;

function writeWhole(name: string, cards: readonly Card[], end: bigint, sheet: Sheet): boolean {
  const card = cardWith(name, cards, end);
  const rate = card && rateIn(card, name, end);
  if (card === undefined || rate === undefined) return false;
  sheet.count(name, 1, rate, card.priceId, NO_FLAGS);
  return true;
}

/** One line per unit that the use reports; nothing used is no line. A quantity that is no amount is unknown usage. */
export function writeUnits(
  use: ActionUse | ModelUse,
  cards: readonly Card[],
  reason: UnpricedReason,
  unitPrices: UnitPrices,
  sheet: Sheet,
): void {
  for (const { unit, quantity } of use.units) {
    const component = unitPrices.component(unit);
    if (component !== undefined) sheet.open(use, component, use.fact.tool ?? '');
    const amount = quantityOf(quantity);
    if (amount === 0n) continue;
    const card = cardWith(unit, cards, use.fact.end);
    const rate = card && rateIn(card, unit, use.fact.end);
    if (amount === undefined) sheet.unpriced(unit, units(0), 'usage_missing', BAD_COUNT);
    else if (card === undefined || rate === undefined) sheet.unpriced(unit, amount, reason);
    else sheet.quantity(unit, amount, rate, card.priceId);
  }
}

const NO_FLAGS: readonly string[] = [];
const BAD_COUNT: readonly string[] = ['bad_count'];

function cardWith(name: string, cards: readonly Card[], end: bigint): Card | undefined {
  for (const card of cards) if (rateIn(card, name, end) !== undefined) return card;
  return undefined;
}

const rateIn = (card: Card, name: string, end: bigint): Rate | undefined =>
  periodAtEnd(card, end)?.tiers[0].rates.get(name);

const periodAtEnd = (card: Card, end: bigint): Period | undefined =>
  card.always ?? periodAt(card, Number(end / 1_000_000n));

const QUANTITY_MAX = 9_223_372_036_854_775_807n;

function quantityOf(text: string): MicroUnits | undefined {
  const micro = parseDecimal(text, 6);
  return micro === undefined || micro < 0n || micro > QUANTITY_MAX ? undefined : (micro as MicroUnits);
}
