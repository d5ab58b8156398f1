import type { Fault } from '../../domain/audit.ts';
import { COMPONENTS } from '../../domain/charge.ts';
import type { TaskEvent } from '../../domain/history.ts';
import type { AuditPage, AuditTask } from '../../domain/ledger-snapshot.ts';
import { TOKEN_CLASSES } from '../../domain/usage.ts';
import { eventOf } from '../history-text.ts';
import { readShares, shareFaults } from './audit-shares.ts';
import { CHARGE_FIELDS, chargeOf } from './charge-fields.ts';
import { type Dictionaries, EMPTY_TEXT } from './dictionaries.ts';
import { grouped } from './grouped.ts';
import { partOf, reportOf } from './part-codec.ts';
import type { Row, Sql } from './sql.ts';
import { TASK_FIELDS, taskOf } from './task-fields.ts';

/** Numbers of tasks that one page takes. */
const WINDOW = 2000;

/** Every task by its number, with all that it is folded from, and what the engine keeps of it by model. */
export async function* auditTasks(
  sql: Sql,
  dictionaries: Dictionaries,
): AsyncGenerator<AuditPage<AuditTask>> {
  const [last] = await sql.rows('SELECT coalesce(max(seq), 0) FROM task_ids');
  const end = Number(last![0]);
  for (let from = 1; from <= end; from += WINDOW) {
    const page = await pageOf(sql, dictionaries, `BETWEEN ${from} AND ${from + WINDOW - 1}`);
    yield { ...page, progress: Math.min(1, (from + WINDOW - 1) / end) };
  }
}

