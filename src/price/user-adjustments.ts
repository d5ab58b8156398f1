import { COMPONENTS, type Component } from '../domain/charge.ts';
import { parseDecimal } from '../lib/decimal.ts';
import type { UserAdjustment } from './user-table.ts';
import { readValidity } from './user-when.ts';
import { type Spot, sourceOf, type YamlReader } from './yaml-reader.ts';

const FIELDS = ['label', 'match', 'multiply', 'valid'];
const LABEL = /^[a-z0-9][a-z0-9_.-]{0,63}$/;
const FACTOR = /^\d{1,3}(\.\d{1,9})?$/;

/** `{match: {provider: anthropic}, multiply: "0.88", label: contract}`, in the order in which they are applied. */
export function readAdjustments(reader: YamlReader, spot: Spot | undefined): readonly UserAdjustment[] {
  const seen = new Map<string, number>();
  return (spot === undefined ? [] : reader.items(spot, 'adjustments')).flatMap((at) => {
    const fields = reader.fields(at, FIELDS);
    if (fields === undefined) return [];
    const label = readLabel(reader, at, fields.get('label'));
    const multiply = readFactor(reader, at, fields.get('multiply'));
    const [from, to] = readValidity(reader, fields.get('valid'));
    const match = readMatch(reader, fields.get('match'));
    if (label === undefined || multiply === undefined) return [];
    const key = JSON.stringify([label, match, from]);
    const twin = seen.get(key);
    if (twin !== undefined) return reader.complain(at, `is the adjustment of line ${twin} again`) ?? [];
    seen.set(key, at.line);
    return { label, multiply, from, to, ...match };
  });
}

function readLabel(reader: YamlReader, at: Spot, spot: Spot | undefined): string | undefined {
  if (spot === undefined) return reader.complain(at, 'must have a label: it names the lines');
  const label = sourceOf(spot.node) ?? '';
  if (LABEL.test(label)) return label;
  return reader.complain(spot, 'must be lower case letters, digits, ".", "-" and "_"');
}

function readFactor(reader: YamlReader, at: Spot, spot: Spot | undefined): bigint | undefined {
  if (spot === undefined) return reader.complain(at, 'must have multiply: "0.88" takes twelve per cent off');
  const text = sourceOf(spot.node) ?? '';
  if (FACTOR.test(text)) return parseDecimal(text, 9);
  return reader.complain(
    spot,
    `must be a factor such as "0.88", with at most nine decimals, not ${JSON.stringify(text)}`,
  );
}

function readMatch(
  reader: YamlReader,
  spot: Spot | undefined,
): Pick<UserAdjustment, 'provider' | 'name' | 'component'> {
  const fields = spot && reader.fields(spot, ['provider', 'name', 'component']);
  const [provider, name, component] = [
    fields?.get('provider'),
    fields?.get('name'),
    fields?.get('component'),
  ];
  return {
    provider: (provider && reader.text(provider, 'a provider')?.toLowerCase()) ?? '',
    name: (name && reader.text(name, 'a name or a pattern')?.toLowerCase()) ?? '*',
    component: component && reader.choice<Component>(component, COMPONENTS),
  };
}
