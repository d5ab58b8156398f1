import type { UnpricedReason } from '../domain/charge.ts';
import type { Card } from './card.ts';
import { FIRST_PARTIES, openProviderNames, type Spelling, spellingsOf } from './providers.ts';
import type { Snapshot } from './snapshot.ts';
import { openSnapshotIndex } from './snapshot-index.ts';
import { type OpenRow, openRow } from './user-match.ts';
import type { UserTable } from './user-table.ts';

/** The price rows for a provider and a model, best source first, or why there is none. */
export type Found =
  | { readonly kind: 'found'; readonly choices: readonly [Choice, ...Choice[]] }
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

/** Sources in order: the user's rows, then the snapshot; the user's aliases are applied before both. */
export function openLookup(snapshot: Snapshot, user: UserTable | undefined): Lookup {
  const rows = (user?.rows ?? []).filter((row) => row.kind === 'model');
  const names = openProviderNames(
    snapshot.providers,
    [
      ...rows.map((row) => row.provider),
      ...(user?.aliases ?? []).flatMap((alias) => [alias.provider, alias.as.provider]),
    ].filter((name) => name !== ''),
  );
  const aliased = openAliases(user, names);
  const own = openUserRows(rows.map(openRow), names);
  const listed = openListed(snapshot);

  return (provider, model) => {
    if (model.trim() === '') return missing('model_missing');
    const asked = aliased(names(provider), model);
    const spellings = spellingsOf(asked.model, names);
    const choices = [own(asked.provider, spellings), listed(asked.provider, spellings)].filter(
      (choice) => choice !== undefined,
    );
    const [first, ...others] = choices;
    if (first !== undefined) return { kind: 'found', choices: [first, ...others] };
    return missing(asked.provider === undefined ? 'provider_unknown' : 'model_unknown');
  };
}

const missing = (reason: UnpricedReason): Found => ({ kind: 'missing', reason });

/** Undefined where nobody is called so; `''` where none is named. */
type Provider = string | undefined;

interface Asked {
  readonly provider: Provider;
  readonly model: string;
}

function openAliases(user: UserTable | undefined, names: (name: string) => Provider) {
  const targets = new Map<string, Asked>();
  for (const { provider, model, as } of user?.aliases ?? [])
    targets.set(`${provider === '' ? '*' : names(provider)} ${model}`, {
      provider: names(as.provider),
      model: as.model,
    });
  return (provider: Provider, model: string): Asked => {
    if (targets.size === 0) return { provider, model };
    const name = model.trim().toLowerCase();
    return targets.get(`${provider} ${name}`) ?? targets.get(`* ${name}`) ?? { provider, model };
  };
}

type Source = (provider: Provider, spellings: readonly Spelling[]) => Choice | undefined;

/** A row of that provider before a row of any; a span that names none takes a row that only one provider has. */
function openUserRows(rows: readonly OpenRow[], names: (name: string) => Provider): Source {
  const known = rows.map((row) => ({
    row,
    provider: row.row.provider === '' ? '*' : names(row.row.provider),
  }));
  return (provider, spellings) => {
    const fits = spellings.flatMap(({ model }, index) =>
      known.flatMap(({ row, provider: owner }) => {
        const rank = owner === '*' || owner === provider || provider === '' ? row.rank(model) : undefined;
        return rank === undefined ? [] : [{ row, owner, rank, index }];
      }),
    );
    fits.sort(
      (left, right) =>
        Number(left.owner === '*') - Number(right.owner === '*') ||
        right.rank - left.rank ||
        left.index - right.index,
    );
    const [best] = fits;
    if (best === undefined) return undefined;
    const inferred = provider === '' && best.owner !== '*';
    if (inferred && fits.some((fit) => fit.owner !== '*' && fit.owner !== best.owner)) return undefined;
    return { card: best.row.row.card, flags: inferred ? ['provider_inferred'] : [] };
  };
}

function openListed(snapshot: Snapshot): Source {
  const index = openSnapshotIndex(snapshot);
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
  const timed = card.periods.some((period) => period.daily !== undefined);
  return [...flags, ...(doubtful ? ['prefix_match'] : []), ...(timed ? ['time_of_day_price'] : [])];
}
