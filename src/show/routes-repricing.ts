import { formatUsd, type UsdPico } from '../domain/money.ts';
import type { RepriceRow, RepriceRun, Repricer, RepriceStarted } from '../domain/repricing.ts';
import { formatTime, nanosOfMs } from '../lib/rfc3339.ts';
import { readQuery } from './parameters.ts';
import { problem } from './problem.ts';
import { readRepricing } from './repricing-request.ts';
import { ok, type Route, type Told } from './route.ts';

export const repricingRoutes = (repricer: Repricer): readonly Route[] => [
  {
    method: 'POST',
    path: '/api/v1/reprice',
    summary:
      'Price charges anew: by another table, or those without a price; one at a time, in the background',
    async handle({ query, body }) {
      const parameters = readQuery({}, query);
      if (parameters.kind === 'refused') return parameters.problem;
      const read = readRepricing(body);
      return read.kind === 'refused' ? read.problem : told(await repricer.start(read.asked));
    },
  },
  {
    method: 'GET',
    path: '/api/v1/repricings',
    summary: 'Restatements of prices, and the dry runs since the service started',
    async handle({ query }) {
      const parameters = readQuery({}, query);
      if (parameters.kind === 'refused') return parameters.problem;
      return ok({ repricings: (await repricer.runs()).map(runJson) });
    },
  },
  {
    method: 'GET',
    path: '/api/v1/repricings/:id',
    summary: 'One of them: how far it came, and old and new cost by model and month',
    async handle({ path: { id = '' }, query }) {
      const parameters = readQuery({}, query);
      if (parameters.kind === 'refused') return parameters.problem;
      const run = (await repricer.runs()).find((one) => String(one.id) === id);
      return run === undefined ? unknownRun(id) : ok(runJson(run));
    },
  },
  {
    method: 'POST',
    path: '/api/v1/repricings/:id/pause',
    summary: 'Stop one behind the portion under way; what it restated stands',
    async handle({ path: { id = '' }, query }) {
      const parameters = readQuery({}, query);
      if (parameters.kind === 'refused') return parameters.problem;
      const run = await repricer.pause(numberOf(id));
      return run === undefined
        ? problem(409, `no re-pricing ${id.slice(0, 20)} is running`)
        : ok(runJson(run));
    },
  },
  {
    method: 'POST',
    path: '/api/v1/repricings/:id/continue',
    summary: 'Go on with one that was paused',
    async handle({ path: { id = '' }, query }) {
      const parameters = readQuery({}, query);
      if (parameters.kind === 'refused') return parameters.problem;
      const started = await repricer.resume(numberOf(id));
      return started === undefined
        ? problem(409, `no re-pricing ${id.slice(0, 20)} is paused`)
        : told(started);
    },
  },
];

const numberOf = (id: string): number => (/^\d{1,9}$/.test(id) ? Number(id) : 0);

const unknownRun = (id: string) =>
  problem(404, `no re-pricing has the number ${JSON.stringify(id.slice(0, 20))}`);

function told(started: RepriceStarted): Told {
  switch (started.kind) {
    case 'started':
      return ok(runJson(started.run));
    case 'busy':
      return problem(409, `re-pricing ${started.run.id} is under way; wait for it, or pause it`);
    case 'refused':
      return problem(400, `${started.field} ${started.why}`, { parameter: started.field });
  }
}

const timeOrNull = (at: bigint | undefined): string | null => (at === undefined ? null : formatTime(at));

const runJson = (run: RepriceRun) => ({
  id: run.id,
  state: run.state,
  why: run.why === '' ? null : run.why,
  dry_run: run.dryRun,
  today: run.today,
  by: run.by,
  started_at: formatTime(nanosOfMs(run.startedAt)),
  table_hash: run.tableHash,
  scope: {
    from: timeOrNull(run.scope.from),
    to: timeOrNull(run.scope.to),
    model: run.scope.model ?? null,
    only: run.scope.only,
  },
  progress: run.state === 'done' || run.until === 0 ? 1 : run.done / run.until,
  traces_rolled_off: run.rolledOff ?? 0,
  total: sumsJson(totalOf(run.rows)),
  rows: run.rows.map((row) => ({
    month: row.month,
    component: row.component,
    model: row.model,
    ...sumsJson(row),
  })),
});

type Sums = Omit<RepriceRow, 'month' | 'component' | 'model'>;

const sumsJson = (sums: Sums) => ({
  spans: sums.spans,
  changed: sums.changed,
  before_usd: formatUsd(sums.before as UsdPico),
  after_usd: formatUsd(sums.after as UsdPico),
  difference_usd: formatUsd((sums.after - sums.before) as UsdPico),
  unpriced_before: sums.unpricedBefore,
  unpriced_after: sums.unpricedAfter,
  lower_bound: sums.unpricedAfter > 0,
});

function totalOf(rows: readonly RepriceRow[]): Sums {
  const total = { spans: 0, changed: 0, before: 0n, after: 0n, unpricedBefore: 0, unpricedAfter: 0 };
  for (const row of rows) {
    total.spans += row.spans;
    total.changed += row.changed;
    total.before += row.before;
    total.after += row.after;
    total.unpricedBefore += row.unpricedBefore;
    total.unpricedAfter += row.unpricedAfter;
  }
  return total;
}
