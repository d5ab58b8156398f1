import type { UnpricedReason } from '../domain/charge.ts';
import type { Served } from '../domain/served.ts';
import type { Card } from './card.ts';
import {
  FIRST_PARTIES,
  openProviderNames,
  type ProviderNames,
  type Spelling,
  spellingsOf,
} from './providers.ts';
import type { SnapshotProvider } from './snapshot.ts';
import type { SnapshotIndex } from './snapshot-index.ts';
import { merged } from './unit-prices.ts';
import { type OpenRow, openRow } from './user-match.ts';
import type { UserTable } from './user-table.ts';

/** The price rows for a provider and a model, best source first, or why there is none. */
export type Found =
  | {
      readonly kind: 'found';
      readonly choices: readonly [Choice, ...Choice[]];
      /** Where an alias says that the name is served. */
      readonly place: Served | undefined;
    }
  | { readonly kind: 'missing'; readonly reason: UnpricedReason };

export interface Choice {
  readonly card: Card;
  readonly flags: readonly string[];
}

export type Lookup = (provider: string, model: string) => Found;

/** Names come from senders, so what is remembered is bounded; past it the memory starts anew. */
export const NAMES_REMEMBERED_MAX = 8192;

/** Remembers every answer, misses too: a name is matched once. */
export function rememberedLookup(lookup: Lookup): Lookup {
  const known = new Map<string, Map<string, Found>>();
  let count = 0;
  return (provider, model) => {
    let models = known.get(provider);
    const found = models?.get(model);
    if (found !== undefined) return found;
    if (count >= NAMES_REMEMBERED_MAX) {
      known.clear();
      models = undefined;
      count = 0;
    }
    if (models === undefined) {
      models = new Map();
      known.set(provider, models);
    }
    const fresh = lookup(provider, model);
    models.set(model, fresh);
    count++;
    return fresh;
  };
}

/** Sources in order: the user's rows, then the list prices; the user's aliases are applied before both. */
export function openLookup(index: SnapshotIndex, user: UserTable | undefined, names: ProviderNames): Lookup {
  const rows = (user?.rows ?? []).filter((row) => row.kind === 'model');
  const aliased = openAliases(user, names);
  const own = openUserRows(rows.map(openRow), names);
  const listed = openListed(index);

  return (provider, model) => {
    if (model.trim() === '') return missing('model_missing');
    const asked = aliased(names(provider), model);
    const spellings = spellingsOf(asked.model, names);
    const other = listed(asked.provider, spellings);
    const [first, ...others] = [...own(asked.provider, spellings), ...(other === undefined ? [] : [other])];
    if (first !== undefined) return { kind: 'found', choices: [first, ...others], place: asked.place };
    return missing(asked.provider === undefined ? 'provider_unknown' : 'model_unknown');
  };
}

/** Every provider that a table or the user's file names. */
export function namesOf(providers: readonly SnapshotProvider[], user: UserTable | undefined): ProviderNames {
  const rows = (user?.rows ?? []).filter((row) => row.kind === 'model');
  const aliases = user?.aliases ?? [];
  return openProviderNames(
    providers,
    [
      ...rows.map((row) => row.provider),
      ...aliases.flatMap(({ provider, as }) => [provider, as.provider]),
    ].filter((name) => name !== ''),
  );
}

const missing = (reason: UnpricedReason): Found => ({ kind: 'missing', reason });

/** Undefined where nobody is called so; `''` where none is named. */
type Provider = string | undefined;

interface Asked {
  readonly provider: Provider;
  readonly model: string;
  readonly place?: Served | undefined;
}

function openAliases(user: UserTable | undefined, names: (name: string) => Provider) {
  const targets = new Map<string, Asked>();
  for (const { provider, model, as } of user?.aliases ?? []) {
    const { provider: owner, model: real, ...place } = as;
    targets.set(`${provider === '' ? '*' : names(provider)} ${model}`, {
      provider: names(owner),
      model: real,
      place: Object.keys(place).length === 0 ? undefined : place,
    });
  }
  return (provider: Provider, model: string): Asked => {
    if (targets.size === 0) return { provider, model };
    const name = model.trim().toLowerCase();
    return targets.get(`${provider} ${name}`) ?? targets.get(`* ${name}`) ?? { provider, model };
  };
}

