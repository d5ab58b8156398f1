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

type Field = Uint8Array;

/** A request in any legal protobuf: fields in any order, unknown ones between them, messages in parts, long varints. */
export function wildProtobuf(message: OtlpRequest, dice: Dice): Uint8Array {
  return wild(dice, [each(1, message.resourceSpans, (one) => resourceSpansOf(one, dice))]);
}

const resourceSpansOf = ({ resource, scopeSpans }: ResourceSpans, dice: Dice) =>
  wild(dice, [
    inParts(
      1,
      resource?.attributes,
      (some) => wild(dice, [each(1, some, (one) => keyValueOf(one, dice))]),
      dice,
    ),
    each(2, scopeSpans, (one) => scopeSpansOf(one, dice)),
  ]);

const scopeSpansOf = ({ scope, spans }: ScopeSpans, dice: Dice) =>
  wild(dice, [
    scope?.name === undefined ? [] : [bytes(1, wild(dice, [[text(1, scope.name)]]))],
    scope?.version === undefined ? [] : [bytes(1, wild(dice, [[text(2, scope.version)]]))],
    each(2, spans, (one) => spanOf(one, dice)),
  ]);

const spanOf = (span: OtlpSpan, dice: Dice) =>
  wild(dice, [
    span.traceId === undefined ? [] : [bytes(1, span.traceId)],
    span.spanId === undefined ? [] : [bytes(2, span.spanId)],
    span.parentSpanId === undefined ? [] : [bytes(4, span.parentSpanId)],
    span.name === undefined ? [] : [text(5, span.name)],
    span.kind === undefined ? [] : [varint(6, BigInt(span.kind), dice)],
    span.startTimeUnixNano === undefined ? [] : [fixed64(7, BigInt(span.startTimeUnixNano))],
    span.endTimeUnixNano === undefined ? [] : [fixed64(8, BigInt(span.endTimeUnixNano))],
    each(9, span.attributes, (one) => keyValueOf(one, dice)),
    each(11, span.events, (one) => eventOf(one, dice)),
    span.status === undefined ? [] : [bytes(15, statusOf(span.status, dice)), bytes(15, wild(dice, []))],
    span.flags === undefined ? [] : [fixed32(16, span.flags)],
  ]);

const statusOf = ({ code }: { readonly code?: number }, dice: Dice) =>
  wild(dice, [[text(2, 'why')], code === undefined ? [] : [varint(3, BigInt(code), dice)]]);

const eventOf = ({ timeUnixNano, name, attributes }: OtlpEvent, dice: Dice) =>
  wild(dice, [
    timeUnixNano === undefined ? [] : [fixed64(1, BigInt(timeUnixNano))],
    name === undefined ? [] : [text(2, name)],
    each(3, attributes, (one) => keyValueOf(one, dice)),
  ]);

function keyValueOf({ key, value }: KeyValue, dice: Dice): Uint8Array {
  return wild(dice, [[text(1, key)], value === undefined ? [] : [bytes(2, anyValueOf(value, dice))]]);
}

function anyValueOf(value: AnyValue, dice: Dice): Uint8Array {
  return wild(dice, [valueFields(value, dice)]);
}

function valueFields(value: AnyValue, dice: Dice): Field[] {
  if ('stringValue' in value) return [text(1, value.stringValue as string)];
  if ('boolValue' in value) return [varint(2, value.boolValue ? 1n : 0n, dice)];
  if ('intValue' in value) return [varint(3, BigInt.asUintN(64, BigInt(value.intValue as string)), dice)];
  if ('doubleValue' in value) return [double(4, value.doubleValue as number)];
  if ('bytesValue' in value) return [bytes(7, value.bytesValue as Uint8Array)];
  if ('arrayValue' in value) {
    const { values } = value.arrayValue as { values: readonly AnyValue[] };
    return [bytes(5, wild(dice, [each(1, values, (one) => anyValueOf(one, dice))]))];
  }
  if ('kvlistValue' in value) {
    const { values } = value.kvlistValue as { values: readonly KeyValue[] };
    return [bytes(6, wild(dice, [each(1, values, (one) => keyValueOf(one, dice))]))];
  }
  return [];
}

/** Mixes the fields of a message, with unknown ones among them. */
const wild = (dice: Dice, fields: readonly (readonly Field[])[]): Uint8Array =>
  Buffer.concat(interleave([...fields, unknownFields(dice)], dice));

const UNKNOWN: readonly ((dice: Dice) => Field)[] = [
  (dice) => varint(101, 2n ** 64n - 1n, dice),
  () => fixed64(102, 5n),
  () => bytes(103, new Uint8Array(300)),
  () => fixed32(104, 7),
  (dice) =>
    group(105, [varint(1, 3n, dice), text(2, 'in a group'), group(105, [fixed32(3, 1), fixed64(4, 1n)])]),
  () => text(2 ** 29 - 1, 'the last number'),
];

const unknownFields = (dice: Dice): Field[] =>
  Array.from({ length: dice.roll(3) }, () => UNKNOWN[dice.roll(UNKNOWN.length)]!(dice));

/** A message given in two parts is their merger. */
function inParts<T>(
  field: number,
  items: readonly T[] | undefined,
  encode: (items: readonly T[]) => Uint8Array,
  dice: Dice,
): Field[] {
  if (items === undefined) return [];
  const cut = dice.roll(items.length + 1);
  return [items.slice(0, cut), items.slice(cut)].map((part) => bytes(field, encode(part)));
}

const each = <T>(field: number, items: readonly T[] | undefined, encode: (item: T) => Uint8Array): Field[] =>
  (items ?? []).map((item) => bytes(field, encode(item)));

export function plainVarint(value: bigint): Buffer {
  const out: number[] = [];
  for (; value > 0x7fn; value >>= 7n) out.push(Number(value & 0x7fn) | 0x80);
  return Buffer.from([...out, Number(value)]);
}

/** A varint may be longer than it has to be, up to ten bytes. */
function longVarint(value: bigint, dice: Dice): Buffer {
  const plain = plainVarint(value);
  const padding = dice.roll(3);
  if (padding === 0 || plain.length + padding > 10) return plain;
  plain[plain.length - 1]! |= 0x80;
  return Buffer.concat([plain, Buffer.alloc(padding - 1, 0x80), Buffer.of(0)]);
}

export const tag = (field: number, wireType: number): Buffer =>
  plainVarint(BigInt(field) * 8n + BigInt(wireType));
export const bytes = (field: number, value: Uint8Array): Buffer =>
  Buffer.concat([tag(field, 2), plainVarint(BigInt(value.length)), value]);
export const text = (field: number, value: string): Buffer => bytes(field, Buffer.from(value));
export const varint = (field: number, value: bigint, dice: Dice): Buffer =>
  Buffer.concat([tag(field, 0), longVarint(value, dice)]);
export const group = (field: number, fields: readonly Uint8Array[]): Buffer =>
  Buffer.concat([tag(field, 3), ...fields, tag(field, 4)]);

export function fixed64(field: number, value: bigint): Buffer {
  const number = Buffer.alloc(8);
  number.writeBigUInt64LE(value);
  return Buffer.concat([tag(field, 1), number]);
}

export function fixed32(field: number, value: number): Buffer {
  const number = Buffer.alloc(4);
  number.writeUInt32LE(value);
  return Buffer.concat([tag(field, 5), number]);
}

function double(field: number, value: number): Buffer {
  const number = Buffer.alloc(8);
  number.writeDoubleLE(value);
  return Buffer.concat([tag(field, 1), number]);
}
