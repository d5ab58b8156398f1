import { COMPONENTS, type Component } from '../domain/charge.ts';
import { BUILT_IN_UNITS, type BuiltInUnit } from './built-in-units.ts';
import { CLASS_NAMES } from './user-rates.ts';
import type { Spot, YamlReader } from './yaml-reader.ts';

const FIELDS = ['per', 'from_attr', 'from', 'times', 'over', 'component'];
const UNIT_NAME = /^[a-z][a-z0-9_]{0,63}$/;

/** Solvent's own units and the file's; a unit of the same name is the file's. */
export function readUnits(reader: YamlReader, spot: Spot | undefined): readonly BuiltInUnit[] {
  const units = new Map(BUILT_IN_UNITS.map((unit) => [unit.unit, unit]));
  for (const [name, at] of (spot && reader.fields(spot, undefined)) ?? []) {
    if (!UNIT_NAME.test(name)) reader.complain(at, 'must be named in lower case letters, digits and _');
    if (CLASS_NAMES.has(name))
      reader.complain(at, 'is a class that prices have without it; call the unit something else');
    units.set(name, readUnit(reader, at, name, units.get(name)));
  }
  return [...units.values()];
}

function readUnit(reader: YamlReader, at: Spot, unit: string, known: BuiltInUnit | undefined): BuiltInUnit {
  const fields = reader.fields(at, FIELDS);
  const [per, attributes, component] = [
    fields?.get('per'),
    fields?.get('from_attr'),
    fields?.get('component'),
  ];
  const [from, times, over] = [fields?.get('from'), fields?.get('times'), fields?.get('over')];
  if (from !== undefined) reader.choice(from, ['duration']);
  if (times !== undefined) reader.choice(times, ['duration']);
  if (from !== undefined && attributes !== undefined)
    reader.complain(
      at,
      'is counted either from an attribute or from the duration; for the product of both: times: duration',
    );
  if (times !== undefined && attributes === undefined)
    reader.complain(at, 'must say which attribute the duration is multiplied by: from_attr');
  return {
    unit,
    attributes:
      attributes === undefined
        ? (known?.attributes ?? [])
        : reader.texts(attributes, 'names of span attributes'),
    component: component && reader.choice<Component>(component, COMPONENTS),
    duration: from !== undefined ? 'is' : times !== undefined ? 'times' : undefined,
    over: (over && reader.count(over)) ?? 1,
    declared: true,
    per: (per && reader.count(per)) ?? known?.per ?? 1,
  };
}
