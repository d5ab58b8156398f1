import { afterAll, beforeAll } from '@jest/globals';
import { openAuditor } from '../../src/audit/exports.ts';
import { openVerifier } from '../../src/audit/verifier.ts';
import type { LedgerReads } from '../../src/domain/ledger-reads.ts';
import { silentLog } from '../../src/lib/log.ts';
import { openWeb, type WebSettings } from '../../src/show/web.ts';
import { handClock } from './clock.ts';

export const windows = [
  { name: '1h', ms: 3_600_000 },
  { name: '24h', ms: 86_400_000 },
];

export interface Asked {
  readonly url: string;
  /** Status, headers and text of what is answered. */
  get(path: string, init?: RequestInit): Promise<{ status: number; headers: Headers; text: string }>;
  json(path: string, init?: RequestInit): Promise<{ status: number; headers: Headers; body: unknown }>;
  post(body: unknown): Promise<{ status: number; headers: Headers; body: unknown }>;
}

/** What is at a path into JSON; undefined where there is nothing. */
export const dig = (json: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce((at, step) => (at as Record<string | number, unknown> | null | undefined)?.[step], json);

/** One column of an array of objects. */
export const column = (rows: unknown, name: string): unknown[] =>
  (rows as readonly Record<string, unknown>[]).map((row) => row[name]);

/** A book without a price. */
export const noPrices: WebSettings['pricing'] = {
  rates: () => undefined,
  tableHash: 'f00d',
  sources: [],
  ageMs: () => 0,
};

// biome-ignore lint/correctness/useYield: there is nothing to give
async function* noParquet(): AsyncGenerator<Uint8Array> {
  throw new Error('no Parquet file is made here');
}

/** Serves `reads` on a free port while `run` asks. */
export async function withWeb(
  reads: LedgerReads,
  given: Partial<WebSettings> & { readonly port?: number },
  run: (asked: Asked) => Promise<void>,
): Promise<void> {
  const web = openWeb({
    reads,
    pricing: noPrices,
    backups: { start: () => ({ kind: 'elsewhere' }), made: () => [] },
    repricer: {
      start: async () => ({ kind: 'refused', field: 'table', why: 'is none' }),
      runs: () => [],
      pause: async () => undefined,
      resume: async () => undefined,
    },
    auditor: openAuditor({ ledger: reads, dimensions: given.dimensions ?? [], parquet: noParquet }),
    verifier: openVerifier({ ledger: reads, beside: async () => [], clock: handClock(), log: silentLog }),
    reportOutcomes: async () => {},
    metricsPage: async () => ({ status: 200, contentType: 'text/plain', body: '' }),
    ready: () => ({ ready: true, why: '' }),
    windows,
    dimensions: [],
    clock: handClock(),
    version: '0.0.0-test',
    log: silentLog,
    ...given,
  });
  const { port } = await web.listen({ host: '127.0.0.1', port: given.port ?? 0 });
  try {
    await run(asking(`http://127.0.0.1:${port}`));
  } finally {
    await web.close();
  }
}

/** One server for all tests of a describe block: for rows that change nothing. */
export function serving(reads: () => Promise<LedgerReads>, given: Partial<WebSettings> = {}): () => Asked {
  let asked: Asked | undefined;
  let finish = () => {};
  let served: Promise<void> | undefined;
  beforeAll(async () => {
    await new Promise<void>((started, failed) => {
      const done = new Promise<void>((resolve) => {
        finish = resolve;
      });
      served = reads().then((ledger) =>
        withWeb(ledger, given, async (asking) => {
          asked = asking;
          started();
          await done;
        }),
      );
      served.catch(failed);
    });
  });
  afterAll(async () => {
    finish();
    await served;
  });
  return () => asked!;
}

function asking(url: string): Asked {
  const get: Asked['get'] = async (path, init) => {
    const response = await fetch(url + path, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const json: Asked['json'] = async (path, init) => {
    const { text, ...rest } = await get(path, init);
    return { ...rest, body: JSON.parse(text) as unknown };
  };
  return {
    url,
    get,
    json,
    post: (body) =>
      json('/api/v1/outcomes', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
  };
}

/** The words of a page, without its markup. */
export const words = (text: string): string =>
  text
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&lt;', '<')
    .replace(/\s+/g, ' ');
