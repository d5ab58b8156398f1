import { type Card, openCard } from './card.ts';
import { type OpenRow, openRow } from './user-match.ts';
import type { UserTable, UserUnit } from './user-table.ts';

/** What the user asks for units. */
export interface UnitPrices {
  /** The rows that fit a tool or a database system, the most specific first: each rate is the first row's that has it. */
  rows(kind: 'tool' | 'vector', name: string): readonly Card[];
  /** How a unit is counted and charged, if the user's file declares it. */
  unit(name: string): UserUnit | undefined;
}

export function openUnitPrices(user: UserTable | undefined, remember: number): UnitPrices {
  const declared = new Map((user?.units ?? []).map((unit) => [unit.unit, unit]));
  const shelves = { tool: shelf(user, 'tool', remember), vector: shelf(user, 'vector', remember) };
  return {
    rows: (kind, name) => shelves[kind](name),
    unit: (name) => declared.get(name),
  };
}

const NO_CARDS: readonly Card[] = [];

function shelf(user: UserTable | undefined, kind: 'tool' | 'vector', remember: number) {
  const rows = (user?.rows ?? []).filter((row) => row.kind === kind).map(openRow);
  const known = new Map<string, readonly Card[]>();
  return (name: string): readonly Card[] => {
    if (rows.length === 0) return NO_CARDS;
    const found = known.get(name);
    if (found !== undefined) return found;
    if (known.size >= remember) known.clear();
    const fresh = cardsFor(rows, name.trim().toLowerCase());
    known.set(name, fresh);
    return fresh;
  };
}

/** A row's provider, where it has one, is the system of a database and is matched like a name. */
function cardsFor(rows: readonly OpenRow[], name: string): readonly Card[] {
  const fits = rows.flatMap(({ row, rank }) => {
    const owned = row.provider === '' || row.provider === name;
    const fit = owned ? rank(name) : undefined;
    return fit === undefined ? [] : [{ row, fit: fit + (row.provider === '' ? 0 : 1) }];
  });
  return merged(fits.sort((left, right) => right.fit - left.fit));
}

/** Rows that name a thing equally well are one card: their selectors tell them apart. In the order of their fit. */
export function merged(
  fits: readonly { readonly row: OpenRow['row']; readonly fit: number }[],
): readonly Card[] {
  const ranks = [...new Set(fits.map(({ fit }) => fit))];
  return ranks.map((rank) => {
    const same = fits.filter(({ fit }) => fit === rank).map(({ row }) => row);
    const [{ provider, patterns }] = same as [OpenRow['row'], ...OpenRow['row'][]];
    return openCard({
      provider,
      model: patterns[0]?.text ?? '*',
      periods: same.flatMap(({ periods }) => periods),
    });
  });
}
