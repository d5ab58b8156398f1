import type { IncomingMessage } from 'node:http';
import type { Reservation } from './admission.ts';

export type ReadBody =
  | { readonly kind: 'read'; readonly body: Buffer }
  | { readonly kind: 'too_large' }
  /** There is no room for its bytes now. */
  | { readonly kind: 'overloaded' }
  /** The sender went away: there is nobody to answer. */
  | { readonly kind: 'gone' };

export interface BodyRoom {
  /** Bytes by Content-Length, already reserved; undefined where the body is chunked. */
  readonly announced: number | undefined;
  readonly bytesMax: number;
  readonly reservation: Reservation;
}

/**
 * Reads a body whole. With a Content-Length its bytes go to their place as they come; a chunked one is reserved chunk by
 * chunk. What comes after a refusal is thrown away, so that the sender gets to read the answer.
 */
export function readBody(request: IncomingMessage, room: BodyRoom): Promise<ReadBody> {
  return new Promise((resolve) => {
    const sink = room.announced === undefined ? new ChunkedSink(room) : new AnnouncedSink(room.announced);
    const onData = (chunk: Buffer) => {
      const refused = sink.push(chunk);
      if (refused === undefined) return;
      request.off('data', onData);
      request.resume();
      resolve({ kind: refused });
    };
    request.on('data', onData);
    request.on('end', () => resolve({ kind: 'read', body: sink.body() }));
    request.on('error', () => resolve({ kind: 'gone' }));
    request.on('close', () => resolve({ kind: 'gone' }));
  });
}

/** The parser hands over exactly the announced bytes, or none of us sees an end. */
class AnnouncedSink {
  readonly #bytes: number;
  #body: Buffer | undefined;
  #at = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  push(chunk: Buffer): undefined {
    if (chunk.length === this.#bytes) {
      this.#body = chunk;
      return;
    }
    this.#body ??= Buffer.allocUnsafeSlow(this.#bytes);
    chunk.copy(this.#body, this.#at);
    this.#at += chunk.length;
  }

  body(): Buffer {
    return this.#body ?? EMPTY;
  }
}

class ChunkedSink {
  readonly #room: BodyRoom;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(room: BodyRoom) {
    this.#room = room;
  }

  push(chunk: Buffer): 'too_large' | 'overloaded' | undefined {
    if (this.#bytes + chunk.length > this.#room.bytesMax) return 'too_large';
    if (!this.#room.reservation.grow(chunk.length)) return 'overloaded';
    this.#bytes += chunk.length;
    this.#chunks.push(chunk);
    return undefined;
  }

  body(): Buffer {
    return this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks, this.#bytes);
  }
}

const EMPTY = Buffer.alloc(0);
