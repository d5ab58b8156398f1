import { globOf } from '../domain/policy.ts';
import type { UserPattern, UserRow } from './user-table.ts';

/** A row with its patterns compiled: how specifically it names something; undefined where it does not. */
export interface OpenRow {
  readonly row: UserRow;
  rank(name: string): number | undefined;
}

export function openRow(row: UserRow): OpenRow {
  const ranks = row.patterns.map(rankOf);
  return {
    row,
    rank(name) {
      let found: number | undefined;
      for (const rank of ranks) {
        const here = rank(name);
        if (here !== undefined && (found === undefined || here > found)) found = here;
      }
      return found;
    },
  };
}

const SNAPSHOT_DATE = /^-(?:20\d{6}|20\d{2}-\d{2}-\d{2})$/;

/** Exact before dated, dated before prefix and glob; of those the one with more letters. */
function rankOf({ kind, text }: UserPattern): (name: string) => number | undefined {
  const glob = kind === 'glob' ? globOf(text) : undefined;
  const letters = text.replaceAll('*', '').length;
  return (name) => {
    switch (kind) {
      case 'exact':
        return name === text ? 3_000_000 : undefined;
      case 'dated':
        if (name === text) return 3_000_000;
        return name.startsWith(text) && SNAPSHOT_DATE.test(name.slice(text.length)) ? 2_000_000 : undefined;
      case 'prefix':
        return name.startsWith(text) ? letters : undefined;
      case 'glob':
        return glob?.(name) ? letters : undefined;
    }
  };
}
