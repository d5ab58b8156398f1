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

/** Something that is kept otherwise than it follows from what else is kept. */
export interface Fault {
  /** Which comparison found it: `charges -> parts`, `counters`. */
  readonly check: string;
  /** Of what: `task "a"`, `trace 0af7...`, `table texts`. */
  readonly where: string;
  /** `cost.inference`, `outcome`. */
  readonly figure: string;
  readonly kept: string;
  readonly computed: string;
}

/** How a verification stands. */
export interface Verification {
  readonly state: 'running' | 'right' | 'wrong' | 'failed';
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  /** 0 to 1. */
  readonly progress: number;
  readonly counts: VerifiedCounts;
  /** The first that were found, at most twenty; then it ends. */
  readonly faults: readonly Fault[];
  /** Why it failed; empty else. */
  readonly why: string;
}

export interface VerifiedCounts {
  readonly traces: number;
  readonly charges: number;
  readonly tasks: number;
  /** Traces whose lines rolled off: their parts stand for them, and are not compared with lines. */
  readonly rolledOff: number;
  readonly adjustments: number;
  readonly counters: number;
}

/** One verification at a time. */
export interface Verifier {
  /** The one that runs, if one does; else a new one. */
  start(): Verification;
  /** The last one since the process began. */
  last(): Verification | undefined;
  /** Ends the one that runs. */
  close(): Promise<void>;
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
