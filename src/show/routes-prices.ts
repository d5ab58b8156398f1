import type { PriceSourceInfo, RateCard, RateRow } from '../domain/rate-card.ts';
import type { Served } from '../domain/served.ts';
import type { Clock } from '../lib/clock.ts';
import { formatTime, nanosOfMs } from '../lib/rfc3339.ts';
import { readQuery, text, time } from './parameters.ts';
import { problem } from './problem.ts';
import { ok, type Route } from './route.ts';

export interface Pricing {
  /** Undefined where no row is in force for that model at that time. */
  rates(provider: string, model: string, atMs: number, served?: Served): RateCard | undefined;
  readonly tableHash: string;
  /** What the book is made of, best source first. */
  readonly sources: readonly PriceSourceInfo[];
  /** Milliseconds since the list prices came out. */
  ageMs(nowMs: number): number;
}

const parameters = {
  at: time('Rates in force at this time; now unless told.'),
  service_tier: text('Tier that serves: batch, flex, priority, ...; the standard one unless told.'),
  region: text('Region that serves, as its cloud names it.'),
  deployment: text('global, datazone or regional.'),
};

export const pricesRoute = (pricing: Pricing, clock: Clock): Route => ({
  method: 'GET',
  path: '/api/v1/prices/:provider/*model',
  summary: 'Rates in force for a model, with their source; the model may contain slashes',
  parameters,
  async handle({ path: { provider = '', model = '' }, query }) {
    const read = readQuery(parameters, query);
    if (read.kind === 'refused') return read.problem;
    const { at, service_tier: tier, region, deployment } = read.values;
    const atMs = at === undefined ? clock.now() : Number(at / 1_000_000n);
    const card = pricing.rates(provider, model, atMs, servedOf({ tier, region, deployment }));
    if (card === undefined) return problem(404, `no price for ${provider}/${model} at that time`);
    return ok(cardJson(card, atMs));
  },
});

function servedOf(said: { readonly [K in keyof Served]: string | undefined }): Served | undefined {
  const told = Object.entries(said).filter(
    ([name, value]) => value !== undefined && !(name === 'tier' && value.toLowerCase() === 'standard'),
  );
  return told.length === 0
    ? undefined
    : Object.fromEntries(told.map(([name, value]) => [name, value?.toLowerCase()]));
}

const cardJson = (card: RateCard, atMs: number) => ({
  provider: card.provider,
  model: card.model,
  at: formatTime(nanosOfMs(atMs)),
  table_hash: card.tableHash,
  flags: card.flags,
  ...rowJson(card),
  others: card.others.map(rowJson),
});

const rowJson = (row: RateRow) => ({
  price_id: row.priceId,
  source: row.source,
  note: row.note,
  when: row.when,
  valid_from: row.validFrom === undefined ? null : formatTime(nanosOfMs(row.validFrom)),
  valid_to: row.validTo === undefined ? null : formatTime(nanosOfMs(row.validTo)),
  rates: row.rates,
  basis: row.basis,
  tiers: row.tiers,
});
