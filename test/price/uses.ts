import type { Charge } from '../../src/domain/charge.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { formatUsd, type UsdPico } from '../../src/domain/money.ts';
import { openPolicy, type Policy } from '../../src/domain/policy.ts';
import { NO_USAGE, type Usage } from '../../src/domain/usage.ts';
import type { ModelUse, TaskClaim, Untangled, Use } from '../../src/domain/use.ts';
import { openPriceBook, type PriceBook } from '../../src/price/book.ts';
import { loadOverlay, loadSnapshot } from '../../src/price/load.ts';
import { readUserFile } from '../../src/price/user-file.ts';

export const snapshot = await loadSnapshot();
export const overlay = await loadOverlay();

/** 2026-11-23, 12:00 UTC, in nanoseconds. */
export const NOON = 1_795_435_200_000_000_000n;

export const nanos = (time: string): bigint => BigInt(Date.parse(time)) * 1_000_000n;

export const noPolicy: Policy = openPolicy({
  defaultMode: 'root',
  modes: {},
  remediation: [],
  hourly: undefined,
  taskQuietMs: 0,
  orphanRootMs: 0,
  openTaskMaxMs: 0,
});

/** A book of the bundled snapshot and a price file; fails the test where the file is refused. */
export function bookOf(yaml?: string, policy: Policy = noPolicy): PriceBook {
  const file = yaml === undefined ? undefined : readUserFile('prices.yaml', yaml, `hash of ${yaml}`);
  if (file?.kind === 'refused') throw new Error(file.complaints.join('\n'));
  return openPriceBook({ snapshot, overlay, userTable: file?.table, policy });
}

let spans = 0;

export function factOf(more: Partial<Fact> = {}): Fact {
  spans++;
  return {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: spans.toString(16).padStart(16, '0'),
    parentId: '',
    remoteParent: false,
    start: NOON - 1_000_000_000n,
    end: NOON,
    error: false,
    receivedAt: 0,
    kind: 'inference',
    context: {},
    dialect: 'gen-ai',
    ...more,
  };
}

export function callOf(
  provider: string,
  model: string,
  usage: Partial<Usage> | undefined,
  more: Partial<Fact> = {},
  kind: ModelUse['kind'] = 'inference',
): ModelUse {
  const fact = factOf({ kind, provider, model, ...more });
  return { kind, fact, taskId: 'task-1', usage: usage && { ...NO_USAGE, ...usage }, units: [] };
}

export function actionOf(
  kind: 'tool' | 'vector',
  tool: string,
  units: Readonly<Record<string, string>> = {},
  more: Partial<Fact> = {},
): Use {
  const counts = Object.entries(units).map(([unit, quantity]) => ({ unit, quantity }));
  return { kind, fact: factOf({ kind, tool, ...more }), taskId: 'task-1', units: counts };
}

export function traceOf(uses: readonly Use[], claim: Partial<TaskClaim> = {}): Untangled {
  const whole: TaskClaim = {
    taskId: 'task-1',
    tagged: true,
    agentType: 'coder',
    agentTypeRank: 0,
    taskType: undefined,
    promptVersion: undefined,
    user: undefined,
    dimensions: [],
    startedAt: NOON,
    lastEnd: NOON,
    root: undefined,
    topmost: { end: NOON, error: false },
    outcome: undefined,
    value: undefined,
    suppressed: [],
    flags: [],
    receivedAt: 0,
    ...claim,
  };
  return { traceId: '0af7651916cd43dd8448eb211c80319c', uses, claims: [whole], repeats: 0 };
}

export const priced = (book: PriceBook, ...uses: readonly Use[]): Charge[] => book.price(traceOf(uses));

/** The sum of the amounts in dollars; a line without one makes it `unpriced:<reason>`. */
export function totalOf(charges: readonly Charge[]): string {
  const bad = charges.find((charge) => charge.reason !== null && charge.reason !== 'no_rate');
  if (bad !== undefined) return `unpriced:${bad.reason}`;
  return formatUsd(charges.reduce((sum, charge) => sum + (charge.amount ?? 0n), 0n) as UsdPico);
}

export const flagsOf = (charges: readonly Charge[]): string =>
  [...new Set(charges.flatMap((charge) => charge.flags))].sort().join(',');

/** `class quantity amount|reason`, one a line. */
export const linesOf = (charges: readonly Charge[]): string[] =>
  charges.map(({ class: name, quantity, amount, reason }) =>
    [name, Number(quantity) / 1e6, amount === null ? reason : formatUsd(amount)].join(' '),
  );

/** Prices of tools, databases and a unit of the user's own. */
export const UNITS = `
version: 1
units:
  gb_second: {from_attr: [faas.gb_seconds], component: compute}
prices:
  - {kind: tool, match: {exact: [web_search]}, usd: {call: {per: 1k, price: "10"}}}
  - {kind: tool, match: {glob: "mcp_*"}, usd: {call: "0.002"}}
  - {kind: tool, match: {exact: [lambda]}, usd: {gb_second: "0.0000166667"}}
  - {kind: vector, provider: pinecone, match: {exact: ["*"]}, usd: {pinecone_read_unit: "16"}}
  - {kind: vector, match: {exact: [qdrant]}, usd: {query: "0.0001"}}
`;