async function pageOf(
  sql: Sql,
  dictionaries: Dictionaries,
  range: string,
): Promise<Omit<AuditPage<AuditTask>, 'progress'>> {
  const faults: Fault[] = [];
  const readable = <T>(what: string, read: () => T): T | undefined => {
    try {
      return read();
    } catch (fault) {
      const kept = (fault as Error).message;
      faults.push({
        check: 'can be read',
        where: what,
        figure: 'text',
        kept,
        computed: 'one that can be read',
      });
      return undefined;
    }
  };
  const { texts, kinds } = dictionaries;
  const ids = await sql.rows(`SELECT i.seq, i.task_id FROM task_ids i WHERE i.seq ${range} ORDER BY i.seq`);
  const idOf = new Map(ids.map(([seq, taskId]) => [seq as bigint, taskId as string]));
  const tasks = grouped(
    await sql.rows(`SELECT t.seq, ${TASK_FIELDS} FROM tasks t WHERE t.seq ${range}`),
    (row) => taskOf(row.slice(1), texts),
  );
  const parts = grouped(
    await sql.rows(`SELECT p.task, p.part FROM parts p WHERE p.task ${range}`),
    ([, text]) =>
      // One that cannot be read was told of with its trace.
      quietly(() => partOf(text as string)),
  );
  const reports = grouped(
    await sql.rows(`SELECT r.task, r.report FROM reports r WHERE r.task ${range} ORDER BY r.seq`),
    ([task, text]) =>
      readable(`report on task ${JSON.stringify(idOf.get(task as bigint))}`, () => reportOf(text as string)),
  );
  const charges = grouped(
    await sql.rows(
      `SELECT c.task, ${CHARGE_FIELDS} FROM own_charges c WHERE c.task ${range} ORDER BY ${sql.dialect.written('c')}`,
    ),
    ([task, ...row]) => chargeOf(row, '', idOf.get(task as bigint) ?? '', kinds),
  );
  const events = grouped(
    await sql.rows(`SELECT h.task, h.at_ms, h.entry FROM history h WHERE h.task ${range} ORDER BY h.seq`),
    ([task, atMs, text]): TaskEvent | undefined => {
      const taskId = idOf.get(task as bigint) ?? '';
      return readable(`history of task ${JSON.stringify(taskId)}`, () =>
        eventOf(taskId, Number(atMs), text as string),
      );
    },
  );
  const shares = await readShares(sql, dictionaries, {
    owner: 'task',
    where: `s.task ${range} AND s.trace = 0`,
  });
  const items = ids.map(([seq, taskId]): AuditTask => {
    const key = seq as bigint;
    const own = charges.get(key) ?? [];
    faults.push(
      ...shareFaults('charges of the task itself', shares.get(key) ?? [], { charges: own, parts: [] }),
    );
    return {
      taskId: taskId as string,
      task: tasks.get(key)?.[0],
      parts: (parts.get(key) ?? []).sort((left, right) => (left.traceId < right.traceId ? -1 : 1)),
      reports: reports.get(key) ?? [],
      charges: own,
      events: events.get(key) ?? [],
    };
  });
  faults.push(...(await closedModelFaults(sql, range)));
  return { items, faults };
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

const LABELS = ['agent_type', 'task_type', 'dimensions', 'tagged', 'outcome', 'closed_by', 'closed_at'];
const SUMS = [...COMPONENTS, ...TOKEN_CLASSES];
const CALLS = ['model_calls', 'unpriced_calls'];
const COLUMNS = ['task', 'model', ...LABELS, ...SUMS, 'actions', ...CALLS];

/** As a column holds it: see the cap of a task's own cost. */
const capped = (name: string): string => `least(sum(m.${name}), ${2n ** 63n - 1n}) AS ${name}`;

const computedModels = (range: string): string => `
  SELECT t.seq, coalesce(s.model, ${EMPTY_TEXT}), ${LABELS.map((name) => `t.${name}`).join(', ')},
    ${SUMS.map((name) => `coalesce(s.${name}, 0)`).join(', ')}, t.actions, ${CALLS.map((name) => `coalesce(s.${name}, 0)`).join(', ')}
  FROM tasks t LEFT JOIN (
    SELECT m.task, m.model, ${[...SUMS, ...CALLS].map(capped).join(', ')} FROM model_shares m
    WHERE m.task ${range} GROUP BY m.task, m.model) AS s ON s.task = t.seq
  WHERE t.closed AND t.closed_at IS NOT NULL AND t.seq ${range}`;

const keptModels = (range: string): string =>
  `SELECT ${COLUMNS.join(', ')} FROM closed_models WHERE task ${range}`;

/** Rows of `closed_models` that are not what tasks and shares make; the first two of each side. */
async function closedModelFaults(sql: Sql, range: string): Promise<readonly Fault[]> {
  const [kept, computed] = [keptModels(range), computedModels(range)];
  const surplus = await sql.rows(`(${kept}) EXCEPT (${computed}) ORDER BY 1, 2 LIMIT 2`);
  const missing = await sql.rows(`(${computed}) EXCEPT (${kept}) ORDER BY 1, 2 LIMIT 2`);
  const [row = missing[0]] = surplus;
  if (row === undefined) return [];
  const [one] = await sql.rows(`SELECT task_id FROM task_ids WHERE seq = ${row[0]}`);
  return [modelFault(String(one?.[0]), surplus[0], missing[0])];
}

function modelFault(taskId: string, kept: Row | undefined, computed: Row | undefined): Fault {
  const fault = { check: 'tasks and model_shares -> closed_models', where: `task ${JSON.stringify(taskId)}` };
  const isSame = kept?.[0] === computed?.[0] && kept?.[1] === computed?.[1];
  if (kept === undefined || computed === undefined || !isSame)
    return {
      ...fault,
      figure: 'row',
      kept: kept === undefined ? 'none' : 'one',
      computed: kept === undefined ? 'one' : 'none',
    };
  const at = COLUMNS.findIndex((_, index) => String(kept[index]) !== String(computed[index]));
  return { ...fault, figure: COLUMNS[at] ?? 'row', kept: String(kept[at]), computed: String(computed[at]) };
}
