import type { DuckDBConnection } from '@duckdb/node-api';
import { IntColumn, TextColumn } from '../sql/columns.ts';
import { listText, type TextNumbering } from '../sql/dictionaries.ts';
import { TextIndex } from '../sql/text-index.ts';
import { appendRows } from './append.ts';
import { rowsOf } from './session.ts';

/**
 * Texts that come again and again (models, tools, agent types, flags) as numbers. All of them are in memory:
 * the settle path finds a number by its text, the reads a text by its number.
 */
export class Texts extends TextIndex implements TextNumbering {
  /** How many are in the table; those behind are written with the next change. */
  #kept = 0;
  #saving = 0;

  static async load(connection: DuckDBConnection): Promise<Texts> {
    const texts = new Texts();
    await texts.reload(connection);
    return texts;
  }

  /** Forgets what is not in the table: numbers given since the last `saved` are given anew. */
  async reload(connection: DuckDBConnection): Promise<void> {
    const rows = await rowsOf(connection, 'SELECT id, text FROM texts ORDER BY id');
    this.forget();
    for (const [id, text] of rows as readonly [number, string][]) this.learn(id, text);
    this.#kept = rows.length;
    this.#saving = rows.length;
  }

  /** Its number, given at its first mention. */
  idOf(text: string): number {
    const known = this.find(text);
    if (known !== undefined) return known;
    const id = this.size;
    this.learn(id, text);
    return id;
  }

  listId(list: readonly string[]): number {
    return this.idOf(listText(list));
  }

  /** Writes the new ones in the connection's transaction; `saved` or nothing must follow it. */
  async save(connection: DuckDBConnection): Promise<void> {
    const ids = new IntColumn();
    const texts = new TextColumn();
    for (let id = this.#kept; id < this.size; id += 1) {
      ids.push(id);
      texts.push(this.textOf(id));
    }
    await appendRows(connection, 'texts', [ids, texts]);
    this.#saving = this.size;
  }

  /** The transaction of the last `save` is durable. Without it the next `save` writes the same texts again. */
  saved(): void {
    this.#kept = this.#saving;
  }
}
