import type { DuckDBConnection } from '@duckdb/node-api';
import { rangeOf } from '../sql/range.ts';
import { ADD_CLOSED, addTasks } from './closed-sums.ts';
import type { Kinds } from './kinds.ts';
import { choose } from './numbers.ts';
import { readSummed, type Summed, writeSummed } from './sums.ts';
import { addLines, addUnpriced } from './unpriced-sums.ts';

/** Tasks and traces, the newest, that are not in the sums: what is settled soon after it came changes none. */
export const UNSUMMED = 65_536;

/**
 * What a change makes of the sums that are kept. What the change writes is told before and after it was written; only rows of
 * tasks and traces that are in the sums count, and mostly there are none. At the end what has grown old enough goes into
 * the sums, many at once.
 */
export class SumChange {
  readonly #connection: DuckDBConnection;
  readonly #kinds: Kinds;
  readonly #summed: Summed;
  readonly #unsummed: number;
  #closed = false;
  #unpriced = false;

  private constructor(connection: DuckDBConnection, kinds: Kinds, summed: Summed, unsummed: number) {
    this.#connection = connection;
    this.#kinds = kinds;
    this.#summed = summed;
    this.#unsummed = unsummed;
  }

  static async begin(connection: DuckDBConnection, kinds: Kinds, unsummed: number): Promise<SumChange> {
    return new SumChange(connection, kinds, await readSummed(connection), unsummed);
  }

  /** The rows of these tasks, which are all in `chosen`, in `tasks` or by model in `closed_models`. */
  async tasks(
    sign: '' | '-',
    seqs: readonly number[],
    { byModel }: { readonly byModel: boolean },
  ): Promise<void> {
    const old = seqs.filter((seq) => seq <= this.#summed.tasks);
    if (old.length === 0) return;
    this.#closed = true;
    await this.#connection.run(addTasks(byModel, { chosen: true, where: rangeOf(old) }, sign));
  }

  /** The lines of these traces are written. `chosen` is another afterwards. */
  async written(seqs: readonly number[]): Promise<void> {
    const old = seqs.filter((seq) => seq <= this.#summed.traces);
    if (old.length === 0) return;
    await choose(this.#connection, old);
    await this.lines(1, old);
  }

  /** The lines of these traces, which are all in `chosen`. */
  async lines(sign: 1 | -1, seqs: readonly number[]): Promise<void> {
    const old = seqs.filter((seq) => seq <= this.#summed.traces);
    if (old.length === 0) return;
    const from = 'charges JOIN chosen ON chosen.seq = charges.trace';
    await this.#addLines(sign, from, rangeOf(old));
  }

  /** All lines of a table go. */
  async gone(table: string): Promise<void> {
    if (this.#summed.traces > 0) await this.#addLines(-1, table, `<= ${this.#summed.traces}`);
  }

  /** Adds everything to the sums; `last` are the numbers that were given last. */
  async end(last: Summed): Promise<void> {
    const summed = { tasks: this.#until('tasks', last), traces: this.#until('traces', last) };
    if (summed.tasks > this.#summed.tasks) {
      const which = { chosen: false, where: between(this.#summed.tasks, summed.tasks) };
      for (const byModel of [false, true]) await this.#connection.run(addTasks(byModel, which, ''));
      this.#closed = true;
    }
    if (summed.traces > this.#summed.traces)
      await this.#addLines(1, 'charges', between(this.#summed.traces, summed.traces));
    if (this.#closed) for (const sql of ADD_CLOSED) await this.#connection.run(sql);
    if (this.#unpriced) await addUnpriced(this.#connection, summed.traces);
    if (summed.tasks > this.#summed.tasks || summed.traces > this.#summed.traces)
      await writeSummed(this.#connection, summed);
  }

  async #addLines(sign: 1 | -1, from: string, where: string): Promise<void> {
    this.#unpriced = true;
    const kinds = this.#kinds.listWhere(({ reason }) => reason !== null);
    await this.#connection.run(addLines(kinds, { from, where }, sign));
  }

  #until(which: 'tasks' | 'traces', last: Summed): number {
    const until = last[which] - this.#unsummed;
    // A quarter more is asked row by row before the next are summed up.
    return until - this.#summed[which] > this.#unsummed / 4 ? until : this.#summed[which];
  }
}

const between = (after: number, until: number): string => `BETWEEN ${after + 1} AND ${until}`;
