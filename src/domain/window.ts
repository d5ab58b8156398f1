/** A stretch of time that ends now. */
export interface Window {
  /** As written in the settings and shown as a label: `24h`. */
  readonly name: string;
  readonly ms: number;
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A hundred years: past it a window says nothing that `from` does not. */
const WINDOW_MS_MAX = 36_525 * 86_400_000;

/** `"24h"`; undefined where it is no whole number of s, m, h or d above zero. */
export function parseWindow(text: string): Window | undefined {
  const match = /^([1-9]\d{0,9})([smhd])$/.exec(text);
  if (match === null) return undefined;
  const ms = Number(match[1]) * UNIT_MS[match[2]!]!;
  return ms > WINDOW_MS_MAX ? undefined : { name: text, ms };
}
