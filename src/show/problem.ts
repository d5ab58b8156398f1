import { STATUS_CODES } from 'node:http';

/** A problem document, RFC 9457. `detail` says what was wrong and what was wanted. */
export interface Problem {
  readonly type: 'about:blank';
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** The query parameter or field at fault. */
  readonly parameter?: string;
  readonly errors?: readonly FieldError[];
}

export interface FieldError {
  /** Position in the array that was sent; 0 for a single object. */
  readonly index: number;
  readonly field: string;
  readonly detail: string;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export const problem = (
  status: number,
  detail: string,
  more: Pick<Problem, 'parameter' | 'errors'> = {},
): Problem => ({ type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail, ...more });

export const badParameter = (name: string, given: unknown, wanted: string): Problem =>
  problem(400, `${name} is ${shown(given)}, but should be ${wanted}`, { parameter: name });

export const isProblem = (told: object): told is Problem => 'type' in told && told.type === 'about:blank';

/** What was given, short enough for a message. */
export function shown(given: unknown): string {
  if (given === undefined) return 'missing';
  const text = JSON.stringify(given);
  return text.length <= 80 ? text : `${wellFormed(text.slice(0, 77))}...`;
}

/** Half a surrogate pair becomes U+FFFD, as it would on disk: two texts that only differ there are one. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');
