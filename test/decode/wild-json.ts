import { type Dice, interleave } from './dice.ts';
import type {
  AnyValue,
  KeyValue,
  OtlpEvent,
  OtlpRequest,
  OtlpSpan,
  ResourceSpans,
  ScopeSpans,
} from './reference.ts';

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const CODES = ['UNSET', 'OK', 'ERROR'];
const UNKNOWN = ['{"deep":[[{"a":null}],"]}"]}', '[]', '"\\u007d\\""', '-0.5e-7', 'true', 'null'];

/** A request in any JSON that is accepted: both spellings, any order, blanks, escapes, names of enums, unknown members. */
export function wildJson(message: OtlpRequest, dice: Dice): string {
  return object(dice, [
    list('resourceSpans', message.resourceSpans, (one) => resourceSpansOf(one, dice), dice),
  ]);
}

const resourceSpansOf = ({ resource, scopeSpans }: ResourceSpans, dice: Dice) =>
  object(dice, [
    resource && member('resource', object(dice, [attributesOf(resource.attributes, dice)]), dice),
    list('scopeSpans', scopeSpans, (one) => scopeSpansOf(one, dice), dice),
  ]);

const scopeSpansOf = ({ scope, spans }: ScopeSpans, dice: Dice) =>
  object(dice, [
    scope &&
      member(
        'scope',
        object(dice, [string('name', scope.name, dice), string('version', scope.version, dice)]),
        dice,
      ),
    list('spans', spans, (one) => spanOf(one, dice), dice),
  ]);

const spanOf = (span: OtlpSpan, dice: Dice) =>
  object(dice, [
    hex('traceId', span.traceId, dice),
    hex('spanId', span.spanId, dice),
    hex('parentSpanId', span.parentSpanId, dice),
    string('name', span.name, dice),
    choice('kind', span.kind, 'SPAN_KIND_', KINDS, dice),
    number('startTimeUnixNano', span.startTimeUnixNano, dice),
    number('endTimeUnixNano', span.endTimeUnixNano, dice),
    attributesOf(span.attributes, dice),
    list('events', span.events, (one) => eventOf(one, dice), dice),
    span.status &&
      member('status', object(dice, [choice('code', span.status.code, 'STATUS_CODE_', CODES, dice)]), dice),
    number('flags', span.flags, dice),
  ]);

const eventOf = ({ timeUnixNano, name, attributes }: OtlpEvent, dice: Dice) =>
  object(dice, [
    number('timeUnixNano', timeUnixNano, dice),
    string('name', name, dice),
    attributesOf(attributes, dice),
  ]);

const attributesOf = (attributes: readonly KeyValue[] | undefined, dice: Dice) =>
  list('attributes', attributes, (one) => keyValueOf(one, dice), dice);

const keyValueOf = ({ key, value }: KeyValue, dice: Dice): string =>
  object(dice, [string('key', key, dice), value && member('value', anyValueOf(value, dice), dice)]);

function anyValueOf(value: AnyValue, dice: Dice): string {
  if ('stringValue' in value) return object(dice, [string('stringValue', value.stringValue as string, dice)]);
  if ('boolValue' in value) return object(dice, [member('boolValue', String(value.boolValue), dice)]);
  if ('intValue' in value) return object(dice, [number('intValue', value.intValue as string, dice)]);
  if ('doubleValue' in value)
    return object(dice, [member('doubleValue', double(value.doubleValue as number), dice)]);
  if ('bytesValue' in value) {
    return object(dice, [
      string('bytesValue', Buffer.from(value.bytesValue as Uint8Array).toString('base64'), dice),
    ]);
  }
  if ('arrayValue' in value) {
    const { values } = value.arrayValue as { values: readonly AnyValue[] };
    return object(dice, [
      member(
        'arrayValue',
        object(dice, [list('values', values, (one) => anyValueOf(one, dice), dice)]),
        dice,
      ),
    ]);
  }
  if ('kvlistValue' in value) {
    const { values } = value.kvlistValue as { values: readonly KeyValue[] };
    return object(dice, [
      member(
        'kvlistValue',
        object(dice, [list('values', values, (one) => keyValueOf(one, dice), dice)]),
        dice,
      ),
    ]);
  }
  return dice.roll(2) === 0 ? object(dice, []) : 'null';
}

const member = (name: string, value: string, dice: Dice) =>
  `${quoted(dice.roll(2) === 0 ? name : snake(name), dice)}${blank(dice)}:${blank(dice)}${value}`;
const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const blank = (dice: Dice) => ['', '', ' ', '\r\n\t'][dice.roll(4)]!;

const object = (dice: Dice, members: readonly (string | undefined)[]) => {
  const known = members.filter((one) => one !== undefined).map((one) => [one]);
  const unknown = Array.from(
    { length: dice.roll(2) },
    () => `"unknown":${UNKNOWN[dice.roll(UNKNOWN.length)]}`,
  );
  return `{${blank(dice)}${interleave([...known, unknown], dice).join(`${blank(dice)},${blank(dice)}`)}${blank(dice)}}`;
};

function list<T>(
  name: string,
  items: readonly T[] | undefined,
  encode: (item: T) => string,
  dice: Dice,
): string | undefined {
  if (items === undefined) return undefined;
  if (items.length === 0 && dice.roll(2) === 1) return member(name, 'null', dice);
  return member(name, `[${blank(dice)}${items.map(encode).join(`,${blank(dice)}`)}${blank(dice)}]`, dice);
}

const string = (name: string, value: string | undefined, dice: Dice) =>
  value === undefined ? undefined : member(name, quoted(value, dice), dice);

/** Any character may be escaped. */
function quoted(value: string, dice: Dice): string {
  const plain = JSON.stringify(value);
  if (dice.roll(4) > 0) return plain;
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return dice.roll(2) === 0
    ? plain.replaceAll('/', '\\/')
    : `"${[...Array(value.length).keys()].map((i) => escaped(value[i]!)).join('')}"`;
}

/** In hex, with digits of either case. */
function hex(name: string, id: Uint8Array | undefined, dice: Dice): string | undefined {
  if (id === undefined) return undefined;
  const digits = Buffer.from(id).toString('hex');
  return member(name, `"${dice.roll(2) === 0 ? digits : digits.toUpperCase()}"`, dice);
}

/** Bare, in quotes, or with an exponent. */
function number(name: string, value: string | number | undefined, dice: Dice): string | undefined {
  if (value === undefined) return undefined;
  const forms = [
    `"${value}"`,
    `${value}`,
    Number(value) === 0 ? `"0e5"` : `"${value}0e-1"`,
    `${value}e0`,
    `${value}.0`,
  ];
  return member(name, forms[dice.roll(forms.length)]!, dice);
}

const double = (value: number) =>
  Object.is(value, -0) ? '-0' : Number.isFinite(value) ? JSON.stringify(value) : `"${value}"`;

function choice(
  name: string,
  value: number | undefined,
  prefix: string,
  names: readonly string[],
  dice: Dice,
) {
  const known = value === undefined ? undefined : names[value];
  return known !== undefined && dice.roll(3) === 1
    ? member(name, `"${prefix}${known}"`, dice)
    : number(name, value, dice);
}
