import type { DuckDBConnection } from '@duckdb/node-api';
import type { ChargeKind } from '../../domain/charge-line.ts';
import { kindText } from '../sql/charge-kind.ts';
import { IntColumn, TextColumn } from '../sql/columns.ts';
import type { KindNumbering } from '../sql/dictionaries.ts';
import { KindIndex } from '../sql/kind-index.ts';
import { appendRows } from './append.ts';
import { rowsOf } from './session.ts';

/**
 * Kinds of charges as numbers, all of them in memory. Millions of charges are of a few hundred kinds, so a charge
 * is written as half as many columns, and what is asked by model or reason is asked by number.
 */
export class Kinds extends KindIndex implements KindNumbering {
  /** How many are in the table; those behind are written with the next change. */
  #kept = 0;
  #saving = 0;

  static async load(connection: DuckDBConnection): Promise<Kinds> {
    const kinds = new Kinds();
    await kinds.reload(connection);
    return kinds;
  }

  /** Forgets what is not in the table: numbers given since the last `saved` are given anew. */
  async reload(connection: DuckDBConnection): Promise<void> {
    const rows = await rowsOf(connection, 'SELECT id, kind FROM kinds ORDER BY id');
    this.forget();
    for (const [id, text] of rows as readonly [number, string][]) this.learn(id, text);
    this.#kept = rows.length;
    this.#saving = rows.length;
  }

  /** The number of the charge's kind, given at its first mention. */
  idOf(charge: ChargeKind): number {
    const known = this.find(charge);
    if (known !== undefined) return known;
    const id = this.size;
    this.learn(id, kindText(charge));
    return id;
  }

  /** Writes the new ones in the connection's transaction; `saved` or nothing must follow it. */
  async save(connection: DuckDBConnection): Promise<void> {
    const ids = new IntColumn();
    const texts = new TextColumn();
    for (let id = this.#kept; id < this.size; id += 1) {
      ids.push(id);
      texts.push(kindText(this.at(id)));
    }
    await appendRows(connection, 'kinds', [ids, texts]);
    this.#saving = this.size;
  }

  /** The transaction of the last `save` is durable. */
  saved(): void {
    this.#kept = this.#saving;
  }
}
