import type { RateCard, RateLine, RateRow } from '../domain/rate-card.ts';
import type { Served } from '../domain/served.ts';
import { type Card, choose, endOf, type Period } from './card.ts';
import type { Lookup } from './lookup.ts';
import { WEEKDAYS } from './schedule.ts';
import type { Rates } from './tiers.ts';
import type { When } from './when.ts';

export interface Question {
  readonly provider: string;
  readonly model: string;
  readonly atMs: number;
  readonly served: Served | undefined;
}

/** What the book asks for a model, as people read it; undefined where it asks nothing. */
export function rateCard(lookup: Lookup, asked: Question, tableHash: string): RateCard | undefined {
  const found = lookup(asked.provider, asked.model);
  if (found.kind === 'missing') return undefined;
  for (const { card, flags } of found.choices) {
    const chosen = choose(
      card,
      found.place === undefined ? asked.served : { ...asked.served, ...found.place },
      asked.atMs,
    );
    if (chosen === undefined) continue;
    const others = card.periods.filter(
      (period) => period !== chosen.period && period.from <= asked.atMs && asked.atMs < endOf(card, period),
    );
    return {
      provider: card.provider,
      model: card.model,
      tableHash,
      flags: [...flags, ...chosen.flags],
      ...rowOf(card, chosen.period),
      others: others.map((period) => rowOf(card, period)),
    };
  }
  return undefined;
}

function rowOf(card: Card, period: Period): RateRow {
  const [base, ...above] = period.tiers;
  const to = endOf(card, period);
  return {
    priceId: period.priceId,
    source: period.source,
    note: period.note,
    when: whenText(period.when),
    validFrom: Number.isFinite(period.from) ? period.from : undefined,
    validTo: Number.isFinite(to) ? to : undefined,
    rates: linesOf(base.rates),
    basis: period.basis,
    tiers: above.map((tier) => ({ above: tier.above, rates: linesOf(tier.rates) })),
  };
}

const linesOf = (rates: Rates): RateLine[] =>
  [...rates].map(([name, { text, per }]) => ({ class: name, usd: text, per }));

function whenText({ tier, region, deployment, schedule }: When): string {
  const hours = schedule?.spans.map(([from, to]) => `${clockOf(from)}-${clockOf(to)}`).join(' ');
  return [tier, region, deployment, hours && `${hours} ${schedule?.zone}`]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** `mon 09:00`, of minutes of the week. */
function clockOf(minute: number): string {
  const [day, ofDay] = [Math.floor(minute / 1440) % 7, minute % 1440];
  const two = (part: number): string => String(part).padStart(2, '0');
  return `${WEEKDAYS[day]} ${two(Math.floor(ofDay / 60))}:${two(ofDay % 60)}`;
}
