/** A broken promise between two pieces of our own code. Never thrown for bad input. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}

/** The message states the promise, so that the failing line reads as documentation. */
export function assert(condition: unknown, promise: string): asserts condition {
  if (!condition) throw new InvariantError(promise);
}

/** Closes an exhaustive switch: a new member does not compile until every switch answers it. */
export function unreachable(value: never): never {
  throw new InvariantError(`every case is answered, but not ${JSON.stringify(value)}`);
}
