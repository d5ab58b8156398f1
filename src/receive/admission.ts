import type { Refusal } from '../domain/request.ts';
import { assert } from '../lib/assert.ts';

/**
 * Bounds the bytes of all bodies that are being received, inflated or worked on, over every transport together.
 *
 * **Invariant**: `bytes` is the sum of all open reservations and never above `inflightBytesMax`.
 */
export interface Admission {
  readonly inflightBytesMax: number;
  /** Bytes reserved now. */
  readonly bytes: number;
  /** True once `drain` was called: nothing more is admitted. */
  readonly closing: boolean;
  /** Reserves `bytes`; undefined where they do not fit, or while closing. Never waits. */
  take(bytes: number): Reservation | undefined;
  /** Why `take` or `grow` said no. */
  refusal(retryAfterMs: number): Refusal;
  /** Admits nothing from now on; resolves when the last reservation is released. */
  drain(): Promise<void>;
}

/** What one request holds. Whoever took it releases it, once it is answered; releasing twice is harmless. */
export interface Reservation {
  /** False where the further bytes do not fit, or it was released meanwhile; then nothing was added. */
  grow(bytes: number): boolean;
  shrink(bytes: number): void;
  release(): void;
}

export function openAdmission({ inflightBytesMax }: { readonly inflightBytesMax: number }): Admission {
  return new BoundedAdmission(inflightBytesMax);
}

class BoundedAdmission implements Admission {
  readonly inflightBytesMax: number;
  bytes = 0;
  closing = false;
  #open = 0;
  #drained: (() => void)[] = [];

  constructor(inflightBytesMax: number) {
    this.inflightBytesMax = inflightBytesMax;
  }

  take(bytes: number): Reservation | undefined {
    if (this.closing || !this.add(bytes)) return undefined;
    this.#open += 1;
    return new Held(this, bytes);
  }

  add(bytes: number): boolean {
    if (this.bytes + bytes > this.inflightBytesMax) return false;
    this.bytes += bytes;
    return true;
  }

  remove(bytes: number): void {
    this.bytes -= bytes;
    assert(this.bytes >= 0, 'no reservation gives back more than it took');
  }

  end(bytes: number): void {
    this.remove(bytes);
    this.#open -= 1;
    if (this.#open === 0) for (const resolve of this.#drained.splice(0)) resolve();
  }

  refusal(retryAfterMs: number): Refusal {
    return this.closing
      ? { reason: 'unavailable', message: 'Solvent is shutting down; send this again', retryAfterMs }
      : {
          reason: 'overloaded',
          message: 'too many bytes are in flight; send this again later',
          retryAfterMs,
        };
  }

  drain(): Promise<void> {
    this.closing = true;
    return this.#open === 0 ? Promise.resolve() : new Promise((resolve) => this.#drained.push(resolve));
  }
}

class Held implements Reservation {
  readonly #admission: BoundedAdmission;
  #bytes: number;
  #released = false;

  constructor(admission: BoundedAdmission, bytes: number) {
    this.#admission = admission;
    this.#bytes = bytes;
  }

  grow(bytes: number): boolean {
    if (this.#released || !this.#admission.add(bytes)) return false;
    this.#bytes += bytes;
    return true;
  }

  shrink(bytes: number): void {
    if (this.#released) return;
    this.#admission.remove(bytes);
    this.#bytes -= bytes;
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#admission.end(this.#bytes);
  }
}
