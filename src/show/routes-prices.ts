import type { RateCard } from '../domain/rate-card.ts';
import type { Clock } from '../lib/clock.ts';
import { formatTime, nanosOfMs } from '../lib/rfc3339.ts';
import { readQuery, time } from './parameters.ts';
import { problem } from './problem.ts';
import { ok, type Route } from './route.ts';

export interface Pricing {
  /** Undefined where no row is in force for that model at that time. */
  rates(provider: string, model: string, atMs: number): RateCard | undefined;
}

const parameters = { at: time('Rates in force at this time; now unless told.') };

export const pricesRoute = (pricing: Pricing, clock: Clock): Route => ({
  method: 'GET',
  path: '/api/v1/prices/:provider/*model',
  summary: 'Rates in force for a model, with their source; the model may contain slashes',
  parameters,
  async handle({ path: { provider = '', model = '' }, query }) {
    const read = readQuery(parameters, query);
    if (read.kind === 'refused') return read.problem;
    const atMs = read.values.at === undefined ? clock.now() : Number(read.values.at / 1_000_000n);
    const card = pricing.rates(provider, model, atMs);
    if (card === undefined) return problem(404, `no price for ${provider}/${model} at that time`);
    return ok(cardJson(card, atMs));
  },
});

const cardJson = (card: RateCard, atMs: number) => ({
  provider: card.provider,
  model: card.model,
  at: formatTime(nanosOfMs(atMs)),
  price_id: card.priceId,
  table_hash: card.tableHash,
  source: card.source,
  valid_from: card.validFrom === undefined ? null : formatTime(nanosOfMs(card.validFrom)),
  valid_to: card.validTo === undefined ? null : formatTime(nanosOfMs(card.validTo)),
  flags: card.flags,
  rates: card.rates,
  tiers: card.tiers,
});
