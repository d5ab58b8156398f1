import { Metadata, type StatusObject, status } from '@grpc/grpc-js';
import { unreachable } from '../lib/assert.ts';
import type { DoorRefusal } from './door.ts';
import { cutMessage, encodeStatus, type StatusMessage } from './status-message.ts';

/**
 * How gRPC says no. A sender resends UNAVAILABLE, and RESOURCE_EXHAUSTED only with a RetryInfo; INVALID_ARGUMENT it
 * drops. Never INTERNAL or UNKNOWN: they lose spans.
 */
export function grpcStatusOf(refusal: DoorRefusal): StatusObject {
  const { message } = refusal;
  switch (refusal.reason) {
    case 'malformed': // final
      return withDetails({ code: status.INVALID_ARGUMENT, message, violation: true });
    case 'too_large': // final: no RetryInfo
      return withoutDetails(status.RESOURCE_EXHAUSTED, message);
    case 'overloaded': // resent
    case 'unavailable': // resent
      return withDetails({ code: status.UNAVAILABLE, message, retryAfterMs: refusal.retryAfterMs });
    case 'unknown_path': // final
    case 'wrong_method': // final
    case 'unknown_coding': // final
      return withoutDetails(status.UNIMPLEMENTED, message);
    case 'unknown_media_type': // final
    case 'bad_request': // final
    case 'headers_too_large': // final
      return withoutDetails(status.INVALID_ARGUMENT, message);
    default:
      return unreachable(refusal);
  }
}

function withoutDetails(code: status, message: string): StatusObject {
  return { code, details: cutMessage(message), metadata: new Metadata() };
}

function withDetails(message: StatusMessage): StatusObject {
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', encodeStatus(message, 'protobuf'));
  return { code: message.code, details: cutMessage(message.message), metadata };
}
