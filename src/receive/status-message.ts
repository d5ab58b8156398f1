import { LIMITS } from '../domain/limits.ts';
import type { Encoding } from '../domain/request.ts';

/** google.rpc.Status with the details that OTLP knows. Our names for its fields; the wire's are below. */
export interface StatusMessage {
  /** google.rpc.Code, which is the gRPC status code. */
  readonly code: number;
  /** English; cut at LIMITS.messageBytesMax. */
  readonly message: string;
  /** Becomes a RetryInfo. */
  readonly retryAfterMs?: number;
  /** Becomes a BadRequest, with the message as its one violation. */
  readonly violation?: boolean;
}

/** The bytes of a google.rpc.Status, for an HTTP body or for `grpc-status-details-bin`. */
export function encodeStatus(status: StatusMessage, encoding: Encoding): Buffer {
  const message = cutMessage(status.message);
  return encoding === 'json'
    ? Buffer.from(JSON.stringify(statusJson(status, message)))
    : statusProtobuf(status, message);
}

/** The bytes of an ExportTraceServiceResponse. Without a rejected span and a message, partial_success stays unset. */
export function encodeResponse(rejectedSpans: number, message: string, encoding: Encoding): Buffer {
  if (rejectedSpans === 0 && message === '') return encoding === 'json' ? EMPTY_JSON : EMPTY_PROTOBUF;
  const errorMessage = cutMessage(message);
  return encoding === 'json'
    ? Buffer.from(JSON.stringify({ partialSuccess: { rejectedSpans: String(rejectedSpans), errorMessage } }))
    : bytesField(1, Buffer.concat([intField(1, rejectedSpans), textField(2, errorMessage)]));
}

/** At most LIMITS.messageBytesMax bytes of UTF-8, cut between characters; what is no character becomes U+FFFD. */
export function cutMessage(message: string): string {
  const bytes = Buffer.from(message);
  if (bytes.length <= LIMITS.messageBytesMax) return bytes.toString();
  let end = LIMITS.messageBytesMax;
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

const EMPTY_PROTOBUF = Buffer.alloc(0);
const EMPTY_JSON = Buffer.from('{}');
const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';
const BAD_REQUEST = 'type.googleapis.com/google.rpc.BadRequest';

function statusJson({ code, retryAfterMs, violation }: StatusMessage, message: string): object {
  const details: object[] = [];
  if (retryAfterMs !== undefined)
    details.push({ '@type': RETRY_INFO, retryDelay: `${(retryAfterMs / 1000).toFixed(3)}s` });
  if (violation === true) details.push({ '@type': BAD_REQUEST, fieldViolations: [{ description: message }] });
  return details.length === 0 ? { code, message } : { code, message, details };
}

function statusProtobuf({ code, retryAfterMs, violation }: StatusMessage, message: string): Buffer {
  const parts = [intField(1, code), textField(2, message)];
  if (retryAfterMs !== undefined) {
    const seconds = Math.floor(retryAfterMs / 1000);
    const nanos = Math.round((retryAfterMs - seconds * 1000) * 1_000_000);
    const delay = Buffer.concat([intField(1, seconds), intField(2, nanos)]);
    parts.push(anyField(3, RETRY_INFO, bytesField(1, delay)));
  }
  if (violation === true) parts.push(anyField(3, BAD_REQUEST, bytesField(1, textField(2, message))));
  return Buffer.concat(parts);
}

function anyField(field: number, typeUrl: string, value: Buffer): Buffer {
  return bytesField(field, Buffer.concat([textField(1, typeUrl), bytesField(2, value)]));
}

function textField(field: number, text: string): Buffer {
  return text === '' ? EMPTY_PROTOBUF : bytesField(field, Buffer.from(text));
}

function bytesField(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of((field << 3) | 2), varint(bytes.length), bytes]);
}

/** A whole number >= 0; zero is the default and stays unwritten. */
function intField(field: number, value: number): Buffer {
  return value === 0 ? EMPTY_PROTOBUF : Buffer.concat([Buffer.of(field << 3), varint(value)]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  while (value > 127) {
    bytes.push((value % 128) | 128);
    value = Math.floor(value / 128);
  }
  bytes.push(value);
  return Buffer.from(bytes);
}
