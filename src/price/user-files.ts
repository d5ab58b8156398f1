import { createHash } from 'node:crypto';
import { readUserFile, type UserFile } from './user-file.ts';
import { tiesIn } from './user-lint.ts';
import type { UserTable } from './user-table.ts';

/**
 * Several price files as one table, in the order in which they are given. Rates that tie across two files are as
 * wrong as in one; so are two aliases of one name, and two meanings of one unit.
 */
export function readUserFiles(
  files: readonly { readonly name: string; readonly text: string; readonly hash: string }[],
): UserFile {
  const read = files.map(({ name, text, hash }) => readUserFile(name, text, hash));
  const complaints = read.flatMap((file) => (file.kind === 'refused' ? file.complaints : []));
  const tables = read.flatMap((file) => (file.kind === 'read' ? file.table : []));
  const warnings = read.flatMap((file) => (file.kind === 'read' ? file.warnings : []));
  const [only, ...others] = tables;
  if (complaints.length > 0 || only === undefined) return { kind: 'refused', complaints };
  if (others.length === 0) return { kind: 'read', table: only, warnings };
  const clashes = [
    ...twinAliases(tables),
    ...twinUnits(tables),
    ...tiesIn(tables.flatMap(({ rows }) => rows)),
  ];
  return clashes.length > 0
    ? { kind: 'refused', complaints: clashes }
    : { kind: 'read', table: joined(tables), warnings };
}

function joined(tables: readonly UserTable[]): UserTable {
  const hash = createHash('sha256');
  for (const table of tables) hash.update(table.hash);
  return {
    id: tables.map(({ id }) => id).join(', '),
    hash: hash.digest('hex'),
    // Each has Solvent's own units too; the file that declares one anew counts.
    units: [...new Map(declaredLast(tables).map((unit) => [unit.unit, unit])).values()],
    aliases: tables.flatMap(({ aliases }) => aliases),
    rows: tables.flatMap(({ rows }) => rows),
    adjustments: tables.flatMap(({ adjustments }) => adjustments),
  };
}

const declaredLast = (tables: readonly UserTable[]) =>
  tables.flatMap(({ units }) => units).sort((left, right) => Number(left.declared) - Number(right.declared));

function twinAliases(tables: readonly UserTable[]): string[] {
  const seen = new Map<string, string>();
  return tables.flatMap(({ id, aliases }) =>
    aliases.flatMap(({ provider, model }) => {
      const key = `${provider} ${model}`;
      const twin = seen.get(key);
      seen.set(key, id);
      return twin === undefined || twin === id ? [] : [`${id}: names ${model}, which ${twin} names too`];
    }),
  );
}

function twinUnits(tables: readonly UserTable[]): string[] {
  const seen = new Map<string, { id: string; text: string }>();
  return tables.flatMap(({ id, units }) =>
    units
      .filter(({ declared }) => declared)
      .flatMap((unit) => {
        const text = JSON.stringify(unit);
        const twin = seen.get(unit.unit);
        seen.set(unit.unit, { id, text });
        return twin === undefined || twin.text === text
          ? []
          : [`${id}: counts ${unit.unit} otherwise than ${twin.id} does`];
      }),
  );
}
