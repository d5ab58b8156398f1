import { Metadata, type StatusObject, status } from '@grpc/grpc-js';
import type { Refusal } from '../domain/request.ts';
import { unreachable } from '../lib/assert.ts';
import { cutMessage, encodeStatus, type StatusMessage } from './status-message.ts';

/**
 * How gRPC says no. A sender resends UNAVAILABLE, and RESOURCE_EXHAUSTED only with a RetryInfo; INVALID_ARGUMENT it
 * drops. Never INTERNAL or UNKNOWN: they lose spans.
 */
export function grpcStatusOf(refusal: Refusal): StatusObject {
  const { message } = refusal;
  switch (refusal.reason) {
    case 'malformed': // final
      return withDetails({ code: status.INVALID_ARGUMENT, message, violation: true });
    case 'too_large': // final: no RetryInfo
      return { code: status.RESOURCE_EXHAUSTED, details: cutMessage(message), metadata: new Metadata() };
    case 'overloaded': // resent
    case 'unavailable': // resent
      return withDetails({ code: status.UNAVAILABLE, message, retryAfterMs: refusal.retryAfterMs });
    default:
      return unreachable(refusal);
  }
}

function withDetails(message: StatusMessage): StatusObject {
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', encodeStatus(message, 'protobuf'));
  return { code: message.code, details: cutMessage(message.message), metadata };
}
