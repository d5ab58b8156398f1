import type { Fact } from '../domain/fact.ts';
import type { Served } from '../domain/served.ts';

/**
 * How a call was served, of all its layers: the charged one is believed first. What another layer only asked for says
 * nothing, for this one may know that the standard tier served, which is said by leaving it out.
 */
export function servedOf(charged: Fact, layers: readonly Fact[]): Served | undefined {
  const told = layers.filter((layer) => layer === charged || !onlyAsked(layer));
  const sure = told.find((layer) => layer.served?.tier !== undefined && !onlyAsked(layer));
  const tier = onlyAsked(charged) ? (sure ?? charged) : charged.served?.tier === undefined ? sure : charged;
  const region = firstOf(charged, layers, 'region');
  const deployment = firstOf(charged, layers, 'deployment');
  const served = {
    ...(tier?.served?.tier !== undefined && { tier: tier.served.tier }),
    ...(region !== undefined && { region }),
    ...(deployment !== undefined && { deployment }),
  };
  return Object.keys(served).length === 0 ? undefined : served;
}

/** Whether the charged layer's doubt about its tier is settled by another layer. */
export const isTierSettled = (charged: Fact, layers: readonly Fact[]): boolean =>
  onlyAsked(charged) && layers.some((layer) => layer.served?.tier !== undefined && !onlyAsked(layer));

const onlyAsked = ({ flags }: Fact): boolean => flags?.includes('tier_requested') === true;

const firstOf = (charged: Fact, layers: readonly Fact[], field: 'region' | 'deployment') =>
  charged.served?.[field] ?? layers.find(({ served }) => served?.[field] !== undefined)?.served?.[field];
