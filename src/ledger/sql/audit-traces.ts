import type { Fault } from '../../domain/audit.ts';
import type { Charge } from '../../domain/charge.ts';
import type { AuditPage, AuditTrace } from '../../domain/ledger-snapshot.ts';
import type { UsdPico } from '../../domain/money.ts';
import { type Adjustment, compareAdjustments } from '../../domain/repricing.ts';
import type { TaskPart } from '../../domain/task.ts';
import { readSkeleton } from '../skeleton.ts';
import { type AuditShare, readShares, SHARE_COLUMNS, shareFaults } from './audit-shares.ts';
import { CHARGE_FIELDS, chargeOf } from './charge-fields.ts';
import type { Dictionaries } from './dictionaries.ts';
import { grouped } from './grouped.ts';
import { partOf } from './part-codec.ts';
import { ADJUSTMENT_FIELDS, adjustmentOf } from './read-repricing.ts';
import { IS_ROLLED_OFF } from './read-rolled-off.ts';
import type { Sql } from './sql.ts';

/** Numbers of traces that one page takes. */
const WINDOW = 1000;

/** Every trace by its number, with what the engine keeps of it beside: sums by model, suppressed spans, facts. */
export async function* auditTraces(
  sql: Sql,
  dictionaries: Dictionaries,
): AsyncGenerator<AuditPage<AuditTrace>> {
  const [last] = await sql.rows('SELECT coalesce(max(seq), 0) FROM traces');
  const end = Number(last![0]);
  for (let from = 1; from <= end; from += WINDOW) {
    const page = await new TracePage(sql, dictionaries, `BETWEEN ${from} AND ${from + WINDOW - 1}`).read();
    yield { ...page, progress: Math.min(1, (from + WINDOW - 1) / end) };
  }
}

class TracePage {
  readonly #sql: Sql;
  readonly #dictionaries: Dictionaries;
  readonly #range: string;
  readonly #faults: Fault[] = [];

  constructor(sql: Sql, dictionaries: Dictionaries, range: string) {
    this.#sql = sql;
    this.#dictionaries = dictionaries;
    this.#range = range;
  }

