/**
 * PostgreSQL's text cannot hold U+0000, nor half a surrogate pair; what senders write can have both. So U+0000 and U+0001 are
 * kept as U+0001 with U+0001 or U+0002 behind it, and half a pair as what UTF-8 makes of it (U+FFFD) with U+0001 and its
 * four hex digits behind it. Any text comes back as it was, and texts sort as their bytes do, kept or not.
 */
export const keptText = (text: string): string => (ODD.test(text) ? text.replace(EVERY_ODD, kept) : text);

/** What `keptText` was given. */
export const givenText = (text: string): string =>
  text.includes('\u0001') ? text.replace(EVERY_KEPT, given) : text;

const ODD = /[\0\u0001\p{Surrogate}]/u;
const EVERY_ODD = /[\0\u0001\p{Surrogate}]/gu;
const EVERY_KEPT = /\ufffd\u0001(d[0-9a-f]{3})|\u0001([\u0001\u0002])/g;

function kept(odd: string): string {
  if (odd === '\0') return '\u0001\u0001';
  return odd === '\u0001' ? '\u0001\u0002' : `\ufffd\u0001${odd.charCodeAt(0).toString(16)}`;
}

function given(_: string, half: string | undefined, low: string | undefined): string {
  if (half !== undefined) return String.fromCharCode(Number.parseInt(half, 16));
  return low === '\u0001' ? '\0' : '\u0001';
}
