import type { Charge } from '../domain/charge.ts';
import type { UsdPico } from '../domain/money.ts';
import { globOf } from '../domain/policy.ts';
import type { Use } from '../domain/use.ts';
import { divideHalfEven } from '../lib/decimal.ts';
import type { ProviderNames } from './providers.ts';
import type { Sheet } from './sheet.ts';
import type { UserAdjustment } from './user-table.ts';

const ONE = 1_000_000_000n;

/** Writes the lines of discounts, markups and rates of exchange for what a use was charged from `from` on. */
export type Adjust = (use: Use, from: number, sheet: Sheet) => void;

/**
 * Each adjustment is one line per component, in the order of the file: a later one is of what the earlier ones left.
 * Only what a table priced is adjusted: who states or reports an amount has taken everything off it.
 */
export function openAdjust(adjustments: readonly UserAdjustment[], names: ProviderNames): Adjust | undefined {
  if (adjustments.length === 0) return undefined;
  const rules = adjustments.map((rule) => ({
    ...rule,
    owner: rule.provider === '' ? undefined : (names(rule.provider) ?? rule.provider),
    matches: globOf(rule.name),
  }));
  const applies = (rule: (typeof rules)[number], charge: Charge): boolean => {
    const { component, provider, model, resource } = charge;
    const atMs = Number(charge.at / 1_000_000n);
    if (atMs < rule.from || atMs >= rule.to) return false;
    if (rule.component !== undefined && rule.component !== component) return false;
    const inference = component === 'inference' && model !== '';
    if (rule.owner !== undefined) {
      const name = inference ? provider : resource;
      if ((names(name) ?? name.toLowerCase()) !== rule.owner) return false;
    }
    return rule.matches((inference ? model : resource).toLowerCase());
  };
  return (use, from, sheet) => {
    const charges = sheet.charges.slice(from).filter(({ priceId }) => priceId !== null);
    for (const component of new Set(charges.map((charge) => charge.component))) {
      const lines = charges.filter((charge) => charge.component === component);
      let sum = lines.reduce((all, { amount }) => all + (amount ?? 0n), 0n);
      for (const rule of rules) {
        if (sum === 0n || !applies(rule, lines[0]!)) continue;
        const change = divideHalfEven(sum * (rule.multiply - ONE), ONE);
        if (change === 0n) continue;
        sheet.open(use, component, lines[0]!.resource);
        sheet.adjust(rule.label, change as UsdPico);
        sum += change;
      }
    }
  };
}
