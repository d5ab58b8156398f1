import { isAbsolute, join } from 'node:path';
import { parseDecimal } from '../lib/decimal.ts';
import { type Complain, type Given, shown } from './given.ts';

/** How one sort of setting is read. Undefined is returned only after a complaint. */
export interface Kind<T> {
  /** What is wanted, in the operator's words: it ends the sentence `... but should be`. */
  readonly wanted: string;
  /** Where true, the environment variable takes YAML or JSON, or with `,` a plain list. */
  readonly structured: boolean;
  read(given: Given, complain: Complain, from: Folder): T | undefined;
}

/** The folder that relative paths are taken from: the settings file's own; empty for the environment. */
export type Folder = string;

/** A kind whose values are one word: `read` gives undefined for what it does not want. */
export function word<T>(wanted: string, read: (text: string, from: Folder) => T | undefined): Kind<T> {
  return {
    wanted,
    structured: false,
    read(given, complain, from) {
      const value = given.shape === 'text' ? read(given.text, from) : undefined;
      if (value === undefined) complain(`${given.name} is ${shown(given)}, but should be ${wanted}`);
      return value;
    },
  };
}

/** The setting may be left unset; only then is it undefined. */
export const optional = <T>(kind: Kind<T>): Kind<T | undefined> => kind;

export const text: Kind<string> = word('a text', (given) => (given === '' ? undefined : given));

export const hostName: Kind<string> = word(
  'an address or host name, such as 127.0.0.1 or 0.0.0.0',
  (given) => (/^[A-Za-z0-9_.:%-]{1,255}$/.test(given) ? given : undefined),
);

export const replicaName: Kind<string> = word(
  'a name of letters, digits, dots, dashes and underscores',
  (given) => (/^[A-Za-z0-9_.-]{1,100}$/.test(given) ? given : undefined),
);

export const databaseUrl: Kind<string> = word(
  'the address of a PostgreSQL database, such as postgres://user:password@host:5432/database',
  (given) => {
    const parsed = URL.canParse(given) ? new URL(given) : undefined;
    return parsed?.protocol === 'postgres:' || parsed?.protocol === 'postgresql:' ? given : undefined;
  },
);

export const path: Kind<string> = word('a path', (given, from) => {
  if (given === '' || given.includes('\0')) return undefined;
  return isAbsolute(given) || from === '' ? given : join(from, given);
});

export const choice = <const C extends string>(choices: readonly C[]): Kind<C> =>
  word(`one of ${choices.join(', ')}`, (given) => choices.find((one) => one === given.trim().toLowerCase()));

export const integer = (min: number, max: number): Kind<number> =>
  word(`a whole number from ${min} to ${max}`, (given) => within(parseCount(given), min, max));

export const port: Kind<number> = word('a port from 0 to 65535 (0 picks a free one)', (given) =>
  within(parseCount(given), 0, 65535),
);

const parseCount = (given: string): number | undefined =>
  /^\s*\d{1,15}\s*$/.test(given) ? Number(given) : undefined;

const DURATION_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `"90s"` to milliseconds. */
export function parseDuration(given: string): number | undefined {
  const match = /^\s*(\d{1,12})\s*(ms|s|m|h|d)\s*$/.exec(given);
  return match === null ? undefined : Number(match[1]) * DURATION_MS[match[2]!]!;
}

/** Milliseconds. */
export const duration = (min: string, max: string): Kind<number> =>
  word(`a duration from ${min} to ${max}, such as 500ms, 5s, 10m, 24h or 7d`, (given) =>
    within(parseDuration(given), parseDuration(min)!, parseDuration(max)!),
  );

const SIZE_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

/** `"64MiB"`, `"1GB"` or `"4096"` to bytes. */
export function parseSize(given: string): number | undefined {
  const match = /^\s*(\d{1,15})\s*([a-z]{0,3})\s*$/i.exec(given);
  const unit = match === null ? undefined : SIZE_BYTES[match[2]!.toLowerCase()];
  return unit === undefined ? undefined : Number(match![1]) * unit;
}

/** Bytes. */
export const size = (min: string, max: string): Kind<number> =>
  word(`a size from ${min} to ${max}, such as 64MiB, 1GB or a number of bytes`, (given) =>
    within(parseSize(given), parseSize(min)!, parseSize(max)!),
  );

function within(value: number | undefined, min: number, max: number): number | undefined {
  return value === undefined || value < min || value > max ? undefined : value;
}

/** A decimal at `scale` as a whole number; the bound is in whole units. */
export const decimal = <T extends bigint>(wanted: string, scale: number, max: number): Kind<T> =>
  word(wanted, (given) => {
    const value = parseDecimal(given, scale);
    const inside = value !== undefined && value >= 0n && value <= BigInt(max) * 10n ** BigInt(scale);
    return inside ? (value as T) : undefined;
  });

/** A list of words without repeats; from the environment also `a,b,c`. */
export function listOf<T>(
  kind: Kind<T>,
  { wanted, min, max }: { wanted: string; min: number; max: number },
): Kind<readonly T[]> {
  return {
    wanted,
    structured: true,
    read(given, complain, from) {
      const items = given.shape === 'text' ? [given] : given.shape === 'list' ? given.items : undefined;
      if (items === undefined || items.length < min || items.length > max)
        return refuse(complain, `${given.name} is ${shown(given)}, but should be ${wanted}`);
      const values = items.map((item) => kind.read(item, complain, from));
      return values.includes(undefined) ? undefined : (values as T[]);
    },
  };
}

/** Complains, and stands for the value that is not there. */
export function refuse(complain: Complain, line: string): undefined {
  complain(line);
  return undefined;
}
