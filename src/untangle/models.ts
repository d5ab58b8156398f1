/** What a dated or versioned name has beyond the name that was asked for: `-2024-08-06`, `@20240620`, `-0613`, `-002`. */
const VERSION = /[-@](?:latest|\d{3,}(?:-\d\d){0,2})$/;

/** The name of a model without its vendor's prefix and without its date, so that two layers of one call agree on it. */
export function familyOf(model: string): string {
  const name = model.slice(model.lastIndexOf('/') + 1).toLowerCase();
  return name.replace(VERSION, '');
}
