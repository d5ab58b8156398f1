/**
 * A text as a whole number from 1 to 2^53 - 1: the same for the same text and seed, on every machine and in every
 * version, since such numbers are kept. Two multiplicative hashes side by side; for finding, not for proving.
 */
export function hash53(text: string, seed = 0): number {
  let low = 0x9e3779b1 ^ seed;
  let high = 0x85ebca6b ^ seed;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x5bd1e995);
    high = Math.imul(high ^ code, 0x1b873593);
    low ^= low >>> 15;
    high = (high << 13) | (high >>> 19);
  }
  low = Math.imul(low ^ (high >>> 16), 0x2c1b3c6d);
  high = Math.imul(high ^ (low >>> 13), 0x297a2d39);
  low ^= low >>> 16;
  high ^= high >>> 15;
  const number = (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0);
  return number === 0 ? 1 : number;
}
