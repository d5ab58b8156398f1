import { type Replica, spansOutOfReach, tablesDiffer } from '../domain/fleet.ts';
import type { DataHealth, LedgerReads, ReportedRow, UnpricedRow } from '../domain/ledger-reads.ts';
import { formatUsd, type MicroUnits, type UsdPico } from '../domain/money.ts';
import { STALE_AFTER_DAYS } from '../domain/policy.ts';
import type { Clock } from '../lib/clock.ts';
import { formatTime } from '../lib/rfc3339.ts';
import { readQuery } from './parameters.ts';
import { ok, type Route } from './route.ts';
import type { Pricing } from './routes-prices.ts';
import { quantityNumber } from './task-json.ts';

export interface HealthParts {
  readonly reads: Pick<LedgerReads, 'unpriced' | 'dataHealth' | 'reportedCosts'>;
  readonly pricing: Pricing;
  readonly clock: Clock;
  /** Those that share the ledger; undefined where this process has it alone. */
  readonly replicas?: (() => Promise<readonly Replica[]>) | undefined;
}

export const healthRoutes = ({ reads, pricing, clock, replicas }: HealthParts): readonly Route[] => [
  {
    method: 'GET',
    path: '/api/v1/unpriced',
    summary:
      'Models and units without a price; `no_rate` are tools and databases that nobody set a price for',
    async handle({ query }) {
      const read = readQuery({}, query);
      if (read.kind === 'refused') return read.problem;
      return ok({ unpriced: (await reads.unpriced()).map(unpricedJson) });
    },
  },
  {
    method: 'GET',
    path: '/api/v1/data-health',
    summary:
      'How far the figures can be trusted: untagged, unpriced, inferred, suppressed, late, clock-skewed',
    async handle({ query }) {
      const read = readQuery({}, query);
      if (read.kind === 'refused') return read.problem;
      const [health, reported] = [await reads.dataHealth(), await reads.reportedCosts()];
      return ok({
        ...healthJson(health),
        reported_costs: byName(reported).map(reportedJson),
        prices: pricesJson(pricing, clock.now()),
        ...(replicas === undefined ? {} : { fleet: fleetJson(await replicas()) }),
      });
    },
  },
];

const unpricedJson = (row: UnpricedRow) => ({
  component: row.component,
  provider: row.provider,
  model: row.model,
  resource: row.resource,
  unit: row.unit,
  reason: row.reason,
  calls: row.calls,
  quantity: quantityNumber(row.quantity as MicroUnits),
  first_seen: formatTime(row.firstSeen),
  last_seen: formatTime(row.lastSeen),
});

const byName = (rows: readonly ReportedRow[]): readonly ReportedRow[] =>
  [...rows].sort((a, b) => (a.provider + a.model < b.provider + b.model ? -1 : 1));

const reportedJson = (row: ReportedRow) => ({
  provider: row.provider,
  model: row.model,
  calls: row.calls,
  reported_usd: formatUsd(row.reported),
  computed_usd: formatUsd(row.computed),
  difference_usd: formatUsd((row.reported - row.computed) as UsdPico),
  uncomputed_calls: row.uncomputed,
});

const fleetJson = (replicas: readonly Replica[]) => ({
  price_tables_differ: tablesDiffer(replicas),
  spans_out_of_reach: spansOutOfReach(replicas),
  replicas: replicas.map((one) => ({
    name: one.name,
    lives: one.lives,
    keeps_house: one.keepsHouse,
    journal: one.journal,
    table_hash: one.tableHash,
    spans_open: one.spansOpen,
  })),
});

const DAY_MS = 86_400_000;

function pricesJson({ tableHash, sources, ageMs }: Pricing, nowMs: number) {
  const list = sources.find(({ kind }) => kind === 'snapshot');
  const days = Math.floor(ageMs(nowMs) / DAY_MS);
  return {
    table_hash: tableHash,
    list: list?.name ?? '',
    list_published: list?.published ?? '',
    list_read: list?.read ?? '',
    list_age_days: days,
    stale: days > STALE_AFTER_DAYS,
    set_aside: sources.flatMap(({ aside }) => aside),
  };
}

const healthJson = (health: DataHealth) => ({
  tasks: health.tasks,
  tasks_closed: health.tasksClosed,
  untagged_tasks: health.untaggedTasks,
  untagged_cost_usd: formatUsd(health.untaggedCost),
  total_cost_usd: formatUsd(health.totalCost),
  lower_bound: health.unpricedCalls > 0,
  inferred_tasks: health.inferredTasks,
  expired_tasks: health.expiredTasks,
  lower_bound_tasks: health.lowerBoundTasks,
  unpriced_calls: health.unpricedCalls,
  model_calls: health.modelCalls,
  late_tasks: health.flags.late ?? 0,
  clock_skewed_tasks: health.flags.clock_skewed ?? 0,
  suppressed: health.suppressed,
  flags: health.flags,
});
