import type { Book } from './truth.ts';

/** One request to one of the imitated APIs. */
export interface Asked {
  readonly method: string;
  /** Below the API's base, e.g. `/chat/completions`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Reply =
  | { readonly kind: 'json'; readonly status: number; readonly body: unknown }
  | {
      readonly kind: 'events';
      readonly events: readonly { readonly event?: string; readonly data: string }[];
    };

/** What all APIs of one mock share. */
export interface Desk {
  readonly book: Book;
  /** 1, 2, 3, ...: the number of this call among all that the mock answers. */
  next(): number;
  /** An id that no other mock gives out. */
  id(prefix: string, n: number): string;
  /** Prompts that were refused once. */
  readonly seen: Set<string>;
}

/** Answers what is asked, or undefined where it does not know the path. */
export type Api = (asked: Asked, desk: Desk) => Reply | undefined;

export const json = (body: unknown, status = 200): Reply => ({ kind: 'json', status, body });

/** Server-sent events of JSON values, named by their `type` where the API does so. */
export const events = (values: readonly unknown[], named: boolean, end: readonly string[] = []): Reply => ({
  kind: 'events',
  events: [
    ...values.map((value) => ({
      ...(named && { event: (value as { type: string }).type }),
      data: JSON.stringify(value),
    })),
    ...end.map((data) => ({ data })),
  ],
});

export type Fields = Readonly<Record<string, unknown>>;

/** An array of objects, whatever was sent. */
export const listOf = (value: unknown): readonly Fields[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];

export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
