import type { ChargeLine } from './charge-line.ts';

/** A cell of an export before it has a format. `decimal` is an integer of `scale` decimals. */
export type Cell =
  | { readonly type: 'text'; readonly of: (line: ChargeLine) => string | null }
  | { readonly type: 'list'; readonly of: (line: ChargeLine) => readonly string[] }
  | { readonly type: 'map'; readonly of: (line: ChargeLine) => Readonly<Record<string, string>> }
  | { readonly type: 'integer'; readonly of: (line: ChargeLine) => number }
  | {
      readonly type: 'decimal';
      readonly scale: 6 | 12 | 15;
      readonly of: (line: ChargeLine) => bigint | null;
    }
  /** Unix nanoseconds. */
  | { readonly type: 'time'; readonly of: (line: ChargeLine) => bigint | null };

export type ExportColumn = Cell & {
  readonly name: string;
  readonly unit: string;
  /** Whether a cell may be empty because there is no value. */
  readonly nullable: boolean;
  readonly meaning: string;
  /** Whose it is: what is made of it can be kept by that object. */
  readonly share: 'line' | 'kind' | 'task';
};
