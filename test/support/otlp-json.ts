import type { PlainAttributes, PlainEvent, PlainSpan, PlainValue } from './span-view.ts';

/** The parts of an OTLP/JSON body that golden spans are written in: lowerCamelCase, as the specification has it. */
interface Body {
  readonly resourceSpans?: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] };
    readonly scopeSpans?: readonly {
      readonly scope?: { readonly name?: string; readonly version?: string };
      readonly spans?: readonly JsonSpan[];
    }[];
  }[];
}
interface JsonSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name?: string;
  readonly kind?: number;
  readonly startTimeUnixNano?: string;
  readonly endTimeUnixNano?: string;
  readonly attributes?: readonly KeyValue[];
  readonly status?: { readonly code?: number };
  readonly events?: readonly {
    readonly name?: string;
    readonly timeUnixNano?: string;
    readonly attributes?: readonly KeyValue[];
  }[];
}
interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}
interface AnyValue {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
  readonly boolValue?: boolean;
  readonly arrayValue?: { readonly values?: readonly AnyValue[] };
  readonly kvlistValue?: { readonly values?: readonly KeyValue[] };
}

/** The spans of an OTLP/JSON body in their order. Spans of one resource share its attributes object. */
export function plainSpans(body: unknown): readonly PlainSpan[] {
  return ((body as Body).resourceSpans ?? []).flatMap(({ resource, scopeSpans = [] }) => {
    const shared = plainAttributes(resource?.attributes);
    return scopeSpans.flatMap(({ scope, spans = [] }) =>
      spans.map((span) => ({ ...plainSpan(span), resource: shared, scope: scope ?? {} })),
    );
  });
}

function plainSpan(span: JsonSpan): PlainSpan {
  const start = BigInt(span.startTimeUnixNano ?? '0');
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentId: span.parentSpanId ?? '',
    name: span.name ?? '',
    kind: span.kind ?? 0,
    start,
    end: BigInt(span.endTimeUnixNano ?? '0'),
    status: span.status?.code ?? 0,
    attributes: plainAttributes(span.attributes),
    events: (span.events ?? []).map(
      (event): PlainEvent => ({
        name: event.name ?? '',
        time: BigInt(event.timeUnixNano ?? '0'),
        attributes: plainAttributes(event.attributes),
      }),
    ),
  };
}

const plainAttributes = (list: readonly KeyValue[] = []): PlainAttributes =>
  Object.fromEntries(list.map(({ key, value }) => [key, plainValue(value)]));

function plainValue(value: AnyValue): PlainValue {
  if (value.stringValue !== undefined) return value.stringValue;
  if (value.intValue !== undefined) return BigInt(value.intValue);
  if (value.arrayValue !== undefined) return (value.arrayValue.values ?? []).map(plainValue);
  if (value.kvlistValue !== undefined) return plainAttributes(value.kvlistValue.values);
  return value.doubleValue ?? value.boolValue ?? null;
}
