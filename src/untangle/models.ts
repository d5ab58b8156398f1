/** What a dated or numbered name has beyond the name that was asked for: `-2024-08-06`, `@20240620`, `-0613`, `-002`. */
const DATE = String.raw`[-@]\d{3,}(?:-\d\d){0,2}`;
const BEYOND = new RegExp(`^${DATE}$`);
const VERSION = new RegExp(`(?:[-@]latest|${DATE})$`);

/** The name of a model without its vendor's prefix and without its date, so that two layers of one call agree on it. */
export function familyOf(model: string): string {
  const name = model.slice(model.lastIndexOf('/') + 1).toLowerCase();
  return name.replace(VERSION, '');
}

/** Whether one of two names is the other with a date; two dates are two models, whose prices may differ. */
export function isOneModel(left: string, right: string): boolean {
  const [short, long] = left.length < right.length ? [left, right] : [right, left];
  if (short === '' || !long.startsWith(short)) return false;
  return long.length === short.length || BEYOND.test(long.slice(short.length));
}
