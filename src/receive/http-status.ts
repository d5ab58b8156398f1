import { unreachable } from '../lib/assert.ts';
import type { DoorRefusal } from './door.ts';
import type { StatusMessage } from './status-message.ts';

/** How HTTP says no. `body.retryAfterMs` is there exactly where the sender should resend: 429 and 503. */
export interface HttpStatus {
  readonly status: number;
  readonly body: StatusMessage;
}

/** OTLP/HTTP: 429, 502, 503 and 504 are resent, everything else is dropped by the sender. Never 500: it loses spans. */
export function httpStatusOf(refusal: DoorRefusal): HttpStatus {
  const { message } = refusal;
  switch (refusal.reason) {
    case 'malformed': // final
      return { status: 400, body: { code: 3, message, violation: true } };
    case 'too_large': // final
      return { status: 413, body: { code: 8, message } };
    case 'overloaded': // resent
      return { status: 429, body: { code: 8, message, retryAfterMs: refusal.retryAfterMs } };
    case 'unavailable': // resent
      return { status: 503, body: { code: 14, message, retryAfterMs: refusal.retryAfterMs } };
    case 'unknown_path': // final
      return { status: 404, body: { code: 12, message } };
    case 'wrong_method': // final
      return { status: 405, body: { code: 12, message } };
    case 'unknown_media_type': // final
      return { status: 415, body: { code: 3, message } };
    case 'unknown_coding': // final
    case 'bad_request': // final
      return { status: 400, body: { code: 3, message } };
    case 'headers_too_large': // final
      return { status: 431, body: { code: 3, message } };
    default:
      return unreachable(refusal);
  }
}
