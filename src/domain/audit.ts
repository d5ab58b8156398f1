import type { LineQuery } from './charge-line.ts';
import type { UsdPico } from './money.ts';

export const EXPORT_FORMATS = ['csv', 'json', 'ndjson', 'parquet'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What one UTC day's charges come to. */
export interface DayChecksum {
  /** `2026-11-01` */
  readonly day: string;
  readonly lines: number;
  /** Lines without an amount. */
  readonly unpriced: number;
  /** Picodollars; a sum that may pass 64 bits. */
  readonly amount: UsdPico;
  /** Lower-case hex of the SHA-256 of the day's rows as the CSV export writes them, without the header. */
  readonly sha256: string;
}

/** Charges out of the ledger, and what makes them comparable later. */
export interface Auditor {
  /**
   * An export as bytes, as of the moment of the first pull. To be pulled to its end, returned or aborted, so that the
   * ledger is let go. Parquet is a file first, so its first bytes come when all is written.
   */
  exported(format: ExportFormat, query: LineQuery, signal?: AbortSignal): AsyncGenerator<Uint8Array>;
  /** Of each UTC day with a charge, oldest first; one moment for all. Bounds that are no midnights cut their days. */
  checksums(range: Pick<LineQuery, 'from' | 'to'>, signal?: AbortSignal): AsyncGenerator<DayChecksum>;
}
