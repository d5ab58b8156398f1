import type { ServerHttp2Stream } from 'node:http2';
import { type Metadata, type ServerInterceptingCall, type ServerInterceptor, status } from '@grpc/grpc-js';
import { assert } from '../lib/assert.ts';

/**
 * The call object of grpc-js 1.14, as far as it is taken over. Between a frame and a message it has no hook: bytes are
 * collected without a common bound, broken gzip is answered INTERNAL, and a message may trickle in for ever. This is the
 * one file that knows its inside; where that changes, the first call fails, and with it the tests.
 */
export interface GrpcCall {
  readonly stream: ServerHttp2Stream;
  handleDataFrame(data: Buffer): void;
  decompressMessage(message: Buffer, encoding: string): unknown;
  sendStatus(status: GrpcStatus): void;
}

export interface GrpcStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata | null;
}

export interface GrpcCallHooks {
  /** The headers are here. */
  started(call: GrpcCall): void;
  /** Some bytes are here; false throws them away. */
  frame(call: GrpcCall, data: Buffer): boolean;
  /** A message is whole, with its five bytes of prefix. What it resolves to is what the method gets; it rejects with a GrpcStatus. */
  message(call: GrpcCall, message: Buffer, encoding: string): Promise<unknown>;
  /** A status goes out now. */
  ended(call: GrpcCall, sent: GrpcStatus): void;
}

/** The functions are made once and shared by all calls; each call is their `this`. */
export function takeOver(hooks: GrpcCallHooks): ServerInterceptor {
  function handleDataFrame(this: GrpcCall, data: Buffer): void {
    if (hooks.frame(this, data)) original(this).handleDataFrame.call(this, data);
  }
  function decompressMessage(this: GrpcCall, message: Buffer, encoding: string): Promise<unknown> {
    return hooks.message(this, message, encoding);
  }
  function sendStatus(this: GrpcCall, sent: GrpcStatus): void {
    hooks.ended(this, sent);
    original(this).sendStatus.call(this, neverOurFault(sent));
  }
  return (_method, wrapped) => {
    const call = wrapped as unknown as GrpcCall;
    assert(
      typeof call.handleDataFrame === 'function' &&
        typeof call.decompressMessage === 'function' &&
        call.stream !== undefined,
      'a call of grpc-js has the inside of version 1.14',
    );
    Object.assign(call, { handleDataFrame, decompressMessage, sendStatus });
    hooks.started(call);
    return wrapped as unknown as ServerInterceptingCall;
  };
}

function original(call: GrpcCall): GrpcCall {
  return Object.getPrototypeOf(call) as GrpcCall;
}

/** grpc-js says INTERNAL of a sender's broken headers; our own faults never get here. */
function neverOurFault(sent: GrpcStatus): GrpcStatus {
  return sent.code === status.INTERNAL ? { ...sent, code: status.INVALID_ARGUMENT } : sent;
}
