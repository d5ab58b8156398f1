import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { silentLog } from '../../src/lib/log.ts';
import { openService, type Service } from '../../src/service.ts';
import { type HandClock, handClock } from './clock.ts';
import { type Sample, scrape } from './metrics.ts';
import { BASE_MS, send, type TestSpan } from './send.ts';
import { get, temporaryFolder, testSettings } from './service.ts';

/** A task, a charge and a row of `/cpst` as the API answers them. */
export interface TaskJson {
  readonly task_id: string;
  readonly agent_type: string;
  readonly user_id: string | null;
  readonly task_type: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly state: string;
  readonly outcome: string | null;
  readonly closed_by: string | null;
  readonly started_at: string;
  readonly closed_at: string | null;
  readonly value_usd: string | null;
  readonly cost_usd: Readonly<Record<string, string>>;
  readonly tokens: Readonly<Record<string, number>>;
  readonly calls: Readonly<Record<string, number>>;
  readonly actions: number;
  readonly unpriced_calls: number;
  readonly flags: readonly string[];
  readonly trace_ids: readonly string[];
  readonly suppressed: readonly { readonly span_id: string; readonly rule: string }[];
  readonly charges_rolled_off: boolean;
}

export interface ChargeJson {
  readonly trace_id: string;
  readonly span_id: string;
  readonly line: number;
  readonly at: string;
  readonly component: string;
  readonly provider: string;
  readonly model: string;
  readonly resource: string;
  readonly class: string;
  readonly quantity: number;
  readonly rate_usd: string | null;
  readonly amount_usd: string | null;
  readonly price_id: string | null;
  readonly table_hash: string | null;
  readonly flags: readonly string[];
  readonly reason: string | null;
}

export interface AdjustmentJson {
  readonly repricing: number;
  readonly by: string;
  readonly adjusted_at: string;
  readonly span_id: string;
  readonly class: string;
  readonly difference_usd: string;
  readonly before: StandJson | null;
  readonly after: StandJson | null;
}

export type StandJson = Pick<
  ChargeJson,
  'line' | 'quantity' | 'rate_usd' | 'amount_usd' | 'price_id' | 'table_hash' | 'reason'
>;

export interface CpstRow {
  readonly [group: string]: unknown;
  readonly tasks: Readonly<Record<string, number>>;
  readonly cost_usd: Readonly<Record<string, string>>;
  readonly cpst_usd: Readonly<Record<string, string | null>>;
  readonly success_ratio: Readonly<Record<string, number | null>>;
  readonly reasoning_action_ratio: Readonly<Record<string, number | null>>;
  readonly lower_bound: boolean;
}

/** A whole service on free ports whose time a test turns by hand: nothing has to be waited for. */
export interface House {
  readonly clock: HandClock;
  readonly service: Service;
  /** By OTLP/HTTP; fails unless it is acked. */
  send(spans: readonly TestSpan[], resource?: Parameters<typeof send>[2]): Promise<void>;
  /** Lets time pass, two seconds unless told; then everything that is ripe is in the ledger. */
  pass(ms?: number): Promise<void>;
  /** `send`, then `pass`. */
  tell(spans: readonly TestSpan[], resource?: Parameters<typeof send>[2]): Promise<void>;
  /** `POST /outcomes`. */
  report(body: unknown): Promise<Answer>;
  task(id: string): Promise<TaskJson>;
  charges(id: string): Promise<readonly ChargeJson[]>;
  adjustments(id: string): Promise<readonly AdjustmentJson[]>;
  cpst(query?: string): Promise<readonly CpstRow[]>;
  /** Any POST below /api/v1, whatever its status. */
  post(path: string, body?: unknown): Promise<Answer>;
  /** Writes the price file anew and has it read. */
  reprice(text: string): ReturnType<Service['reloadPrices']>;
  /** Any GET below /api/v1, whatever its status. */
  ask(path: string): Promise<Answer>;
  metrics(): Promise<readonly Sample[]>;
  /** Stops the service and starts it over the same folder, with a price file written meanwhile. */
  restart(meanwhile?: { readonly prices: string }): Promise<void>;
  close(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: an answer is whatever the service says
  readonly body: any;
}

/** When the clock of every house starts: ten minutes after the time of `seconds = 0` in test spans. */
export const START_MS = BASE_MS + 600_000;

/** The time of a test span's second, as the API writes it. */
export const timeOf = (seconds: number): string =>
  new Date(BASE_MS + seconds * 1000).toISOString().replace(/\.?0+Z$/, 'Z');

/** Opens a house; `prices` is the text of a price file, `settings` are SOLVENT_ variables, `env` the OTEL_ ones. */
export async function openHouse(given: {
  readonly prices?: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<House> {
  const folder = temporaryFolder();
  const clock = handClock(START_MS);
  const pricesAt = join(folder.path, 'prices.yaml');
  if (given.prices !== undefined) writeFileSync(pricesAt, given.prices);
  const settings = testSettings({
    SOLVENT_DATA_DIR: join(folder.path, 'data'),
    ...(given.prices !== undefined && { SOLVENT_PRICES: pricesAt }),
    ...given.settings,
  });
  const open = () => openService(settings, { log: silentLog, env: given.env ?? {}, clock });
  let service = await open();
  const house: House = {
    clock,
    get service() {
      return service;
    },
    async send(spans, resource) {
      const status = await send(service, spans, resource);
      if (status !== 200) throw new Error(`the spans were answered ${status}`);
    },
    async pass(ms = 2000) {
      clock.advance(ms);
      await service.settleNow();
    },
    async tell(spans, resource) {
      await house.send(spans, resource);
      await house.pass();
    },
    post: (path, body = {}) =>
      answered(
        fetch(`${service.addresses.web}/api/v1${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        }),
      ),
    report: (body) => house.post('/outcomes', body),
    reprice(text) {
      writeFileSync(pricesAt, text);
      return service.reloadPrices();
    },
    task: (id) => get(service, `/tasks/${encodeURIComponent(id)}`),
    charges: async (id) =>
      (await get<{ charges: ChargeJson[] }>(service, `/tasks/${encodeURIComponent(id)}/charges`)).charges,
    adjustments: async (id) =>
      (await get<{ adjustments: AdjustmentJson[] }>(service, `/tasks/${encodeURIComponent(id)}/charges`))
        .adjustments,
    cpst: async (query = '') => (await get<{ rows: CpstRow[] }>(service, `/cpst${query}`)).rows,
    ask: (path) => answered(fetch(`${service.addresses.web}/api/v1${path}`)),
    metrics: () => scrape(service),
    async restart(meanwhile) {
      await service.close();
      if (meanwhile !== undefined) writeFileSync(pricesAt, meanwhile.prices);
      service = await open();
    },
    async close() {
      await service.close();
      folder.remove();
    },
  };
  return house;
}

async function answered(asked: Promise<Response>): Promise<Answer> {
  const response = await asked;
  const text = await response.text();
  const type = response.headers.get('content-type') ?? '';
  return { status: response.status, type, body: /json/.test(type) ? JSON.parse(text) : text };
}

/** One house for all tests of a file: each test has ids of its own in it. */
export function house(given: Parameters<typeof openHouse>[0] = {}): () => House {
  let opened: House | undefined;
  beforeAll(async () => {
    opened = await openHouse(given);
  });
  afterAll(async () => {
    await opened?.close();
  });
  return () => opened!;
}
