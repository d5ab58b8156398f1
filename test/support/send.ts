import type { Service } from '../../src/service.ts';

type Value = string | number | boolean | readonly string[];

/** One span of a test; ids may be short and are padded; times are seconds after BASE_MS. */
export interface TestSpan {
  readonly trace: string;
  readonly span: string;
  readonly parent?: string;
  readonly name?: string;
  readonly attributes?: Readonly<Record<string, Value>>;
  readonly start?: number;
  readonly end?: number;
  readonly error?: boolean;
  readonly events?: readonly TestEvent[];
}

export interface TestEvent {
  readonly name: string;
  readonly at?: number;
  readonly attributes?: Readonly<Record<string, Value>>;
}

/** Unix milliseconds at which test spans begin: a few minutes ago, so that every window holds them. */
export const BASE_MS = Date.now() - 600_000;

const nanos = (seconds: number): string =>
  (BigInt(Math.round(BASE_MS + seconds * 1000)) * 1_000_000n).toString();

function valueJson(given: Value): object {
  if (typeof given === 'string') return { stringValue: given };
  if (typeof given === 'boolean') return { boolValue: given };
  if (typeof given === 'number')
    return Number.isInteger(given) ? { intValue: String(given) } : { doubleValue: given };
  return { arrayValue: { values: given.map((one) => ({ stringValue: one })) } };
}

const attributesJson = (given: Readonly<Record<string, Value>> = {}) =>
  Object.entries(given).map(([key, one]) => ({ key, value: valueJson(one) }));

function spanJson(span: TestSpan): object {
  const start = span.start ?? 0;
  return {
    traceId: span.trace.padStart(32, '0'),
    spanId: span.span.padStart(16, '0'),
    ...(span.parent !== undefined && { parentSpanId: span.parent.padStart(16, '0') }),
    name: span.name ?? 'span',
    kind: 1,
    startTimeUnixNano: nanos(start),
    endTimeUnixNano: nanos(span.end ?? start + 1),
    attributes: attributesJson(span.attributes),
    events: (span.events ?? []).map((event) => ({
      name: event.name,
      timeUnixNano: nanos(event.at ?? start),
      attributes: attributesJson(event.attributes),
    })),
    ...(span.error === true && { status: { code: 2 } }),
  };
}

/** An ExportTraceServiceRequest of one resource. */
export const requestJson = (
  spans: readonly TestSpan[],
  resource: Readonly<Record<string, Value>> = {},
): string =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: attributesJson(resource) },
        scopeSpans: [{ scope: { name: 'test' }, spans: spans.map(spanJson) }],
      },
    ],
  });

/** Sends by OTLP/HTTP as JSON; resolves to the status. */
export async function send(
  to: { readonly addresses: Pick<Service['addresses'], 'otlpHttp'> },
  spans: readonly TestSpan[],
  resource: Readonly<Record<string, Value>> = {},
): Promise<number> {
  const response = await fetch(`${to.addresses.otlpHttp}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: requestJson(spans, resource),
  });
  await response.arrayBuffer();
  return response.status;
}
