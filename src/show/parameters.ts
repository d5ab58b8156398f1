import { parseUsd, type UsdPico } from '../domain/money.ts';
import { OUTCOMES, type Outcome } from '../domain/task.ts';
import { parseWindow, type Window } from '../domain/window.ts';
import { parseTime } from '../lib/rfc3339.ts';
import { badParameter, type Problem } from './problem.ts';

/** A query parameter: how it is read, and how the OpenAPI document describes it. */
export interface Parameter<T> {
  /** Ends the sentence `... but should be`. */
  readonly wanted: string;
  readonly schema: JsonSchema;
  /** Undefined where the text is not what is wanted. */
  read(text: string): T | undefined;
  /** True where it may be given more than once: the texts are joined by commas. */
  readonly repeats?: true;
}

/** As in an OpenAPI 3.1 document. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;
export type RawQuery = Readonly<Record<string, string | readonly string[] | undefined>>;
export type Values<P extends Parameters> = {
  readonly [N in keyof P]: P[N] extends Parameter<infer T> ? T | undefined : never;
};

export type QueryRead<P extends Parameters> =
  | { readonly kind: 'read'; readonly values: Values<P> }
  | { readonly kind: 'refused'; readonly problem: Problem };

/** Reads a query by its table. A name that is not in the table is refused: a misspelt filter would widen the answer. */
export function readQuery<const P extends Parameters>(parameters: P, query: RawQuery): QueryRead<P> {
  const values: Record<string, unknown> = {};
  for (const [name, given] of Object.entries(query)) {
    if (given === undefined) continue;
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (parameter === undefined) return { kind: 'refused', problem: unknownParameter(name, parameters) };
    if (typeof given !== 'string' && parameter.repeats === undefined)
      return { kind: 'refused', problem: badParameter(name, given, 'given once') };
    const value = parameter.read(typeof given === 'string' ? given : given.join(','));
    if (value === undefined) return { kind: 'refused', problem: badParameter(name, given, parameter.wanted) };
    values[name] = value;
  }
  return { kind: 'read', values: values as Values<P> };
}

function unknownParameter(name: string, parameters: Parameters): Problem {
  const names = Object.keys(parameters);
  const wanted = names.length === 0 ? 'left out: there are no parameters here' : `one of ${names.join(', ')}`;
  return { ...badParameter(name, name, wanted), detail: `unknown parameter ${name}; it should be ${wanted}` };
}

export const text = (description: string): Parameter<string> => ({
  wanted: 'a text',
  schema: { type: 'string', description },
  read: (given) => given,
});

/** As far as Unix nanoseconds fit a signed 64-bit column: from September 1677 to April 2262. */
export const time = (description: string): Parameter<bigint> => ({
  wanted: 'a time such as 2026-11-23T12:00:00Z (RFC 3339), from 1677-09-22 to 2262-04-11',
  schema: { type: 'string', format: 'date-time', description },
  // A plus sign that was not encoded arrives as a space; in a time it can have been nothing else.
  read: (given) => storable(parseTime(given.replace(/ (?=\d\d:\d\d$)/, '+'))),
});

const DAY = /^\d{4}-\d\d-\d\d$/;

/** A time, or a date for its first moment, UTC. */
export const moment = (description: string): Parameter<bigint> => ({
  wanted: 'a date such as 2026-11-01 or a time such as 2026-11-01T12:00:00Z (RFC 3339)',
  schema: { type: 'string', description },
  read: (given) => (DAY.test(given) ? midnight(given) : time('').read(given)),
});

/** The first moment of a day. */
export const day = (description: string): Parameter<bigint> => ({
  wanted: 'a date such as 2026-11-01',
  schema: { type: 'string', format: 'date', description },
  read: (given) => (DAY.test(given) ? midnight(given) : undefined),
});

const midnight = (date: string): bigint | undefined => storable(parseTime(`${date}T00:00:00Z`));

const TIME_MAX = 2n ** 63n - 1n;

export const storable = (nanos: bigint | undefined): bigint | undefined =>
  nanos === undefined || nanos > TIME_MAX || nanos < -TIME_MAX ? undefined : nanos;

export const window: Parameter<Window> = {
  wanted: 'a duration such as 1h, 24h or 7d',
  schema: {
    type: 'string',
    pattern: '^[1-9][0-9]*[smhd]$',
    description: 'Tasks closed in this long up to now.',
  },
  read: parseWindow,
};

export const usd = (description: string): Parameter<UsdPico> => ({
  wanted: 'an amount of dollars such as 0.25',
  schema: { type: 'string', description },
  read: (given) => parseUsd(given),
});

export const outcome: Parameter<Outcome | 'open'> = oneOf(
  [...OUTCOMES, 'open'],
  'Only tasks with this outcome.',
);

export function oneOf<const C extends string>(choices: readonly C[], description: string): Parameter<C> {
  return {
    wanted: `one of ${choices.join(', ')}`,
    schema: { type: 'string', enum: [...choices], description },
    read: (given) => choices.find((choice) => choice === given),
  };
}

export const count = (max: number, description: string): Parameter<number> => ({
  wanted: `a whole number from 1 to ${max}`,
  schema: { type: 'integer', minimum: 1, maximum: max, description },
  read: (given) => (/^[1-9]\d{0,8}$/.test(given) && Number(given) <= max ? Number(given) : undefined),
});

/** A comma list or a parameter given more than once; names without repeats. */
export function listOf<const C extends string>(
  choices: readonly C[],
  description: string,
): Parameter<readonly C[]> {
  return {
    wanted: `a comma list of ${choices.join(', ')}, each once`,
    schema: { type: 'array', items: { type: 'string', enum: [...choices] }, description },
    repeats: true,
    read(given) {
      const names = given === '' ? [] : given.split(',').map((name) => name.trim());
      const known = names.flatMap((name) => choices.filter((choice) => choice === name));
      return known.length === names.length && new Set(known).size === known.length ? known : undefined;
    },
  };
}
