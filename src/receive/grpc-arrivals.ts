import { constants } from 'node:http2';
import { Metadata, type ServerInterceptor, status } from '@grpc/grpc-js';
import type { Refusal } from '../domain/request.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { Reservation } from './admission.ts';
import { type AnswerName, bodyBytesMaxOf, DOOR_DEFAULTS, type DoorParts, type DoorRefusal } from './door.ts';
import { type GrpcCall, type GrpcStatus, takeOver } from './grpc-call.ts';
import { grpcStatusOf } from './grpc-status.ts';
import { inflateGzip, inflateInPieces } from './inflate.ts';

/** One message, whole and inflated, as the method gets it. */
export interface Letter {
  readonly body: Buffer;
  /** False where the call is over already: then there is nothing to do. Else its bytes are held until `release`. */
  open(): boolean;
  release(): void;
}

/**
 * A call from its headers to its answer: `arriving` frame by frame; `delivered` when the message is whole; `working` from
 * `open` to `release`; `over` when nothing is held any more. A call that is over throws away what still comes.
 */
class Arrival {
  readonly call: GrpcCall;
  readonly startedAt: number;
  state: 'arriving' | 'delivered' | 'working' | 'over' = 'arriving';
  reservation: Reservation | undefined;

  constructor(call: GrpcCall, startedAt: number) {
    this.call = call;
    this.startedAt = startedAt;
  }

  end(): void {
    this.state = 'over';
    this.reservation?.release();
  }
}

/** What arrives over gRPC: metered against the common bound, timed, and inflated by us. */
export class GrpcArrivals {
  readonly interceptor: ServerInterceptor;
  readonly #parts: DoorParts;
  readonly #clock: Clock;
  readonly #bodyBytesMax: number;
  readonly #timeoutMs: number;
  readonly #countRefusal: (name: AnswerName) => void;
  readonly #live = new Set<Arrival>();
  /** Oldest first. */
  readonly #arriving = new Set<Arrival>();
  #stopSweep: (() => void) | undefined;

  constructor(parts: DoorParts, countRefusal: (name: AnswerName) => void) {
    this.#parts = parts;
    this.#clock = parts.clock ?? systemClock;
    this.#bodyBytesMax = bodyBytesMaxOf(parts);
    this.#timeoutMs = parts.limits.requestTimeoutMs ?? DOOR_DEFAULTS.requestTimeoutMs;
    this.#countRefusal = countRefusal;
    this.interceptor = takeOver({
      started: (call) => this.#start(call),
      frame: (arrival, data) => this.#admit(arrival, data),
      message: (arrival, message, encoding) => this.#letter(arrival, message, encoding),
      ended: (arrival, sent) => this.#ended(arrival, sent),
    });
  }

  /** Cuts off every connection that still has a call; grpc-js forgets them where channelz is off. */
  cutOff(): void {
    for (const { call } of this.#live) call.stream.session?.destroy();
  }

  close(): void {
    this.#stopSweep?.();
  }

  #start(call: GrpcCall): Arrival {
    const arrival = new Arrival(call, this.#clock.now());
    this.#arriving.add(arrival);
    this.#live.add(arrival);
    call.stream.once('close', () => {
      this.#live.delete(arrival);
      this.#arriving.delete(arrival);
      if (arrival.state !== 'working') arrival.end();
    });
    this.#stopSweep ??= this.#clock.after(this.#timeoutMs, () => this.#sweep());
    return arrival;
  }

  /** False where the frame is to be thrown away. */
  #admit(arrival: Arrival, data: Buffer): boolean {
    if (arrival.state === 'over') return false;
    if (arrival.state !== 'arriving') return this.#refuse(arrival, ONE_MESSAGE);
    if (arrival.reservation === undefined) arrival.reservation = this.#parts.admission.take(data.length);
    else if (arrival.reservation.grow(data.length)) return true;
    else return this.#refuse(arrival, this.#noRoom());
    return arrival.reservation !== undefined || this.#refuse(arrival, this.#noRoom());
  }

