import { createGunzip, createInflate, gunzip, gunzipSync } from 'node:zlib';
import type { Reservation } from './admission.ts';

export type Inflated =
  | { readonly kind: 'inflated'; readonly body: Buffer }
  | { readonly kind: 'malformed' }
  /** It inflates to more than `bytesMax`. It was stopped there. */
  | { readonly kind: 'too_large' }
  /** There is no room for its bytes now. */
  | { readonly kind: 'overloaded' };

export interface InflateRoom {
  readonly bytesMax: number;
  /** Grows by the bytes that come out. */
  readonly reservation: Reservation;
}

/** Bodies up to this size are inflated at once: a trip to the thread pool costs more than it frees. */
const SYNC_BYTES_MAX = 64 * 1024;
/** Nor is more than this inflated at once, however small it was. */
const SYNC_INFLATED_BYTES_MAX = 1024 * 1024;
/** No deflated byte becomes more than 1032. A larger claim is a lie, and nothing is reserved for it. */
const DEFLATE_RATIO_MAX = 1032;
const CHUNK_BYTES_MIN = 64;
const CHUNK_BYTES = 256 * 1024;

/**
 * Inflates one gzip body, of any number of members. Memory is bounded by `bytesMax` and by the reservation.
 *
 * The last four bytes of a gzip body say how long its last member is: where that is the truth, as nearly always,
 * the result is one buffer of the right size, reserved before it is filled. Where not, it is inflated piece by piece.
 */
export async function inflateGzip(body: Buffer, room: InflateRoom): Promise<Inflated> {
  const claim = claimedBytes(body);
  if (claim > room.bytesMax || claim > body.length * DEFLATE_RATIO_MAX)
    return inflateInPieces(body, 'gzip', room);
  if (!room.reservation.grow(claim)) return { kind: 'overloaded' };
  const inflated = await inflateAtOnce(body, claim);
  if (inflated === 'malformed' || inflated === 'longer') room.reservation.shrink(claim);
  if (inflated === 'malformed') return { kind: 'malformed' };
  if (inflated === 'longer') return inflateInPieces(body, 'gzip', room);
  room.reservation.shrink(claim - inflated.length);
  return { kind: 'inflated', body: inflated };
}

/** Inflates in pieces and stops at the limit, at the bound, or at the first broken byte. */
export function inflateInPieces(
  body: Buffer,
  format: 'gzip' | 'deflate',
  { bytesMax, reservation }: InflateRoom,
): Promise<Inflated> {
  return new Promise((resolve) => {
    const inflater = (format === 'gzip' ? createGunzip : createInflate)({ chunkSize: CHUNK_BYTES });
    const pieces: Buffer[] = [];
    let bytes = 0;
    const stop = (result: Inflated) => {
      inflater.destroy();
      reservation.shrink(bytes);
      resolve(result);
    };
    inflater.on('data', (piece: Buffer) => {
      if (bytes + piece.length > bytesMax) return stop({ kind: 'too_large' });
      if (!reservation.grow(piece.length)) return stop({ kind: 'overloaded' });
      bytes += piece.length;
      pieces.push(piece);
    });
    inflater.on('error', () => stop({ kind: 'malformed' }));
    inflater.on('end', () => resolve({ kind: 'inflated', body: Buffer.concat(pieces, bytes) }));
    inflater.end(body);
  });
}

function claimedBytes(body: Buffer): number {
  return body.length < 18 ? 0 : body.readUInt32LE(body.length - 4);
}

async function inflateAtOnce(body: Buffer, claim: number): Promise<Buffer | 'malformed' | 'longer'> {
  // One byte more than is claimed, so that zlib sees the end without asking for a second buffer.
  const options = { chunkSize: Math.max(claim + 1, CHUNK_BYTES_MIN), maxOutputLength: Math.max(claim, 1) };
  try {
    if (body.length <= SYNC_BYTES_MAX && claim <= SYNC_INFLATED_BYTES_MAX) return gunzipSync(body, options);
    return await new Promise<Buffer>((resolve, reject) =>
      gunzip(body, options, (fault, inflated) => (fault === null ? resolve(inflated) : reject(fault))),
    );
  } catch (fault) {
    return (fault as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'longer' : 'malformed';
  }
}
