import type { Card } from './card.ts';
import { hasPatterns, type Matcher, matcherOf, mentions, namesIn } from './clause.ts';
import type { Spelling } from './providers.ts';
import { cardOf, type Snapshot, type SnapshotModel, type SnapshotProvider } from './snapshot.ts';

export interface SnapshotHit {
  readonly card: Card;
  /** The name goes on past what the table knows. */
  readonly doubtful: boolean;
}

/** The snapshot's rows by provider and name. A provider is indexed, and a row compiled, when first asked for. */
export interface SnapshotIndex {
  /** Exact names before patterns, in any spelling; of patterns the most specific. Undefined for none. */
  find(provider: string, spellings: readonly Spelling[]): SnapshotHit | undefined;
  /** Whether the provider claims the name as its own, wherever it is mentioned. */
  claims(provider: string, model: string): boolean;
  fallbacks(provider: string): readonly string[];
}

/** `listedIn` tells where the list prices of a provider's model hold; undefined where they hold everywhere. */
export function openSnapshotIndex(
  snapshot: Snapshot,
  listedIn: (provider: string, model: string) => Card['listedIn'],
): SnapshotIndex {
  const shelves = new Map<string, () => Shelf>();
  for (const provider of snapshot.providers)
    shelves.set(
      provider.id,
      once(() => openShelf(provider)),
    );
  const cards = new Map<SnapshotModel, Card>();
  const cardFor = (provider: string, model: SnapshotModel): Card => {
    const known = cards.get(model) ?? cardOf(snapshot, provider, model, listedIn(provider, model.id));
    cards.set(model, known);
    return known;
  };
  return {
    find(provider, spellings) {
      const hit = shelves.get(provider)?.().find(spellings);
      return hit && { card: cardFor(provider, hit.model), doubtful: hit.doubtful };
    },
    claims: (provider, model) => shelves.get(provider)?.().claims(model) ?? false,
    fallbacks: (provider) => shelves.get(provider)?.().fallbacks ?? [],
  };
}

interface Shelf {
  find(
    spellings: readonly Spelling[],
  ): { readonly model: SnapshotModel; readonly doubtful: boolean } | undefined;
  readonly claims: (model: string) => boolean;
  readonly fallbacks: readonly string[];
}

const NOTHING = () => false;

function openShelf(provider: SnapshotProvider): Shelf {
  const exact = new Map<string, SnapshotModel>();
  const patterned: { model: SnapshotModel; matches: Matcher }[] = [];
  for (const model of provider.models) {
    for (const name of namesIn(model.match)) if (!exact.has(name)) exact.set(name, model);
    if (hasPatterns(model.match)) patterned.push({ model, matches: matcherOf(model.match) });
  }
  return {
    claims: provider.claims === undefined ? NOTHING : mentions(provider.claims),
    fallbacks: provider.fallback ?? [],
    find(spellings) {
      for (const spelling of spellings) {
        const model = exact.get(spelling.model);
        if (model !== undefined) return { model, doubtful: false };
      }
      for (const spelling of spellings) {
        const hit = mostSpecific(patterned, spelling.model);
        if (hit !== undefined) return hit;
      }
      return undefined;
    },
  };
}

function mostSpecific(rows: readonly { model: SnapshotModel; matches: Matcher }[], name: string) {
  let found: { model: SnapshotModel; doubtful: boolean } | undefined;
  let rank = -1;
  for (const { model, matches } of rows) {
    const fit = matches(name);
    if (fit === undefined || fit.rank <= rank) continue;
    rank = fit.rank;
    found = { model, doubtful: fit.doubtful };
  }
  return found;
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
