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

/** `State` is what the hooks keep of a call, from its headers on. */
export interface GrpcCallHooks<State> {
  /** The headers are here. */
  started(call: GrpcCall): State;
  /** Some bytes are here; false throws them away. */
  frame(state: State, data: Buffer): boolean;
  /** A message is whole, with its five bytes of prefix. What it resolves to is what the method gets; it rejects with a GrpcStatus. */
  message(state: State, message: Buffer, encoding: string): Promise<unknown>;
  /** A status goes out now. */
  ended(state: State, sent: GrpcStatus): void;
}

/** The functions are made once and shared by all calls; each call is their `this`. */
export function takeOver<State>(hooks: GrpcCallHooks<State>): ServerInterceptor {
  type OwnedCall = GrpcCall & { state: State };
  function handleDataFrame(this: OwnedCall, data: Buffer): void {
    if (hooks.frame(this.state, data)) original(this).handleDataFrame.call(this, data);
  }
  function decompressMessage(this: OwnedCall, message: Buffer, encoding: string): Promise<unknown> {
    return hooks.message(this.state, message, encoding);
  }
  function sendStatus(this: OwnedCall, sent: GrpcStatus): void {
    hooks.ended(this.state, sent);
    original(this).sendStatus.call(this, neverOurFault(sent));
  }
  return (_method, wrapped) => {
    const call = wrapped as unknown as OwnedCall;
    assert(
      typeof call.handleDataFrame === 'function' &&
        typeof call.decompressMessage === 'function' &&
        call.stream !== undefined &&
        call.state === undefined,
      'a call of grpc-js has the inside of version 1.14',
    );
    call.handleDataFrame = handleDataFrame;
    call.decompressMessage = decompressMessage;
    call.sendStatus = sendStatus;
    call.state = hooks.started(call);
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
