import type { Ledger } from '../../src/domain/ledger.ts';

export const ids = (number: number): string => number.toString(16).padStart(32, '0');

const ALWAYS = { from: 0n, to: 2n ** 63n - 1n };

/** Sums by everything that a task's lines or rows tell; by model last. */
export const economics = (ledger: Ledger) =>
  Promise.all([[], ['agent_type'], ['model']].map((groupBy) => ledger.unitEconomics({ ...ALWAYS, groupBy })));
