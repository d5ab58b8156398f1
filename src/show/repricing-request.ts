import { LIMITS } from '../domain/limits.ts';
import type { RepriceAsked } from '../domain/repricing.ts';
import { parseTime } from '../lib/rfc3339.ts';
import { storable } from './parameters.ts';
import { badParameter, type Problem, problem } from './problem.ts';

export type RepriceRead = { readonly kind: 'read'; readonly asked: RepriceAsked } | Refused;
type Refused = { readonly kind: 'refused'; readonly problem: Problem };

const FIELDS = ['dry_run', 'from', 'to', 'model', 'only_unpriced', 'table', 'as_of', 'today', 'by'];

/** The body of `POST /reprice`. A field that nobody knows is refused: a misspelt one would widen what is restated. */
export function readRepricing(body: unknown): RepriceRead {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    return refused(problem(400, `the body should be an object with ${FIELDS.join(', ')}`));
  const given = body as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(given).find((name) => !FIELDS.includes(name));
  if (unknown !== undefined)
    return refused(
      problem(400, `${unknown} is unknown; wanted ${FIELDS.join(', ')}`, { parameter: unknown }),
    );
  try {
    return { kind: 'read', asked: readAll(given) };
  } catch (fault) {
    if (fault instanceof Unreadable) return refused(fault.problem);
    throw fault;
  }
}

const refused = (told: Problem): Refused => ({ kind: 'refused', problem: told });

/** A field that cannot be read; ends the reading. */
class Unreadable extends Error {
  readonly problem: Problem;

  constructor(told: Problem) {
    super(told.detail);
    this.problem = told;
  }
}

function readAll(given: Readonly<Record<string, unknown>>): RepriceAsked {
  if (given.dry_run === undefined) throw new Unreadable(badParameter('dry_run', undefined, 'true or false'));
  const [from, to, asOf] = [timeOf(given, 'from'), timeOf(given, 'to'), timeOf(given, 'as_of')];
  const [dryRun, today] = [flagOf(given, 'dry_run'), flagOf(given, 'today')];
  const table = textOf(given, 'table')?.toLowerCase();
  if (from !== undefined && to !== undefined && to <= from)
    throw new Unreadable(badParameter('to', given.to, 'after from'));
  if (table !== undefined && !/^[0-9a-f]{6,64}$/.test(table))
    throw new Unreadable(
      badParameter('table', given.table, 'the first 6 or more hex digits of a table hash'),
    );
  // What it was then and what it would be today are two questions: one answer to both would be neither.
  if (today && (asOf !== undefined || table !== undefined))
    throw new Unreadable(problem(400, 'today goes with neither as_of nor table', { parameter: 'today' }));
  if (asOf !== undefined && table !== undefined)
    throw new Unreadable(problem(400, 'as_of and table name two tables', { parameter: 'as_of' }));
  if (today && !dryRun)
    throw new Unreadable(
      problem(400, 'today asks what it would cost now; that restates nothing: add dry_run', {
        parameter: 'today',
      }),
    );
  return {
    scope: {
      from,
      to,
      model: textOf(given, 'model'),
      only: flagOf(given, 'only_unpriced') ? 'unpriced' : 'all',
    },
    table,
    asOfMs: asOf === undefined ? undefined : Number(asOf / 1_000_000n),
    today,
    dryRun,
    by: textOf(given, 'by') ?? 'api',
  };
}

type Given = Readonly<Record<string, unknown>>;
const isThere = (value: unknown): boolean => value !== undefined && value !== null;

function flagOf(given: Given, name: string): boolean {
  const value = given[name];
  if (isThere(value) && typeof value !== 'boolean')
    throw new Unreadable(badParameter(name, value, 'true or false'));
  return value === true;
}

function textOf(given: Given, name: string): string | undefined {
  const value = given[name];
  if (!isThere(value)) return undefined;
  if (typeof value !== 'string' || value === '' || Buffer.byteLength(value) > LIMITS.textBytesMax)
    throw new Unreadable(badParameter(name, value, `a text of 1 to ${LIMITS.textBytesMax} bytes`));
  return value;
}

function timeOf(given: Given, name: string): bigint | undefined {
  const text = textOf(given, name);
  if (text === undefined) return undefined;
  const at = storable(parseTime(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00Z` : text));
  if (at === undefined)
    throw new Unreadable(
      badParameter(name, text, 'a date such as 2026-11-01 or a time such as 2026-11-01T12:00:00Z (RFC 3339)'),
    );
  return at;
}
