import type { DuckDBConnection } from '@duckdb/node-api';
import type { Charge } from '../../domain/charge.ts';
import { ChargeRows } from '../sql/charge-rows.ts';
import { ReportedRows } from '../sql/reported-rows.ts';
import { appendRows } from './append.ts';
import { tableOf } from './charge-months.ts';
import type { Kinds } from './kinds.ts';

/** Lines of traces on their way into the tables of one month. */
export class LineRows {
  readonly #charges: ChargeRows;
  readonly #reported: ReportedRows;

  constructor(kinds: Kinds) {
    this.#charges = new ChargeRows(kinds);
    this.#reported = new ReportedRows(kinds);
  }

  /** `trace` and `task` are their numbers. */
  add(charge: Charge, trace: number, task: number): void {
    this.#charges.add(charge, trace, task);
    this.#reported.add(charge, trace);
  }

  async append(connection: DuckDBConnection, month: number): Promise<void> {
    await appendRows(connection, tableOf('charges', month), this.#charges.columns());
    await appendRows(connection, tableOf('reported_costs', month), this.#reported.columns());
  }
}
