const BACKSLASH = 0x5c;
const PLAIN: Readonly<Record<number, number>> = {
  34: 0x22,
  92: 0x5c,
  47: 0x2f,
  98: 0x08,
  102: 0x0c,
  110: 0x0a,
  114: 0x0d,
  116: 0x09,
};

/**
 * Writes the inside of a checked JSON string into `out` as UTF-8 and gives the number of bytes, until `out`
 * has no room for one more character. Half a surrogate pair becomes U+FFFD.
 */
export function unescapeJson(bytes: Uint8Array, at: number, length: number, out: Uint8Array): number {
  const end = at + length;
  const room = out.length - 4;
  let to = 0;
  while (at < end && to <= room) {
    if (bytes[at] !== BACKSLASH) {
      out[to++] = bytes[at++]!;
      continue;
    }
    const plain = PLAIN[bytes[at + 1]!];
    if (plain !== undefined) {
      out[to++] = plain;
      at += 2;
      continue;
    }
    let code = hexUnit(bytes, at + 2);
    at += 6;
    if (isHigh(code) && at < end && bytes[at] === BACKSLASH && bytes[at + 1] === 0x75) {
      const low = hexUnit(bytes, at + 2);
      if (isLow(low)) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        at += 6;
      }
    }
    to = writeUtf8(isHigh(code) || isLow(code) ? 0xfffd : code, out, to);
  }
  return to;
}

const isHigh = (unit: number) => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number) => unit >= 0xdc00 && unit < 0xe000;

/** Values of the hex digits; -1 for every other byte. */
export const HEX = new Int8Array(256).fill(-1);
for (const [value, digit] of [...'0123456789abcdef'].entries()) {
  HEX[digit.charCodeAt(0)] = value;
  HEX[digit.toUpperCase().charCodeAt(0)] = value;
}

const hexUnit = (bytes: Uint8Array, at: number) =>
  (HEX[bytes[at]!]! << 12) | (HEX[bytes[at + 1]!]! << 8) | (HEX[bytes[at + 2]!]! << 4) | HEX[bytes[at + 3]!]!;

function writeUtf8(code: number, out: Uint8Array, to: number): number {
  if (code < 0x80) {
    out[to++] = code;
  } else if (code < 0x800) {
    out[to++] = 0xc0 | (code >> 6);
    out[to++] = 0x80 | (code & 0x3f);
  } else if (code < 0x10000) {
    out[to++] = 0xe0 | (code >> 12);
    out[to++] = 0x80 | ((code >> 6) & 0x3f);
    out[to++] = 0x80 | (code & 0x3f);
  } else {
    out[to++] = 0xf0 | (code >> 18);
    out[to++] = 0x80 | ((code >> 12) & 0x3f);
    out[to++] = 0x80 | ((code >> 6) & 0x3f);
    out[to++] = 0x80 | (code & 0x3f);
  }
  return to;
}
