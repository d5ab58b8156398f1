import protobuf from 'protobufjs';

const root = await protobuf.load(new URL('../../proto/otlp_subset.proto', import.meta.url).pathname);
const request = root.lookupType('solvent.otlp.ExportTraceServiceRequest');

/** A value of an attribute in the shape of OTLP's JSON and of protobufjs alike. 64-bit numbers are decimal strings. */
export type AnyValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: string | number }
  | { readonly doubleValue: number }
  | { readonly arrayValue: { readonly values: readonly AnyValue[] } }
  | { readonly kvlistValue: { readonly values: readonly KeyValue[] } }
  | { readonly bytesValue: Uint8Array }
  | Readonly<Record<string, never>>;

export interface KeyValue {
  readonly key: string;
  readonly value?: AnyValue;
}

export interface OtlpEvent {
  readonly timeUnixNano?: string;
  readonly name?: string;
  readonly attributes?: readonly KeyValue[];
}

export interface OtlpSpan {
  readonly traceId?: Uint8Array;
  readonly spanId?: Uint8Array;
  readonly parentSpanId?: Uint8Array;
  readonly name?: string;
  readonly kind?: number;
  readonly startTimeUnixNano?: string;
  readonly endTimeUnixNano?: string;
  readonly attributes?: readonly KeyValue[];
  readonly events?: readonly OtlpEvent[];
  readonly status?: { readonly code?: number };
  readonly flags?: number;
}

export interface ScopeSpans {
  readonly scope?: { readonly name?: string; readonly version?: string };
  readonly spans?: readonly OtlpSpan[];
}

export interface ResourceSpans {
  readonly resource?: { readonly attributes?: readonly KeyValue[] };
  readonly scopeSpans?: readonly ScopeSpans[];
}

export interface OtlpRequest {
  readonly resourceSpans?: readonly ResourceSpans[];
}

/** The request as a full protobuf library writes it. */
export function encodeRequest(message: OtlpRequest): Uint8Array {
  return request.encode(request.fromObject(message)).finish();
}

/** The request as a full protobuf library reads it, every field. */
export function decodeRequest(body: Uint8Array): protobuf.Message {
  return request.decode(body);
}

/** As `decodeRequest`, in plain objects: 64-bit numbers as strings, defaults left out. */
export function readRequest(body: Uint8Array): OtlpRequest {
  return request.toObject(request.decode(body), { longs: String }) as OtlpRequest;
}
