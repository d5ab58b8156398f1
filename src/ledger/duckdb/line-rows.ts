import type { DuckDBConnection } from '@duckdb/node-api';
import type { Charge } from '../../domain/charge.ts';
import { ChargeRows } from '../sql/charge-rows.ts';
import { BigColumn, IntColumn } from '../sql/columns.ts';
import { fitting, timeFitting } from '../sql/range.ts';
import { appendRows } from './append.ts';
import { tableOf } from './charge-months.ts';
import type { Kinds } from './kinds.ts';

/** Lines of traces on their way into the tables of one month. */
export class LineRows {
  readonly #kinds: Kinds;
  readonly #charges: ChargeRows;
  readonly #reported = {
    trace: new BigColumn(),
    span: new BigColumn(),
    line: new IntColumn(),
    at: new BigColumn(),
    kind: new IntColumn(),
    reported: new BigColumn(),
    computed: new BigColumn(),
  };

  constructor(kinds: Kinds) {
    this.#kinds = kinds;
    this.#charges = new ChargeRows(kinds);
  }

  /** `trace` and `task` are their numbers. */
  add(charge: Charge, trace: number, task: number): void {
    this.#charges.add(charge, trace, task);
    const { beside } = charge;
    if (beside === undefined) return;
    const rows = this.#reported;
    rows.trace.pushNumber(trace);
    rows.span.pushHex(charge.spanId);
    rows.line.push(charge.line);
    rows.at.push(timeFitting(charge.at));
    rows.kind.push(this.#kinds.idOf(charge));
    rows.reported.push(fitting(beside.reported, 'a reported cost'));
    if (beside.computed === null) rows.computed.pushNull();
    else rows.computed.push(fitting(beside.computed, 'a computed cost'));
  }

  async append(connection: DuckDBConnection, month: number): Promise<void> {
    await appendRows(connection, tableOf('charges', month), this.#charges.columns());
    await appendRows(connection, tableOf('reported_costs', month), Object.values(this.#reported));
  }
}
