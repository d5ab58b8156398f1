import { type Charge, isUnknownCost } from './domain/charge.ts';
import { OTHER } from './domain/product-metrics.ts';
import type { RepriceRow } from './domain/repricing.ts';
import type { RepricedSpan } from './price/reprice.ts';

/** Names come from senders; past so many rows further ones are added up under OTHER. */
export const ROWS_MAX = 2000;

type Sum = { -readonly [K in keyof RepriceRow]: RepriceRow[K] };

/** Old and new cost by model and month, added up over the portions of a re-pricing. */
export class RepriceSums {
  readonly #rows = new Map<string, Sum>();

  constructor(rows: readonly RepriceRow[]) {
    for (const row of rows) this.#rows.set(keyOf(row), { ...row });
  }

  add(spans: readonly RepricedSpan[]): void {
    for (const { before, after } of spans) {
      for (const charge of before) {
        const row = this.#rowOf(charge);
        row.before += charge.amount ?? 0n;
        if (isUnknownCost(charge.reason)) row.unpricedBefore += 1;
      }
      for (const charge of after) {
        const row = this.#rowOf(charge);
        row.after += charge.amount ?? 0n;
        if (isUnknownCost(charge.reason)) row.unpricedAfter += 1;
      }
      const row = this.#rowOf(before[0]!);
      row.spans += 1;
      if (before !== after) row.changed += 1;
    }
  }

  /** By month, then by what they are of. */
  rows(): readonly RepriceRow[] {
    return [...this.#rows].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, row]) => ({ ...row }));
  }

  #rowOf({ component, model, resource, at }: Pick<Charge, 'component' | 'model' | 'resource' | 'at'>): Sum {
    const labels = { month: monthOf(at), component, model: model === '' ? resource : model };
    const key = keyOf(labels);
    let row = this.#rows.get(key);
    if (row === undefined && this.#rows.size >= ROWS_MAX && model !== OTHER)
      return this.#rowOf({ component, at, model: OTHER, resource: '' });
    if (row === undefined) {
      const counts = { spans: 0, changed: 0, unpricedBefore: 0, unpricedAfter: 0 };
      row = { ...labels, ...counts, before: 0n, after: 0n };
      this.#rows.set(key, row);
    }
    return row;
  }
}

const keyOf = ({ month, component, model }: Pick<RepriceRow, 'month' | 'component' | 'model'>): string =>
  `${month}\0${component}\0${model}`;

/** A time that no calendar has, as senders with broken clocks tell it, is of the month that is nearest. */
function monthOf(at: bigint): string {
  const ms = Math.min(253_402_300_799_999, Math.max(0, Number(at / 1_000_000n)));
  return new Date(ms).toISOString().slice(0, 7);
}
