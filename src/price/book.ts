import { createHash } from 'node:crypto';
import type { Charge } from '../domain/charge.ts';
import type { Policy, TaskKind } from '../domain/policy.ts';
import type { RateCard, RateLine } from '../domain/rate-card.ts';
import type { Untangled, Use } from '../domain/use.ts';
import { unreachable } from '../lib/assert.ts';
import { type Card, endOf, periodAt, type Rates } from './card.ts';
import { type Lookup, NAMES_REMEMBERED_MAX, openLookup, rememberedLookup } from './lookup.ts';
import { writeModelCall } from './model-lines.ts';
import { Sheet } from './sheet.ts';
import type { Snapshot } from './snapshot.ts';
import { settleStated, writeRemediation, writeStated } from './told-lines.ts';
import { openUnitPrices, type UnitPrices, writeAction } from './unit-lines.ts';
import type { UserTable } from './user-table.ts';

/** Every price in force. Immutable: another table is another book, with another hash. */
export interface PriceBook {
  /**
   * All charges of a trace, priced at the end of each span. (traceId, spanId, line) is unique, and which line
   * has which number does not depend on the order of the uses.
   */
  price(trace: Untangled): Charge[];
  /** What the book asks for a model at a time (milliseconds since 1970); undefined where it asks nothing. */
  rates(provider: string, model: string, atMs: number): RateCard | undefined;
  /** SHA-256 of the snapshot's hash and the user's file. On every charge that a table priced. */
  readonly tableHash: string;
  /** Units that the user's file declares, and the span attributes that they are counted in. */
  readonly unitAttributes: readonly { readonly unit: string; readonly attributes: readonly string[] }[];
  /** Milliseconds since the data of the snapshot came out. */
  ageMs(nowMs: number): number;
}

export interface PriceSources {
  readonly snapshot: Snapshot;
  readonly userTable: UserTable | undefined;
  /** For the hourly rate of reported minutes. */
  readonly policy: Policy;
}

export function openPriceBook({ snapshot, userTable, policy }: PriceSources): PriceBook {
  const lookup = rememberedLookup(openLookup(snapshot, userTable));
  const unitPrices = openUnitPrices(userTable, NAMES_REMEMBERED_MAX);
  const tableHash = createHash('sha256')
    .update(snapshot.hash)
    .update(userTable?.hash ?? '')
    .digest('hex');
  const published = Date.parse(`${snapshot.published}T00:00:00Z`);
  return {
    tableHash,
    unitAttributes: (userTable?.units ?? []).filter(({ attributes }) => attributes.length > 0),
    ageMs: (nowMs) => nowMs - published,
    rates: (provider, model, atMs) => rateCard(lookup, provider, model, atMs, tableHash),
    price(trace) {
      const sheet = new Sheet(tableHash);
      // What a span did comes before what it states, and that before what a human cost: so its lines are numbered.
      for (const use of trace.uses) writeUse(use, lookup, unitPrices, sheet);
      for (const use of trace.uses) if (use.kind === 'stated') writeStated(use, sheet);
      for (const use of trace.uses)
        if (use.kind === 'remediation') writeRemediation(use, kindOf(trace, use.taskId), policy, sheet);
      return sheet.charges;
    },
  };
}

function writeUse(use: Use, lookup: Lookup, unitPrices: UnitPrices, sheet: Sheet): void {
  const from = sheet.charges.length;
  switch (use.kind) {
    case 'inference':
    case 'embedding':
    case 'rerank':
      sheet.open(use, 'inference', '');
      writeModelCall(use, lookup, unitPrices, sheet);
      break;
    case 'tool':
    case 'vector':
      sheet.open(use, use.kind === 'tool' ? 'tooling' : 'vector', use.fact.tool ?? '');
      writeAction(use, unitPrices, sheet);
      break;
    case 'stated':
    case 'remediation':
      return;
    default:
      unreachable(use);
  }
  if (use.fact.stated !== undefined) settleStated(use, from, sheet);
}

function kindOf(trace: Untangled, taskId: string): TaskKind {
  const claim = trace.claims.find((one) => one.taskId === taskId);
  return { agentType: claim?.agentType ?? '', taskType: claim?.taskType ?? 'default' };
}

function rateCard(
  lookup: Lookup,
  provider: string,
  model: string,
  atMs: number,
  tableHash: string,
): RateCard | undefined {
  const found = lookup(provider, model);
  if (found.kind === 'missing') return undefined;
  for (const { card, flags } of found.choices) {
    const period = periodAt(card, atMs);
    if (period === undefined) continue;
    const [base, ...above] = period.tiers;
    const to = endOf(card, period);
    return {
      ...identityOf(card),
      tableHash,
      flags,
      validFrom: Number.isFinite(period.from) ? period.from : undefined,
      validTo: Number.isFinite(to) ? to : undefined,
      rates: linesOf(base.rates),
      tiers: above.map((tier) => ({ above: tier.above, rates: linesOf(tier.rates) })),
    };
  }
  return undefined;
}

const identityOf = ({ provider, model, priceId, source }: Card) => ({ provider, model, priceId, source });

const linesOf = (rates: Rates): RateLine[] =>
  [...rates].map(([name, { text, per }]) => ({ class: name, usd: text, per }));