type Source = (provider: Provider, spellings: readonly Spelling[]) => Choice | undefined;

/**
 * A row of that provider before a row of any; then the one that names the model best. A span that names no provider
 * takes rows that only one provider has.
 */
function openUserRows(rows: readonly OpenRow[], names: (name: string) => Provider) {
  const known = rows.map((row) => ({
    row,
    provider: row.row.provider === '' ? '*' : names(row.row.provider),
  }));
  return (provider: Provider, spellings: readonly Spelling[]): readonly Choice[] => {
    const fits = spellings.flatMap(({ model }, index) =>
      known.flatMap(({ row, provider: owner }) => {
        const rank = owner === '*' || owner === provider || provider === '' ? row.rank(model) : undefined;
        // Of two spellings the earlier is the better guess, but an exact name in any is before a pattern.
        return rank === undefined ? [] : [{ row: row.row, owner, fit: fitOf(owner !== '*', rank, index) }];
      }),
    );
    fits.sort((left, right) => right.fit - left.fit);
    const once = fits.filter(({ row }, index) => fits.findIndex((other) => other.row === row) === index);
    const owners = new Set(fits.map(({ owner }) => owner).filter((owner) => owner !== '*'));
    const inferred = provider === '' && owners.size > 0;
    // Two providers have a row of that name: which of them it was is a guess.
    const [best] = fits;
    if (inferred && owners.size > 1 && best?.owner !== '*') return [];
    return merged(once).map((card) => ({ card, flags: inferred && best?.owner !== '*' ? INFERRED : SURE }));
  };
}

const SURE: readonly string[] = [];
const INFERRED: readonly string[] = ['provider_inferred'];
const fitOf = (owned: boolean, rank: number, spelling: number): number =>
  (owned ? 1e9 : 0) + rank - spelling / 100;

function openListed(index: SnapshotIndex): Source {
  const within = (provider: string, spellings: readonly Spelling[]): Choice | undefined => {
    const hit = index.find(provider, spellings);
    if (hit !== undefined) return { card: hit.card, flags: doubts(hit.card, hit.doubtful, []) };
    for (const fallback of index.fallbacks(provider)) {
      const other = index.find(fallback, spellings);
      if (other !== undefined)
        return { card: other.card, flags: doubts(other.card, other.doubtful, ['fallback_provider']) };
    }
    return undefined;
  };
  /** The head of the name tells; else who claims the name; else who knows it. Two that do are a guess. */
  const inferred = (spellings: readonly Spelling[]): Choice | undefined => {
    const head = spellings.find((spelling) => spelling.head !== undefined)?.head;
    const claimed = FIRST_PARTIES.filter((provider) =>
      spellings.some(({ model }) => index.claims(provider, model)),
    );
    const owners = head !== undefined ? [head] : claimed.length > 0 ? claimed : FIRST_PARTIES;
    const found = owners.flatMap((provider) => within(provider, spellings) ?? []);
    // A name that goes on past the table's is too weak to tell the provider by.
    const [only] = found.filter((choice) => !choice.flags.includes('prefix_match'));
    if (only === undefined || found.length > 1) return undefined;
    return { card: only.card, flags: [...only.flags, 'provider_inferred'] };
  };
  return (provider, spellings) => {
    if (provider === undefined) return undefined;
    return provider === '' ? inferred(spellings) : within(provider, spellings);
  };
}

function doubts(card: Card, doubtful: boolean, flags: readonly string[]): readonly string[] {
  const timed = card.periods.some(({ when }) => when.schedule !== undefined);
  return [...flags, ...(doubtful ? ['prefix_match'] : []), ...(timed ? ['time_of_day_price'] : [])];
}
