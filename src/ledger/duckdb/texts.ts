import type { DuckDBConnection } from '@duckdb/node-api';
import { IntColumn, TextColumn } from '../sql/columns.ts';
import { listText, type TextNumbering, type TextNumbers } from '../sql/dictionaries.ts';
import { appendRows } from './append.ts';
import { rowsOf } from './session.ts';

/**
 * Texts that come again and again (models, tools, agent types, flags) as numbers. All of them are in memory:
 * the settle path finds a number by its text, the reads a text by its number.
 */
export class Texts implements TextNumbers, TextNumbering {
  readonly #ids = new Map<string, number>();
  readonly #texts: string[] = [];
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
    this.#ids.clear();
    this.#texts.length = 0;
    this.idOf('');
    // By the number that was written: should two texts ever read back as one, all others keep theirs.
    for (const [id, text] of rows as readonly [number, string][]) {
      this.#texts[id] = text;
      if (!this.#ids.has(text)) this.#ids.set(text, id);
    }
    this.#kept = rows.length;
    this.#saving = rows.length;
  }

  /** Its number, given at its first mention. */
  idOf(text: string): number {
    const known = this.#ids.get(text);
    if (known !== undefined) return known;
    const id = this.#texts.length;
    this.#ids.set(text, id);
    this.#texts.push(text);
    return id;
  }

  /** Its number if it was ever mentioned. */
  find(text: string): number | undefined {
    return this.#ids.get(text);
  }

  textOf(id: number): string {
    return this.#texts[id] ?? '';
  }

  listId(list: readonly string[]): number {
    return this.idOf(listText(list));
  }

  listOf(id: number): readonly string[] {
    return JSON.parse(this.textOf(id)) as readonly string[];
  }

  /** Writes the new ones in the connection's transaction; `saved` or nothing must follow it. */
  async save(connection: DuckDBConnection): Promise<void> {
    const ids = new IntColumn();
    const texts = new TextColumn();
    for (let id = this.#kept; id < this.#texts.length; id += 1) {
      ids.push(id);
      texts.push(this.#texts[id]!);
    }
    await appendRows(connection, 'texts', [ids, texts]);
    this.#saving = this.#texts.length;
  }

  /** The transaction of the last `save` is durable. Without it the next `save` writes the same texts again. */
  saved(): void {
    this.#kept = this.#saving;
  }
}
