import { LIMITS } from '../domain/limits.ts';

/** What a span's name says after its verb, e.g. the tool of `execute_tool search`; the whole name without it. */
export function nameAfter(name: string, verb: string): string | undefined {
  const rest = name.startsWith(verb) ? name.slice(verb.length) : name;
  return rest === '' ? undefined : rest.slice(0, LIMITS.textBytesMax);
}