  async #letter(arrival: Arrival, message: Buffer, encoding: string): Promise<Letter> {
    if (arrival.state !== 'arriving') throw this.#refusal(arrival, ONE_MESSAGE);
    arrival.state = 'delivered';
    this.#arriving.delete(arrival);
    const body = await this.#inflate(arrival, message, encoding);
    if (Buffer.isBuffer(body)) return letterOf(body, arrival);
    throw this.#refusal(arrival, body);
  }

  /** `message` begins with the five bytes of gRPC: whether it is compressed, and its length. */
  async #inflate(arrival: Arrival, message: Buffer, encoding: string): Promise<Buffer | DoorRefusal> {
    const compressed = message[0];
    const content = message.subarray(5);
    if (compressed === 0) return content;
    if (compressed !== 1 || encoding === 'identity') return BAD_FLAG;
    if (encoding !== 'gzip' && encoding !== 'deflate') return UNKNOWN_CODING;
    const { reservation } = arrival;
    if (reservation === undefined) return this.#noRoom();
    const room = { bytesMax: this.#bodyBytesMax, reservation };
    const inflated = await (encoding === 'gzip'
      ? inflateGzip(content, room)
      : inflateInPieces(content, 'deflate', room));
    reservation.shrink(message.length);
    if (inflated.kind === 'inflated') return inflated.body;
    if (inflated.kind === 'overloaded') return this.#noRoom();
    return inflated.kind === 'too_large' ? this.#tooLarge() : BAD_COMPRESSION;
  }

  /** Always false, which throws the frame away. */
  #refuse(arrival: Arrival, refusal: DoorRefusal): false {
    arrival.call.sendStatus(this.#refusal(arrival, refusal));
    return false;
  }

  /** Ends the arrival and counts that, once. */
  #refusal(arrival: Arrival, refusal: DoorRefusal): GrpcStatus {
    if (arrival.state !== 'over') this.#countRefusal(refusal.reason);
    this.#arriving.delete(arrival);
    arrival.end();
    return grpcStatusOf(refusal);
  }

  /** A status goes out. While the message arrives that is grpc-js's own: the message is too long. */
  #ended(arrival: Arrival, sent: GrpcStatus): void {
    if (arrival.state !== 'arriving') return;
    this.#arriving.delete(arrival);
    arrival.end();
    if (sent.code === status.RESOURCE_EXHAUSTED) this.#countRefusal('too_large');
  }

  /** A message that trickles in holds its bytes no longer than the time a request has. */
  #sweep(): void {
    const bornBefore = this.#clock.now() - this.#timeoutMs;
    for (const arrival of this.#arriving) {
      if (arrival.startedAt > bornBefore) break;
      this.#arriving.delete(arrival);
      arrival.end();
      arrival.call.sendStatus(TOO_SLOW);
      arrival.call.stream.close(constants.NGHTTP2_NO_ERROR);
    }
    const waitMs = Math.max(this.#timeoutMs / 4, 1);
    this.#stopSweep = this.#arriving.size === 0 ? undefined : this.#clock.after(waitMs, () => this.#sweep());
  }

  #noRoom(): Refusal {
    return this.#parts.admission.refusal(this.#parts.limits.retryAfterMs);
  }

  #tooLarge(): Refusal {
    return { reason: 'too_large', message: `the message is larger than ${this.#bodyBytesMax} bytes` };
  }
}

function letterOf(body: Buffer, arrival: Arrival): Letter {
  return {
    body,
    open() {
      if (arrival.state !== 'delivered') return false;
      arrival.state = 'working';
      return true;
    },
    release: () => arrival.end(),
  };
}

const ONE_MESSAGE: Refusal = { reason: 'malformed', message: 'a call carries one message' };
const BAD_FLAG: Refusal = {
  reason: 'malformed',
  message: 'the message says that it is compressed, and grpc-encoding does not say how',
};
const BAD_COMPRESSION: Refusal = { reason: 'malformed', message: 'the message cannot be decompressed' };
const UNKNOWN_CODING: DoorRefusal = {
  reason: 'unknown_coding',
  message: 'grpc-encoding must be gzip, deflate or identity',
};
/** Resent by a sender, unlike most. */
const TOO_SLOW: GrpcStatus = {
  code: status.DEADLINE_EXCEEDED,
  details: 'the message did not arrive in time',
  metadata: new Metadata(),
};
