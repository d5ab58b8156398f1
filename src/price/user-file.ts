import type { Component } from '../domain/charge.ts';
import { COMPONENTS } from '../domain/charge.ts';
import { complainOfTies, complainOfTwins } from './user-lint.ts';
import { CLASS_NAMES, readPrice } from './user-price.ts';
import type { UserAlias, UserTable, UserUnit } from './user-table.ts';
import { type Spot, YamlReader } from './yaml-reader.ts';

/** A price file that was read, or everything that is wrong with it. */
export type UserFile =
  | { readonly kind: 'read'; readonly table: UserTable; readonly warnings: readonly string[] }
  | { readonly kind: 'refused'; readonly complaints: readonly string[] };

/** `hash` is the SHA-256 of the file's bytes. */
export function readUserFile(file: string, text: string, hash: string): UserFile {
  const reader = new YamlReader(file, text);
  const table = reader.complaints.length === 0 ? readTable(reader, file, hash) : undefined;
  return table === undefined || reader.complaints.length > 0
    ? { kind: 'refused', complaints: reader.complaints }
    : { kind: 'read', table, warnings: reader.warnings };
}

const FIELDS = ['version', 'table', 'units', 'aliases', 'prices'];

function readTable(reader: YamlReader, file: string, hash: string): UserTable | undefined {
  const fields = reader.fields(reader.root, FIELDS);
  if (fields === undefined) return undefined;
  readVersion(reader, fields.get('version'));
  const id = readHead(reader, fields.get('table')) ?? file;
  const units = readUnits(reader, fields.get('units'));
  const known = new Map(units.map(({ unit, per }) => [unit, per]));
  const prices = fields.get('prices');
  const rows = (prices === undefined ? [] : reader.items(prices, 'prices')).flatMap(
    (spot) => readPrice(reader, spot, known) ?? [],
  );
  complainOfTies(reader, rows);
  return {
    id,
    hash,
    units,
    aliases: readAliases(reader, fields.get('aliases')),
    rows: rows.map(({ row }) => row),
  };
}

function readVersion(reader: YamlReader, spot: Spot | undefined): void {
  if (spot === undefined) reader.complain(reader.root, 'must say which schema it follows: version: 1');
  else reader.choice(spot, ['1']);
}

function readHead(reader: YamlReader, spot: Spot | undefined): string | undefined {
  const fields = spot && reader.fields(spot, ['id', 'currency', 'as_of']);
  const currency = fields?.get('currency');
  if (currency !== undefined) reader.choice(currency, ['USD']);
  const asOf = fields?.get('as_of');
  if (asOf !== undefined) reader.time(asOf);
  const id = fields?.get('id');
  return id && reader.text(id, 'a name of the table');
}

/** Units that Solvent counts by itself, with what one price is usually for. */
const BUILT_IN_UNITS: readonly UserUnitPer[] = [
  { unit: 'pinecone_read_unit', attributes: [], component: undefined, per: 1_000_000 },
  { unit: 'pinecone_write_unit', attributes: [], component: undefined, per: 1_000_000 },
];

type UserUnitPer = UserUnit & { readonly per: number };

function readUnits(reader: YamlReader, spot: Spot | undefined): readonly UserUnitPer[] {
  const units = new Map(BUILT_IN_UNITS.map((unit) => [unit.unit, unit]));
  for (const [unit, at] of (spot && reader.fields(spot, undefined)) ?? []) {
    const fields = reader.fields(at, ['per', 'from_attr', 'component']);
    const per = fields?.get('per');
    const attributes = fields?.get('from_attr');
    const component = fields?.get('component');
    if (!UNIT_NAME.test(unit)) reader.complain(at, 'must be named in lower case letters, digits and _');
    if (CLASS_NAMES.has(unit))
      reader.complain(at, 'is a class that prices have without it; call the unit something else');
    units.set(unit, {
      unit,
      attributes: attributes === undefined ? [] : reader.texts(attributes, 'names of span attributes'),
      component: component && reader.choice<Component>(component, COMPONENTS),
      per: (per && reader.count(per)) ?? units.get(unit)?.per ?? 1,
    });
  }
  return [...units.values()];
}

const UNIT_NAME = /^[a-z][a-z0-9_]{0,63}$/;

function readAliases(reader: YamlReader, spot: Spot | undefined): readonly UserAlias[] {
  const read = (spot === undefined ? [] : reader.items(spot, 'aliases')).flatMap((at) => {
    const fields = reader.fields(at, ['provider', 'model', 'as']);
    if (fields === undefined) return [];
    const as = fields.get('as');
    const target =
      as === undefined
        ? reader.complain(at, 'must say what it stands for: as: {provider, model}')
        : nameOf(reader, as);
    const model = fields.get('model');
    const name =
      model === undefined ? reader.complain(at, 'must name a model') : reader.text(model, 'a model');
    if (target === undefined || name === undefined) return [];
    const provider = fields.get('provider');
    const from = (provider && reader.text(provider, 'a provider')) ?? '';
    return { alias: { provider: from, model: name.toLowerCase(), as: target }, spot: at };
  });
  complainOfTwins(reader, read);
  return read.map(({ alias }) => alias);
}

function nameOf(reader: YamlReader, spot: Spot): { provider: string; model: string } | undefined {
  const fields = reader.fields(spot, ['provider', 'model']);
  const [provider, model] = [fields?.get('provider'), fields?.get('model')];
  if (fields !== undefined && (provider === undefined || model === undefined))
    return reader.complain(spot, 'must name a provider and a model');
  const names = [provider && reader.text(provider, 'a provider'), model && reader.text(model, 'a model')];
  return names[0] === undefined || names[1] === undefined
    ? undefined
    : { provider: names[0], model: names[1] };
}