  async read(): Promise<Omit<AuditPage<AuditTrace>, 'progress'>> {
    const range = this.#range;
    const traces = await this.#sql.rows(
      `SELECT t.seq, t.trace, t.settled_ms, ${IS_ROLLED_OFF} FROM traces t WHERE t.seq ${range} ORDER BY t.seq`,
    );
    const taskIds = await this.#taskIds();
    const parts = await this.#parts(taskIds);
    const charges = await this.#charges(
      taskIds,
      new Map(traces.map(([seq, trace]) => [seq as bigint, trace as string])),
    );
    const adjustments = await this.#adjustments();
    const shares = await readShares(this.#sql, this.#dictionaries, {
      owner: 'trace',
      where: `s.trace ${range}`,
    });
    const suppressed = await this.#suppressed();
    await this.#skeletons();
    const items: AuditTrace[] = [];
    for (const [seq, trace, settled, gone] of traces) {
      const key = seq as bigint;
      const one = {
        traceId: trace as string,
        settledAt: Number(settled),
        parts: parts.get(key) ?? [],
        charges: charges.get(key) ?? [],
        adjustments: adjustments.get(key) ?? [],
        rolledOff: gone as boolean,
      };
      this.#compareShares(one, shares.get(key) ?? []);
      this.#compareSuppressed(one, suppressed.get(key) ?? []);
      items.push(one);
    }
    return { items, faults: this.#faults };
  }

  /** The ids that the page can name, instead of all: DuckDB makes a table in memory of what is joined. */
  async #taskIds(): Promise<string> {
    const range = this.#range;
    const [ends] = await this.#sql.rows(
      `SELECT min(task), max(task) FROM (SELECT task FROM parts WHERE trace ${range}
        UNION ALL SELECT task FROM charges WHERE trace ${range}) AS named`,
    );
    const [least, most] = ends!;
    const near = least === null ? 'false' : `seq BETWEEN ${least} AND ${most}`;
    return `(SELECT seq, task_id FROM task_ids WHERE ${near})`;
  }

  async #parts(taskIds: string): Promise<Map<bigint, TaskPart[]>> {
    const rows = await this.#sql.rows(
      `SELECT p.trace, p.part, i.task_id FROM parts p LEFT JOIN ${taskIds} AS i ON i.seq = p.task
        WHERE p.trace ${this.#range} ORDER BY ${this.#sql.dialect.written('p')}`,
    );
    return grouped(rows, ([trace, text, taskId]) => {
      const part = this.#readable(`part of trace number ${trace}`, () => partOf(text as string));
      if (part !== undefined && part.taskId !== taskId)
        this.#complain('parts', `trace ${part.traceId}`, 'task of a part', part.taskId, String(taskId));
      return part;
    });
  }

  async #charges(taskIds: string, ids: ReadonlyMap<bigint, string>): Promise<Map<bigint, Charge[]>> {
    const rows = await this.#sql.rows(
      `SELECT c.trace, ${CHARGE_FIELDS}, i.task_id, r.reported, r.computed FROM charges c
        LEFT JOIN ${taskIds} AS i ON i.seq = c.task
        LEFT JOIN (SELECT trace, span, line, reported, computed FROM reported_costs WHERE trace ${this.#range}) AS r
          ON r.trace = c.trace AND r.span = c.span AND r.line = c.line
        WHERE c.trace ${this.#range}`,
    );
    return grouped(rows, ([trace, ...row]) => {
      const [taskId, reported, computed] = row.slice(-3);
      const one = chargeOf(row, ids.get(trace as bigint) ?? '', taskId as string, this.#dictionaries.kinds);
      if (reported === null) return one;
      return { ...one, beside: { reported: reported as UsdPico, computed: computed as UsdPico | null } };
    });
  }

  async #adjustments(): Promise<Map<bigint, readonly Adjustment[]>> {
    const rows = await this.#sql.rows(
      `SELECT a.trace, i.task_id, ${ADJUSTMENT_FIELDS} FROM adjustments a JOIN traces t ON t.seq = a.trace
        JOIN task_ids i ON i.seq = a.task WHERE a.trace ${this.#range}`,
    );
    const lists = grouped(rows, ([, taskId, ...row]) =>
      adjustmentOf(row, taskId as string, this.#dictionaries),
    );
    for (const list of lists.values()) list.sort(compareAdjustments);
    return lists;
  }

  async #suppressed(): Promise<Map<bigint, string[]>> {
    const rows = await this.#sql.rows(
      `SELECT s.trace, s.rule FROM suppressed s WHERE s.trace ${this.#range}`,
    );
    return grouped(rows, ([, rule]) => this.#dictionaries.texts.textOf(rule as number));
  }

  async #skeletons(): Promise<void> {
    const rows = await this.#sql.rows(
      `SELECT s.trace, s.skeleton, t.trace, v.verdict FROM skeletons s JOIN traces t ON t.seq = s.trace
        LEFT JOIN verdicts v ON v.trace = s.trace WHERE s.trace ${this.#range}`,
    );
    for (const [, skeleton, trace, verdict] of rows) {
      const where = `trace ${trace}`;
      const facts = this.#readable(`facts of ${where}`, () => factsOf(skeleton as Uint8Array)) ?? [];
      const stranger = facts.find(({ traceId }) => traceId !== trace);
      if (stranger !== undefined)
        this.#complain('facts', where, 'trace of a fact', stranger.traceId, String(trace));
      if (verdict !== null) this.#readable(`verdict of ${where}`, () => JSON.parse(verdict as string));
    }
  }

  /** Where lines rolled off, they cannot be counted; their money and tokens are still those of the parts. */
  #compareShares({ traceId, parts, charges, rolledOff }: AuditTrace, kept: readonly AuditShare[]): void {
    const told = rolledOff ? costLines(parts) : charges;
    const figures = rolledOff ? SHARE_COLUMNS.slice(0, -2) : SHARE_COLUMNS;
    this.#faults.push(...shareFaults(`trace ${traceId}`, kept, { charges: told, parts }, figures));
  }

  #compareSuppressed({ traceId, parts }: AuditTrace, kept: readonly string[]): void {
    const computed = parts.flatMap(({ claim }) => claim.suppressed.map(({ rule }) => rule));
    const [left, right] = [[...kept].sort().join(' '), [...computed].sort().join(' ')];
    if (left !== right) this.#complain('parts -> suppressed', `trace ${traceId}`, 'rules', left, right);
  }

  #readable<T>(where: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (fault) {
      this.#complain('can be read', where, 'text', (fault as Error).message, 'one that can be read');
      return undefined;
    }
  }

  #complain(check: string, where: string, figure: string, kept: string, computed: string): void {
    this.#faults.push({ check, where, figure, kept, computed });
  }
}

/** Empty where they were let go, and the trace was settled again since. */
const factsOf = (skeleton: Uint8Array) => (skeleton.length === 0 ? [] : readSkeleton(skeleton));

/** What parts were charged, as lines that nobody counts. */
const costLines = (parts: readonly TaskPart[]): readonly Charge[] =>
  parts.flatMap(({ taskId, traceId, costs }) =>
    costs.map((cost) => ({ ...cost, taskId, traceId, spanId: '', reason: null }) as unknown as Charge),
  );
