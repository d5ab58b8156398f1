import type { Parameters, RawQuery } from './parameters.ts';
import type { Problem } from './problem.ts';

/** One call of the API as data; web.ts gives it to Fastify, and the OpenAPI document is made of it and its shapes. */
export interface Route {
  readonly method: 'GET' | 'POST';
  /** `/api/v1/tasks/:id`. A last part `*name` takes all the rest of the path. */
  readonly path: string;
  readonly summary: string;
  readonly parameters?: Parameters;
  handle(asked: Asked): Promise<Told>;
}

export interface Asked {
  /** Decoded parts of the path. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: RawQuery;
  readonly body: unknown;
}

/** What goes out as JSON with status 200, or with a problem's own; or bytes, one after the other. */
export type Told = Problem | { readonly status: 200; readonly json: object } | Stream;

/** An answer of any length. What fails before its first byte is a problem; after it the connection is cut. */
export interface Stream {
  readonly status: 200;
  readonly type: string;
  /** Under which a browser keeps it; undefined for what is looked at. */
  readonly file: string | undefined;
  /** Aborted when nobody listens any more. */
  bytes(signal: AbortSignal): AsyncGenerator<Uint8Array>;
}

export const ok = (json: object): Told => ({ status: 200, json });
