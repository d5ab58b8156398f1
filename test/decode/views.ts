import { LIMITS } from '../../src/domain/limits.ts';
import type { Decoded } from '../../src/domain/request.ts';
import type { AttributeView, SpanView } from '../../src/domain/span.ts';
import type { AnyValue, KeyValue, OtlpEvent, OtlpRequest, OtlpSpan } from './reference.ts';

/** Everything that can be asked of one attribute. */
export interface Asked {
  readonly has: boolean;
  readonly text: string | undefined;
  readonly number: number | undefined;
  readonly texts: readonly string[];
  readonly cut: boolean;
  readonly long: string | undefined;
}

/** A span as plain data, to be compared and kept. Attributes without anything to say are left out. */
export interface Seen {
  readonly ids: string;
  readonly name: string;
  readonly kind: number;
  readonly flags: number;
  readonly start: bigint;
  readonly end: bigint;
  readonly status: number;
  readonly scope: readonly [string, string];
  readonly attributes: Readonly<Record<string, Asked>>;
  readonly resource: Readonly<Record<string, Asked>>;
  readonly events: readonly {
    readonly name: string;
    readonly time: bigint;
    readonly attributes: Readonly<Record<string, Asked>>;
  }[];
}

/** Runs a decoder over a body and keeps what it shows. */
export function look(
  names: readonly string[],
  decode: (visit: (span: SpanView) => void) => Decoded,
): { readonly decoded: Decoded; readonly spans: readonly Seen[] } {
  const spans: Seen[] = [];
  const decoded = decode((span) => spans.push(seenOf(names, span)));
  return { decoded, spans };
}

const time = (hi: number, lo: number) => (BigInt(hi) << 32n) | BigInt(lo);

function seenOf(names: readonly string[], span: SpanView): Seen {
  return {
    ids: Buffer.from(span.ids).toString('hex'),
    name: span.name,
    kind: span.kind,
    flags: span.flags,
    start: time(span.startHi, span.startLo),
    end: time(span.endHi, span.endLo),
    status: span.status,
    scope: [span.scopeName, span.scopeVersion],
    attributes: askedOf(names, span),
    resource: askedOf(names, span.resource),
    events: span.events.map((event) => ({
      name: event.name,
      time: time(event.timeHi, event.timeLo),
      attributes: askedOf(names, event),
    })),
  };
}

export function askedOf(names: readonly string[], view: AttributeView): Record<string, Asked> {
  const entries = names.map((name, key): [string, Asked] => [
    name,
    {
      has: view.has(key),
      text: view.text(key),
      number: view.number(key),
      texts: view.texts(key),
      cut: view.wasCut(key),
      long: view.longText(key),
    },
  ]);
  return Object.fromEntries(entries.filter(([, asked]) => asked.has || asked.texts.length > 0));
}

/** What a reader of the whole message sees, worked out the slow and plain way. */
export function expectedSpans(names: readonly string[], message: OtlpRequest): readonly Seen[] {
  return allSpans(message)
    .filter(({ span }) => isWhole(span))
    .map(({ span, scope, resource }) => ({
      ids: [span.traceId, span.spanId, parentOf(span)].map((id) => Buffer.from(id!).toString('hex')).join(''),
      name: cutText(span.name ?? ''),
      kind: (span.kind ?? 0) >= 0 && (span.kind ?? 0) <= 5 ? (span.kind ?? 0) : 0,
      flags: span.flags ?? 0,
      start: BigInt(span.startTimeUnixNano ?? 0),
      end: BigInt(span.endTimeUnixNano ?? 0),
      status: (span.status?.code ?? 0) >= 0 && (span.status?.code ?? 0) <= 2 ? (span.status?.code ?? 0) : 0,
      scope: [cutText(scope?.name ?? ''), cutText(scope?.version ?? '')] as const,
      attributes: expectedAttributes(names, span.attributes),
      resource: expectedAttributes(names, resource?.attributes),
      events: (span.events ?? [])
        .filter((event) => isKept(names, event))
        .map((event) => ({
          name: cutText(event.name ?? ''),
          time: BigInt(event.timeUnixNano ?? 0),
          attributes: expectedAttributes(names, event.attributes),
        })),
    }));
}

export const countSpans = (message: OtlpRequest): number => allSpans(message).length;

const allSpans = (message: OtlpRequest) =>
  (message.resourceSpans ?? []).flatMap(({ resource, scopeSpans }) =>
    (scopeSpans ?? []).flatMap(({ scope, spans }) =>
      (spans ?? []).map((span) => ({ span, scope, resource })),
    ),
  );

const isId = (id: Uint8Array | undefined, length: number) =>
  id?.length === length && id.some((byte) => byte !== 0);

const isWhole = ({ traceId, spanId, parentSpanId }: OtlpSpan) =>
  isId(traceId, 16) && isId(spanId, 8) && [0, 8].includes(parentSpanId?.length ?? 0);

const parentOf = ({ parentSpanId }: OtlpSpan) =>
  parentSpanId?.length === 8 ? parentSpanId : new Uint8Array(8);

const isKept = (names: readonly string[], event: OtlpEvent) =>
  event.name === 'gen_ai.evaluation.result' ||
  (event.attributes ?? []).some(({ key }) => names.includes(key));

function expectedAttributes(
  names: readonly string[],
  attributes: readonly KeyValue[] = [],
): Record<string, Asked> {
  const last = new Map(attributes.map(({ key, value }) => [key, value ?? {}]));
  return Object.fromEntries(
    names.flatMap((name): [string, Asked][] => {
      const value = last.get(name);
      if (value === undefined || Object.keys(value).length === 0) return [];
      return 'stringValue' in value && value.stringValue === '' ? [] : [[name, expectedAsked(value)]];
    }),
  );
}

function expectedAsked(value: AnyValue): Asked {
  const silent: Asked = {
    has: true,
    text: undefined,
    number: undefined,
    texts: [],
    cut: false,
    long: undefined,
  };
  if ('stringValue' in value) return expectedText(value.stringValue as string);
  if ('boolValue' in value) return { ...silent, text: String(value.boolValue) };
  if ('intValue' in value) return { ...silent, text: String(value.intValue), number: Number(value.intValue) };
  if ('doubleValue' in value)
    return { ...silent, text: String(value.doubleValue), number: value.doubleValue as number };
  if ('arrayValue' in value) {
    const { values = [] } = value.arrayValue as { values?: readonly AnyValue[] };
    const strings = values.flatMap((one) => ('stringValue' in one ? [one.stringValue as string] : []));
    return {
      ...silent,
      texts: strings
        .filter((text) => text !== '')
        .map(cutText)
        .slice(0, LIMITS.textsMax),
    };
  }
  return silent;
}

function expectedText(full: string): Asked {
  const text = cutText(full);
  const cut = text !== full;
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(full);
  const long = Buffer.byteLength(full) > LIMITS.longTextBytesMax ? undefined : full;
  return { has: true, text, number: isNumber && !cut ? Number(full) : undefined, texts: [text], cut, long };
}

/** Whole characters, as many as fit. */
function cutText(text: string): string {
  let bytes = 0;
  let kept = '';
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > LIMITS.textBytesMax) break;
    kept += character;
  }
  return kept;
}
