/** Cells of a CSV file after RFC 4180. */

/** In quotes where the cell has a comma, a quote or a line break in it. */
export const quoted = (cell: string): string =>
  /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** A spreadsheet would run a text that starts like a formula; an apostrophe makes it a text. */
export const harmless = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** The same, and the text can be had back: one that starts with an apostrophe gets another, so the first is never its own. */
export const guarded = (text: string): string =>
  text.startsWith("'") || FORMULA.test(text) ? `'${text}` : text;
