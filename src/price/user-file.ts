import { readAdjustments } from './user-adjustments.ts';
import { complainOfTwins, tiesIn } from './user-lint.ts';
import { readPrice } from './user-price.ts';
import type { UserAlias, UserTable } from './user-table.ts';
import { readUnits } from './user-units.ts';
import { type Spot, YamlReader } from './yaml-reader.ts';

/** A price file that was read, or everything that is wrong with it. */
export type UserFile =
  | { readonly kind: 'read'; readonly table: UserTable; readonly warnings: readonly string[] }
  | { readonly kind: 'refused'; readonly complaints: readonly string[] };

/** `hash` is the SHA-256 of the file's bytes. */
export function readUserFile(file: string, text: string, hash: string): UserFile {
  const reader = new YamlReader(file, text);
  const table = reader.complaints.length === 0 ? readTable(reader, file, hash) : undefined;
  const complaints = [...reader.complaints, ...tiesIn(table?.rows ?? [])];
  return table === undefined || complaints.length > 0
    ? { kind: 'refused', complaints }
    : { kind: 'read', table, warnings: reader.warnings };
}

const FIELDS = ['version', 'table', 'units', 'aliases', 'prices', 'adjustments'];

function readTable(reader: YamlReader, file: string, hash: string): UserTable | undefined {
  const fields = reader.fields(reader.root, FIELDS);
  if (fields === undefined) return undefined;
  readVersion(reader, fields.get('version'));
  const id = readHead(reader, fields.get('table')) ?? file;
  const units = readUnits(reader, fields.get('units'));
  const facts = {
    known: new Map(units.map(({ unit, per }) => [unit, per])),
    timed: new Set(units.filter(({ duration }) => duration === 'is').map(({ unit }) => unit)),
  };
  const prices = fields.get('prices');
  const rows = (prices === undefined ? [] : reader.items(prices, 'prices')).flatMap(
    (spot) => readPrice(reader, spot, facts) ?? [],
  );
  return {
    id,
    hash,
    units,
    aliases: readAliases(reader, fields.get('aliases')),
    rows,
    adjustments: readAdjustments(reader, fields.get('adjustments')),
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

/** What a name stands for; a deployment that is bound to a place says which. */
function nameOf(reader: YamlReader, spot: Spot): UserAlias['as'] | undefined {
  const fields = reader.fields(spot, ['provider', 'model', 'region', 'deployment']);
  const [provider, model] = [fields?.get('provider'), fields?.get('model')];
  if (fields !== undefined && (provider === undefined || model === undefined))
    return reader.complain(spot, 'must name a provider and a model');
  const names = [provider && reader.text(provider, 'a provider'), model && reader.text(model, 'a model')];
  const [regionAt, deploymentAt] = [fields?.get('region'), fields?.get('deployment')];
  const region = regionAt && reader.text(regionAt, 'a region')?.toLowerCase();
  const deployment = deploymentAt && reader.text(deploymentAt, 'a deployment')?.toLowerCase();
  return names[0] === undefined || names[1] === undefined
    ? undefined
    : {
        provider: names[0],
        model: names[1],
        ...(region !== undefined && { region }),
        ...(deployment !== undefined && { deployment }),
      };
}
