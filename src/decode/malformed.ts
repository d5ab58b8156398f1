/**
 * A body that is no OTLP. It is thrown inside this room only, where a return value would have to be asked
 * about at every byte; the decoder turns it into a value at the door.
 */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** `wanted` completes the sentence "byte 17: wanted ...". */
export function malformed(at: number, wanted: string): Malformed {
  return new Malformed(`byte ${at}: wanted ${wanted}`);
}
