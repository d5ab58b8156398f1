import { LIMITS } from '../../src/domain/limits.ts';
import type { AttributeView, EventView, ResourceView, SpanView } from '../../src/domain/span.ts';
import type { KeyId, Vocabulary } from '../../src/domain/vocabulary.ts';

/** An attribute value as a test writes it. A bigint is an OTLP int, a number a double or an int. */
export type PlainValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [name: string]: PlainValue };
export type PlainAttributes = Readonly<Record<string, PlainValue>>;

/** A span as a test writes it; everything may be left out. Times are Unix nanoseconds. */
export interface PlainSpan {
  readonly traceId?: string;
  readonly spanId?: string;
  readonly parentId?: string;
  readonly name?: string;
  readonly kind?: number;
  readonly flags?: number;
  readonly start?: bigint;
  readonly end?: bigint;
  readonly status?: number;
  readonly scope?: { readonly name?: string; readonly version?: string };
  readonly attributes?: PlainAttributes;
  /** Plain attributes, or a view made by `resourceView`, for spans that share one resource. */
  readonly resource?: PlainAttributes | ResourceView;
  readonly events?: readonly PlainEvent[];
}

export interface PlainEvent {
  readonly name?: string;
  readonly time?: bigint;
  readonly attributes?: PlainAttributes;
}

/** 2026-11-23T12:00:00Z. */
export const SPAN_START = 1_795_435_200_000_000_000n;
export const SPAN_END = SPAN_START + 1_000_000_000n;

/** The span as decode would hand it over. Freezes the vocabulary: open what names attributes first. */
export function spanView(vocabulary: Vocabulary, plain: PlainSpan): SpanView {
  const names = vocabulary.freeze();
  const { start = SPAN_START, end = start + 1_000_000_000n } = plain;
  return {
    ...view(names, plain.attributes ?? {}),
    ids: ids(plain),
    name: plain.name ?? '',
    kind: plain.kind ?? 0,
    flags: plain.flags ?? 0,
    startHi: Number(start >> 32n),
    startLo: Number(start & 0xffff_ffffn),
    endHi: Number(end >> 32n),
    endLo: Number(end & 0xffff_ffffn),
    status: plain.status ?? 0,
    scopeName: plain.scope?.name ?? '',
    scopeVersion: plain.scope?.version ?? '',
    resource: isView(plain.resource) ? plain.resource : view(names, plain.resource ?? {}),
    events: (plain.events ?? []).map((event) => eventView(names, event)),
  };
}

/** One resource for several spans. */
export const resourceView = (vocabulary: Vocabulary, attributes: PlainAttributes): ResourceView =>
  view(vocabulary.freeze(), attributes);

const isView = (resource: PlainSpan['resource']): resource is ResourceView =>
  typeof resource === 'object' && typeof (resource as { has?: unknown }).has === 'function';

function eventView(
  names: readonly string[],
  { name = '', time = SPAN_END, attributes = {} }: PlainEvent,
): EventView {
  return {
    ...view(names, attributes),
    name,
    timeHi: Number(time >> 32n),
    timeLo: Number(time & 0xffff_ffffn),
  };
}

function view(names: readonly string[], attributes: PlainAttributes): AttributeView {
  const at = (key: KeyId) => (Object.hasOwn(attributes, names[key]!) ? attributes[names[key]!] : undefined);
  const keys = [...names.keys()].filter((key) => at(key) !== undefined);
  return {
    keyCount: keys.length,
    keyAt: (index) => keys[index]!,
    has: (key) => !isEmpty(at(key)),
    text: (key) => textOf(at(key)),
    number: (key) => numberOf(at(key)),
    wasCut(key) {
      const value = at(key);
      return typeof value === 'string' && Buffer.byteLength(value) > LIMITS.textBytesMax;
    },
    longText(key) {
      const value = at(key);
      if (typeof value !== 'string' || value === '') return undefined;
      return Buffer.byteLength(value) > LIMITS.longTextBytesMax ? undefined : value;
    },
    texts(key) {
      const value = at(key);
      if (typeof value === 'string') return value === '' ? [] : [value];
      return Array.isArray(value)
        ? value.filter((one) => typeof one === 'string').slice(0, LIMITS.textsMax)
        : [];
    },
  };
}

const isEmpty = (value: PlainValue | undefined) => value === undefined || value === null || value === '';

function textOf(value: PlainValue | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : cut(value);
  const scalar = typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';
  return scalar ? String(value) : undefined;
}

/** As decode does: whole characters within the limit. */
function cut(text: string): string {
  const bytes = Buffer.from(text);
  let end = LIMITS.textBytesMax;
  if (bytes.length <= end) return text;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

function numberOf(value: PlainValue | undefined): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value !== 'string' || !/^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?$/.test(value)) return undefined;
  return Number(value);
}

function ids({ traceId = '11'.repeat(16), spanId = '22'.repeat(8), parentId = '' }: PlainSpan): Uint8Array {
  return new Uint8Array(Buffer.from(traceId + spanId + parentId.padEnd(16, '0'), 'hex'));
}
