import { createHash } from 'node:crypto';
import type { Charge } from '../domain/charge.ts';
import type { Policy, TaskKind } from '../domain/policy.ts';
import type { PriceSourceInfo, RateCard } from '../domain/rate-card.ts';
import type { Served } from '../domain/served.ts';
import type { ModelUse, Untangled, Use } from '../domain/use.ts';
import { unreachable } from '../lib/assert.ts';
import { type Adjust, openAdjust } from './adjust.ts';
import { BUILT_IN_UNITS } from './built-in-units.ts';
import { type Lookup, NAMES_REMEMBERED_MAX, namesOf, openLookup, rememberedLookup } from './lookup.ts';
import { writeModelCall } from './model-lines.ts';
import { listedRegions, type Overlay, overlaid } from './overlay.ts';
import { rateCard } from './rate-card.ts';
import { settleReported } from './reported-lines.ts';
import { Sheet } from './sheet.ts';
import type { Snapshot } from './snapshot.ts';
import { openSnapshotIndex } from './snapshot-index.ts';
import { settleStated, writeRemediation, writeStated } from './told-lines.ts';
import { writeAction } from './unit-lines.ts';
import { openUnitPrices, type UnitPrices } from './unit-prices.ts';
import type { UserTable } from './user-table.ts';

/** Every price in force. Immutable: another table is another book, with another hash. */
export interface PriceBook {
  /**
   * All charges of a trace, priced at the end of each span. (traceId, spanId, line) is unique, and which line
   * has which number does not depend on the order of the uses.
   */
  price(trace: Untangled): Charge[];
  /** What the book asks for a model at a time (milliseconds since 1970); undefined where it asks nothing. */
  rates(provider: string, model: string, atMs: number, served?: Served): RateCard | undefined;
  /** SHA-256 of the snapshot's hash, the overlay's and the user's. On every charge that a table priced. */
  readonly tableHash: string;
  /** Units that are counted from span attributes: Solvent's own, and those that the user's file declares. */
  readonly unitAttributes: readonly { readonly unit: string; readonly attributes: readonly string[] }[];
  /** What the book is made of, best source first. */
  readonly sources: readonly PriceSourceInfo[];
  /** Milliseconds since the data of the snapshot came out. */
  ageMs(nowMs: number): number;
}

export interface PriceSources {
  readonly snapshot: Snapshot;
  readonly overlay: Overlay | undefined;
  readonly userTable: UserTable | undefined;
  /** For the hourly rate of reported minutes. */
  readonly policy: Policy;
}

/** What the lines of a use are written with. */
interface Desk {
  readonly lookup: Lookup;
  readonly unitPrices: UnitPrices;
  readonly adjust: Adjust | undefined;
  readonly policy: Policy;
}

export function openPriceBook({ snapshot, overlay, userTable, policy }: PriceSources): PriceBook {
  const listed = overlay === undefined ? { snapshot, aside: [] } : overlaid(snapshot, overlay);
  const names = namesOf(listed.snapshot.providers, userTable);
  const index = openSnapshotIndex(listed.snapshot, listedRegions(overlay));
  const lookup = rememberedLookup(openLookup(index, userTable, names));
  const unitPrices = openUnitPrices(userTable, NAMES_REMEMBERED_MAX);
  const desk: Desk = { lookup, unitPrices, adjust: openAdjust(userTable?.adjustments ?? [], names), policy };
  const tableHash = createHash('sha256')
    .update(snapshot.hash)
    .update(overlay?.hash ?? '')
    .update(userTable?.hash ?? '')
    .digest('hex');
  const published = Date.parse(`${snapshot.published}T00:00:00Z`);
  return {
    tableHash,
    unitAttributes: (userTable?.units ?? BUILT_IN_UNITS).filter(({ attributes }) => attributes.length > 0),
    sources: sourcesOf({ snapshot, overlay, userTable, aside: listed.aside }),
    ageMs: (nowMs) => nowMs - published,
    rates: (provider, model, atMs, served) => rateCard(lookup, { provider, model, atMs, served }, tableHash),
    price(trace) {
      const sheet = new Sheet(tableHash);
      // What a span did comes before what it states, and that before what a human cost: so its lines are numbered.
      for (const use of trace.uses) writeUse(use, desk, sheet);
      for (const use of trace.uses) if (use.kind === 'stated') writeStated(use, sheet);
      for (const use of trace.uses)
        if (use.kind === 'remediation') writeRemediation(use, kindOf(trace, use.taskId), policy, sheet);
      return sheet.charges;
    },
  };
}

function writeUse(use: Use, { lookup, unitPrices, adjust, policy }: Desk, sheet: Sheet): void {
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
  if (adjust !== undefined) adjust(use, from, sheet);
  if (use.fact.reportedUsd !== undefined && isModelUse(use)) settleReported(use, from, policy, sheet);
}

const isModelUse = (use: Use): use is ModelUse =>
  use.kind === 'inference' || use.kind === 'embedding' || use.kind === 'rerank';

function kindOf(trace: Untangled, taskId: string): TaskKind {
  const claim = trace.claims.find((one) => one.taskId === taskId);
  return { agentType: claim?.agentType ?? '', taskType: claim?.taskType ?? 'default' };
}

function sourcesOf(tables: {
  readonly snapshot: Snapshot;
  readonly overlay: Overlay | undefined;
  readonly userTable: UserTable | undefined;
  readonly aside: readonly string[];
}): readonly PriceSourceInfo[] {
  const { snapshot, overlay, userTable, aside } = tables;
  const models = snapshot.providers.reduce((sum, provider) => sum + provider.models.length, 0);
  const user: PriceSourceInfo[] =
    userTable === undefined
      ? []
      : [{ ...UNDATED, kind: 'user', name: userTable.id, hash: userTable.hash, rows: userTable.rows.length }];
  const added: PriceSourceInfo[] =
    overlay === undefined
      ? []
      : [
          {
            kind: 'overlay',
            name: overlay.tiers.source,
            published: overlay.tiers.published,
            read: overlay.tiers.read,
            hash: overlay.hash,
            rows: overlay.tiers.rows.length + overlay.corrections.prices.length,
            aside,
          },
        ];
  const { source, version, published, read, hash } = snapshot;
  return [
    ...user,
    ...added,
    { kind: 'snapshot', name: `${source} ${version}`, published, read, hash, rows: models, aside: [] },
  ];
}

const UNDATED = { published: '', read: '', aside: [] } as const;
