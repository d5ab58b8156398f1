import { expect } from '@jest/globals';
import type { Service } from '../../src/service.ts';
import { pageComplaints } from '../support/exposition.ts';
import { parseMetrics, type Sample, sampleOf } from '../support/metrics.ts';
import { complaintsAbout, type OpenApi } from '../support/openapi.ts';
import { until } from '../support/until.ts';

/** A service, here or in another process. */
export type Asked = Pick<Service, 'addresses'>;

type Value = string | number | boolean | object;
type Attributes = Readonly<Record<string, Value>>;
const NANOS = 1_000_000n;
let spans = 0;

const valueJson = (value: Value): object => {
  if (typeof value === 'object') return value;
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  return Number.isSafeInteger(value)
    ? { intValue: String(value) }
    : { doubleValue: Number.isFinite(value) ? value : String(value) };
};

export const attributesOf = (attributes: Attributes): object[] =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: valueJson(value) }));

/** A root span of OTLP/JSON that ended five minutes ago, in a trace of its own, but for what is given. */
export function span(attributes: Attributes, given: Readonly<Record<string, unknown>> = {}): object {
  spans += 1;
  const end = BigInt(Date.now() - 300_000) * NANOS;
  return {
    traceId: `f${spans.toString(16).padStart(31, '0')}`,
    spanId: `f${spans.toString(16).padStart(15, '0')}`,
    name: 'work',
    startTimeUnixNano: String(end - 1000n * NANOS),
    endTimeUnixNano: String(end),
    attributes: attributesOf(attributes),
    ...given,
  };
}

export const bodyOf = (list: readonly object[], resource: Attributes = {}): string =>
  JSON.stringify({
    resourceSpans: [{ resource: { attributes: attributesOf(resource) }, scopeSpans: [{ spans: list }] }],
  });

export const JSON_TYPE = { 'content-type': 'application/json' };
export const PROTOBUF_TYPE = { 'content-type': 'application/x-protobuf' };

export async function post(
  { addresses }: Asked,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = JSON_TYPE,
): Promise<{ readonly status: number; readonly text: string; readonly headers: Headers }> {
  const response = await fetch(`${addresses.otlpHttp}/v1/traces`, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** What each good span costs: no float holds the sum of many of them, so a lost one shows. */
const COST_PICO = 1_000_000_000_001n;

/** Good spans that go along with bad ones; afterwards every one of them must be charged, to the picodollar. */
export class Witnesses {
  #sent = 0;

  span(): object {
    this.#sent += 1;
    return span({
      'agent.session.id': `witness ${this.#sent}`,
      'agent.type': 'witness',
      'agent.cost.usd': '1.000000000001',
    });
  }

  async charged(service: Asked): Promise<void> {
    const sum = BigInt(this.#sent) * COST_PICO;
    const total = `${sum / 10n ** 12n}.${String(sum % 10n ** 12n).padStart(12, '0')}`.replace(/\.?0*$/, '');
    const row = await until(`${this.#sent} witnesses are closed`, async () => {
      const cpst = await getJson(service, '/api/v1/cpst?group_by=agent_type&window=24h');
      const rows = (cpst as { rows: { agent_type: string; tasks: { solved: number } }[] }).rows;
      const found = rows.find((one) => one.agent_type === 'witness');
      return found?.tasks.solved === this.#sent && found;
    });
    expect(row).toMatchObject({ cost_usd: { total }, lower_bound: false });
  }
}

/** Why, and how much had been said on the connection before. */
function connectionOf(fault: unknown): string {
  const { message, socket } = ((fault as Error).cause ?? {}) as { message?: string; socket?: object };
  return `: ${message ?? fault} ${JSON.stringify(socket ?? {})}`;
}

/** The JSON of a GET on the reading side; fails on any other answer. */
export async function getJson({ addresses }: Asked, path: string): Promise<unknown> {
  const response = await fetch(addresses.web + path).catch((fault: unknown) => {
    throw new Error(`GET ${path} got no answer${connectionOf(fault)}`, { cause: fault });
  });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`GET ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text);
}

export interface TaskRow {
  readonly task_id: string;
  readonly agent_type: string;
  readonly task_type: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly cost_usd: { readonly total: string };
  readonly flags: readonly string[];
  readonly closed_at: string | null;
}

export const tasksOf = async (service: Asked, query = ''): Promise<readonly TaskRow[]> =>
  ((await getJson(service, `/api/v1/tasks?limit=1000${query}`)) as { tasks: TaskRow[] }).tasks;

const CALLS = ['/api/v1/tasks', '/api/v1/cpst', '/api/v1/unpriced', '/api/v1/data-health'];

/**
 * Nothing is broken: the page of metrics is well formed, the API answers as its document says, the first page is
 * there, every task can be asked for by its id, no settle step failed. Gives the metrics.
 */
export async function expectSound(service: Asked): Promise<readonly Sample[]> {
  const document = (await getJson(service, '/api/v1/openapi.json')) as OpenApi;
  const queries = { '/api/v1/tasks': '?limit=1000', '/api/v1/cpst': '?group_by=agent_type,task_type,model' };
  for (const path of CALLS) {
    const body = await getJson(service, path + (queries[path as keyof typeof queries] ?? ''));
    expect({ path, complaints: complaintsAbout(document, { path, status: 200 }, body) }).toEqual({
      path,
      complaints: [],
    });
  }
  for (const { task_id } of await tasksOf(service)) {
    const path = `/api/v1/tasks/${encodeURIComponent(task_id)}`;
    expect(await getJson(service, path)).toMatchObject({ task_id });
    expect(await getJson(service, `${path}/charges`)).toMatchObject({ task_id });
  }
  const first = await fetch(`${service.addresses.web}/`);
  expect(first.status).toBe(200);
  await first.arrayBuffer();
  return metricsOf(service);
}

export async function metricsOf({ addresses }: Asked): Promise<readonly Sample[]> {
  const response = await fetch(`${addresses.web}/metrics`);
  const page = await response.text();
  expect({ status: response.status, complaints: pageComplaints(page) }).toEqual({
    status: 200,
    complaints: [],
  });
  const samples = parseMetrics(page);
  expect(sampleOf(samples, 'solvent_settle_runs_total', { result: 'failed' })).toBeUndefined();
  return samples;
}
