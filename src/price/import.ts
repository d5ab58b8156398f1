import { createHash } from 'node:crypto';
import { CLASS_PER } from './package-prices.ts';
import type { Snapshot, SnapshotModel, SnapshotPrice, SnapshotProvider } from './snapshot.ts';

/** A price that is another than before, or there for the first or last time. */
export interface PriceChange {
  readonly provider: string;
  readonly model: string;
  /** Empty where the model as a whole is new, or gone. */
  readonly class: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** More than five times what it was, or less than a fifth: likelier a slip than a price. */
  readonly jump: boolean;
}

/**
 * The next snapshot. Where a price is another and nobody published since when, the old one holds until the day on which we
 * read it: what was charged before stays as it was. A model that is gone keeps its prices, for its old calls.
 */
export function nextSnapshot(
  previous: Snapshot,
  providers: readonly SnapshotProvider[],
  head: Pick<Snapshot, 'source' | 'version' | 'published' | 'read'>,
): Snapshot {
  const fresh = new Map(providers.map((provider) => [provider.id, provider]));
  const merged = providers.map((provider) => {
    const old = previous.providers.find(({ id }) => id === provider.id);
    return old === undefined ? provider : { ...provider, models: modelsOf(old, provider, head.read) };
  });
  const kept = [...merged, ...previous.providers.filter(({ id }) => !fresh.has(id))];
  const hash = createHash('sha256').update(JSON.stringify(kept)).digest('hex');
  return { format: 1, ...head, hash, per: { ...previous.per, ...CLASS_PER }, providers: kept };
}

function modelsOf(old: SnapshotProvider, next: SnapshotProvider, read: string): readonly SnapshotModel[] {
  const before = new Map(old.models.map((model) => [model.id, model]));
  const now = new Set(next.models.map(({ id }) => id));
  const models = next.models.map((model) => {
    const known = before.get(model.id);
    return known === undefined ? model : { ...model, prices: historyOf(known.prices, model.prices, read) };
  });
  return [...models, ...old.models.filter(({ id }) => !now.has(id))];
}

function historyOf(
  old: readonly SnapshotPrice[],
  next: readonly SnapshotPrice[],
  read: string,
): readonly SnapshotPrice[] {
  // Who publishes dates writes the history himself.
  if (next.some(({ from }) => from !== undefined)) return next;
  if (same(currentOf(old), next)) return old;
  return [...old, ...next.map((price): SnapshotPrice => ({ from: read, observed: true, ...price }))];
}

/** The rows that were observed last, as they stood in the data; all of them where none was. */
function currentOf(prices: readonly SnapshotPrice[]): readonly SnapshotPrice[] {
  const last = prices.findLast(({ observed }) => observed)?.from;
  if (last === undefined) return prices;
  return prices
    .filter(({ from, observed }) => observed && from === last)
    .map(({ from: _from, observed: _observed, ...price }) => price);
}

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right);

/** What is other in the rows that hold last; in the order of the new table. */
export function changesBetween(previous: Snapshot, next: Snapshot): readonly PriceChange[] {
  const before = lastRates(previous);
  const after = lastRates(next);
  const changes: PriceChange[] = [];
  for (const key of new Set([...after.keys(), ...before.keys()])) {
    const [old, now] = [before.get(key), after.get(key)];
    const [provider = '', model = ''] = key.split('\n');
    const name = { provider, model };
    if (old === undefined) changes.push({ ...name, class: '', before: undefined, after: 'new', jump: false });
    if (old === undefined || now === undefined) continue;
    for (const one of new Set([...Object.keys(now), ...Object.keys(old)])) {
      const [from, to] = [old[one], now[one]];
      if (from !== to) changes.push({ ...name, class: one, before: from, after: to, jump: isJump(from, to) });
    }
  }
  return changes;
}

/** Rates of the last row for all hours of each model, thresholds too: `input`, `input>200000`. */
function lastRates(snapshot: Snapshot): Map<string, Readonly<Record<string, string>>> {
  const rates = new Map<string, Readonly<Record<string, string>>>();
  for (const { id, models } of snapshot.providers)
    for (const model of models) {
      const last = model.prices.findLast(({ daily }) => daily === undefined) ?? model.prices.at(-1);
      const above = (last?.tiers ?? []).flatMap(({ gt, usd }) =>
        Object.entries(usd).map(([name, text]) => [`${name}>${gt}`, text] as const),
      );
      rates.set(`${id}\n${model.id}`, { ...last?.usd, ...Object.fromEntries(above) });
    }
  return rates;
}

const JUMP = 5;

function isJump(before: string | undefined, after: string | undefined): boolean {
  if (before === undefined || after === undefined) return false;
  const [from, to] = [Number(before), Number(after)];
  if (from === 0 || to === 0) return from !== to;
  return to / from > JUMP || from / to > JUMP;
}

/** Compact, and yet a change of one provider is a change of one line. */
export function snapshotText({ providers, ...head }: Snapshot): string {
  const lines = providers.map((provider) => JSON.stringify(provider));
  return `${JSON.stringify(head).slice(0, -1)},"providers":[\n${lines.join(',\n')}\n]}\n`;
}
