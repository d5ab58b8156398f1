import { globOf } from '../domain/policy.ts';
import type { Snapshot, SnapshotModel, SnapshotPrice, SnapshotProvider } from './snapshot.ts';

/** What Solvent adds to the bundled list prices. It holds only beside the very prices that it was made for. */
export interface Overlay {
  /** SHA-256 of the two files' bytes. */
  readonly hash: string;
  readonly tiers: ServiceTiers;
  readonly corrections: Corrections;
}

/** Prices of service tiers, compiled by `scripts/prices-overlay.js` from a second source. */
export interface ServiceTiers {
  readonly source: string;
  readonly published: string;
  readonly read: string;
  readonly rows: readonly {
    readonly provider: string;
    readonly model: string;
    /** The standard prices that the second source names; where ours differ, its tiers are not believed. */
    readonly beside: Readonly<Record<string, string>>;
    readonly prices: readonly SnapshotPrice[];
  }[];
}

/** What is wrong in the list prices, each with its reason and the day on which it was written down. */
export interface Corrections {
  readonly prices: readonly (Reasoned & {
    readonly provider: string;
    readonly model: string;
    readonly wrong: readonly SnapshotPrice[];
    readonly right: readonly SnapshotPrice[];
  })[];
  readonly thresholds: readonly (Reasoned & {
    readonly providers: readonly string[];
    readonly wrong: number;
    readonly right: number;
  })[];
  /** Providers whose prices differ by region, and the regions whose prices the list has. */
  readonly regions: readonly (Reasoned & {
    readonly provider: string;
    readonly listed: readonly string[];
    /** Models with this in their name have their region's price in the list. */
    readonly unless: string;
  })[];
}

interface Reasoned {
  readonly reason: string;
  readonly date: string;
}

export interface Overlaid {
  readonly snapshot: Snapshot;
  /** Rows of the overlay that no longer fit the list prices, each one line. */
  readonly aside: readonly string[];
}

/** The list prices with the overlay in them. Rows of the overlay carry a note. */
export function overlaid(snapshot: Snapshot, { tiers, corrections }: Overlay): Overlaid {
  const aside: string[] = [];
  const moved = new Map(
    snapshot.providers.map((provider) => [provider.id, withThresholds(provider, corrections)]),
  );
  const change = (
    provider: string,
    model: string,
    work: (model: SnapshotModel) => SnapshotModel | undefined,
  ) => {
    const shelf = moved.get(provider);
    const index = shelf?.models.findIndex(({ id }) => id === model) ?? -1;
    const changed = shelf && index >= 0 ? work(shelf.models[index]!) : undefined;
    if (shelf === undefined || changed === undefined)
      aside.push(`${provider}/${model}: the list prices have changed`);
    else moved.set(provider, { ...shelf, models: shelf.models.with(index, changed) });
  };
  for (const row of corrections.prices)
    change(row.provider, row.model, (model) =>
      same(model.prices, row.wrong) ? { ...model, prices: noted(row.right, noteOf(row)) } : undefined,
    );
  for (const row of tiers.rows)
    change(row.provider, row.model, (model) => withTiers(model, row, `${tiers.source}, ${tiers.published}`));
  return { snapshot: { ...snapshot, providers: [...moved.values()] }, aside };
}

/** Where the list prices of a provider's model hold; undefined where they hold everywhere. */
export function listedRegions(overlay: Overlay | undefined) {
  const regions = new Map(
    (overlay?.corrections.regions ?? []).map((row) => {
      const globs = row.listed.map(globOf);
      return [
        row.provider,
        { unless: row.unless, listed: (region: string) => globs.some((fits) => fits(region)) },
      ];
    }),
  );
  return (provider: string, model: string): ((region: string) => boolean) | undefined => {
    const rule = regions.get(provider);
    return rule === undefined || model.includes(rule.unless) ? undefined : rule.listed;
  };
}

const noteOf = ({ reason, date }: Reasoned): string => `${reason} (${date})`;
const noted = (prices: readonly SnapshotPrice[], note: string) => prices.map((price) => ({ ...price, note }));
const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

function withThresholds(provider: SnapshotProvider, { thresholds }: Corrections): SnapshotProvider {
  const own = thresholds.filter(({ providers }) => providers.includes(provider.id));
  if (own.length === 0) return provider;
  const right = new Map(own.map((row) => [row.wrong, row]));
  const moved = (price: SnapshotPrice): SnapshotPrice => {
    const row = price.tiers?.map(({ gt }) => right.get(gt)).find((found) => found !== undefined);
    if (row === undefined || price.tiers === undefined) return price;
    const tiers = price.tiers.map((tier) => ({ ...tier, gt: right.get(tier.gt)?.right ?? tier.gt }));
    return { ...price, tiers, note: noteOf(row) };
  };
  return {
    ...provider,
    models: provider.models.map((model) => ({ ...model, prices: model.prices.map(moved) })),
  };
}

/** The tiers hold from when their standard price does. */
function withTiers(
  model: SnapshotModel,
  { beside, prices }: ServiceTiers['rows'][number],
  note: string,
): SnapshotModel | undefined {
  const standard = model.prices.findLast(({ daily, tier }) => daily === undefined && tier === undefined);
  if (standard === undefined) return undefined;
  if (Object.entries(beside).some(([name, text]) => standard.usd[name] !== text)) return undefined;
  const { from } = standard;
  const dated = noted(prices, note).map((price) => ({ ...(from !== undefined && { from }), ...price }));
  return { ...model, prices: [...model.prices, ...dated] };
}
