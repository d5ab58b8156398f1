import type { Closers } from './closers.ts';
import type { Policy } from './domain/policy.ts';
import type { Fitness } from './fitness.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';
import type { LoadedPrices } from './price/load.ts';
import type { PricesInForce } from './prices-in-force.ts';
import type { Settings } from './settings/table.ts';
import type { Store } from './store.ts';
import type { SelfMetrics } from './telemetry/registry.ts';

/** What every part of the house may ask for while it is built. */
export interface House {
  readonly settings: Settings;
  readonly log: Log;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly closers: Closers;
  readonly self: SelfMetrics;
  readonly policy: Policy;
  /** Those of the start. */
  readonly tables: Tables;
  readonly prices: PricesInForce;
  readonly store: Store;
  readonly fitness: Fitness;
}

export type Tables = Extract<LoadedPrices, { kind: 'loaded' }>;
