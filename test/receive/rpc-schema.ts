import protobuf from 'protobufjs';

/** The messages that a door writes, as their owners define them; read by protobufjs, which knows nothing of ours. */
const ROOT = protobuf.parse(
  `
  syntax = "proto3";
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message Duration { int64 seconds = 1; int32 nanos = 2; }
  message RetryInfo { Duration retry_delay = 1; }
  message FieldViolation { string field = 1; string description = 2; }
  message BadRequest { repeated FieldViolation field_violations = 1; }
  message ExportTracePartialSuccess { int64 rejected_spans = 1; string error_message = 2; }
  message ExportTraceServiceResponse { ExportTracePartialSuccess partial_success = 1; }
  `,
  { keepCase: true },
).root;

export interface ReadStatus {
  readonly code: number;
  readonly message: string;
  readonly retryMs?: number;
  readonly violations?: readonly string[];
}

export function readStatus(bytes: Uint8Array): ReadStatus {
  const { code = 0, message = '', details = [] } = decode('Status', bytes);
  const read: { code: number; message: string; retryMs?: number; violations?: string[] } = { code, message };
  for (const { type_url, value } of details) {
    if (type_url === 'type.googleapis.com/google.rpc.RetryInfo') {
      const { seconds = 0, nanos = 0 } = decode('RetryInfo', value).retry_delay;
      read.retryMs = Number(seconds) * 1000 + nanos / 1_000_000;
    } else if (type_url === 'type.googleapis.com/google.rpc.BadRequest') {
      read.violations = decode('BadRequest', value).field_violations.map(
        ({ description = '' }: { description?: string }) => description,
      );
    } else throw new Error(`nobody knows a detail of type ${type_url}`);
  }
  return read;
}

/** The same of protobuf-JSON. */
export function readStatusJson(text: string): ReadStatus {
  const { code, message, details = [] } = JSON.parse(text);
  const read: { code: number; message: string; retryMs?: number; violations?: string[] } = { code, message };
  for (const detail of details) {
    if (detail['@type'] === 'type.googleapis.com/google.rpc.RetryInfo')
      read.retryMs = Math.round(Number(/^(\d+\.\d{3})s$/.exec(detail.retryDelay)?.[1]) * 1000);
    else if (detail['@type'] === 'type.googleapis.com/google.rpc.BadRequest')
      read.violations = detail.fieldViolations.map((one: { description: string }) => one.description);
    else throw new Error(`nobody knows a detail of type ${detail['@type']}`);
  }
  return read;
}

/** `undefined` where partial_success is unset. */
export function readResponse(bytes: Uint8Array): { rejectedSpans: number; message: string } | undefined {
  const { partial_success } = decode('ExportTraceServiceResponse', bytes);
  if (partial_success === undefined) return undefined;
  const { rejected_spans = 0, error_message = '' } = partial_success;
  return { rejectedSpans: Number(rejected_spans), message: error_message };
}

// biome-ignore lint/suspicious/noExplicitAny: a reflected message has no static type
function decode(type: string, bytes: Uint8Array): any {
  const reader = ROOT.lookupType(type);
  return reader.toObject(reader.decode(bytes), { longs: String });
}
