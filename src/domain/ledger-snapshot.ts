import type { ChargeLine, LineQuery } from './charge-line.ts';

/**
 * The ledger as it stood at one moment, for what reads more than one answer holds: settling goes on beside it and
 * changes nothing in it. Whoever asks for one closes it; an engine keeps old versions of rows until then.
 */
export interface LedgerSnapshot {
  /**
   * Every charge in range, those of tasks themselves too, in pages that are never empty. By time, trace, span, line
   * and, for the charges of tasks themselves, task id: an order that is the same in every engine. One walk at a time.
   */
  lines(query: LineQuery): AsyncIterable<readonly ChargeLine[]>;
  close(): Promise<void>;
}
