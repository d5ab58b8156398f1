import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GRAINS } from '../../../src/ledger/postgres/closed-windows.ts';
import { openDatabase } from '../../../src/ledger/postgres/database.ts';
import { addSums, keptSums } from '../../../src/ledger/postgres/kept-sums.ts';
import { LineMonths, makeMonths } from '../../../src/ledger/postgres/line-months.ts';
import type { Writing } from '../../../src/ledger/postgres/writing.ts';
import { type ClosedGroup, closedStatement } from '../../../src/ledger/sql/closed-sums.ts';
import { healthSums } from '../../../src/ledger/sql/health-sums.ts';
import { reportedSums } from '../../../src/ledger/sql/reported-sums.ts';
import type { Row } from '../../../src/ledger/sql/sql.ts';
import { describePostgres } from '../../support/postgres.ts';

const [HOUR, DAY, BLOCK] = GRAINS;

/** Times at which pieces of all grains begin, and a little before and after. */
const edge = fc
  .tuple(
    fc.constantFrom(-HOUR, 0n, HOUR, 2n * HOUR, DAY, DAY + HOUR, BLOCK, 2n * BLOCK, 2n * BLOCK + DAY),
    fc.constantFrom(-1n, 0n, 1n),
  )
  .map(([time, off]) => time + off);
const amount = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 60n }), fc.bigInt({ min: -5n, max: 5n }));
const id = fc.integer({ min: 0, max: 2 });

/** A task as both tables keep it: its own row if there is one, and its rows by model if it is closed. */
const task = fc.record({
  labels: fc.tuple(id, id, id),
  flags: id,
  tagged: fc.boolean(),
  closedAt: fc.option(edge, { freq: 4 }),
  outcome: fc.integer({ min: 0, max: 3 }),
  closedBy: fc.integer({ min: 0, max: 2 }),
  costs: fc.tuple(amount, amount, amount, amount, amount),
  counts: fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 13, maxLength: 13 }),
  models: fc.uniqueArray(id, { minLength: 1, maxLength: 2 }),
  /** Costs that were reported with lines of a trace of the same number: kind, reported, computed. */
  told: fc.array(fc.tuple(id, amount, fc.option(amount)), { maxLength: 3 }),
});
type AnyTask = typeof task extends fc.Arbitrary<infer T> ? T : never;

const MONTH = 202611;
const COSTS = 'inference, vector, tooling, compute, remediation';
const TOKENS = 'input, cache_read, cache_write_5m, cache_write_1h, output, reasoning';

async function put(writing: Writing, seq: number, one: AnyTask | undefined): Promise<void> {
  await writing.run(`DELETE FROM tasks WHERE seq = ${seq}`);
  await writing.run(`DELETE FROM closed_models WHERE task = ${seq}`);
  await writing.run(`DELETE FROM reported_costs WHERE trace = ${seq}`);
  if (one === undefined) return;
  for (const [line, [kind, reported, computed]] of one.told.entries())
    await writing.run(
      `INSERT INTO reported_costs (trace, span, line, month, ts, kind, reported, computed)
        VALUES (${seq}, 1, ${line}, ${MONTH}, 0, ${kind}, ${reported}, ${computed ?? 'NULL'})`,
    );
  const { labels, flags, tagged, closedAt, outcome, closedBy, costs, counts, models } = one;
  const end = closedAt === null ? 'NULL, NULL, NULL' : `${outcome}, ${closedBy}, ${closedAt}`;
  const total = costs.reduce((sum, cost) => sum + cost, 0n) % 2n ** 62n;
  await writing.run(
    `INSERT INTO tasks (seq, task_id, user_id, agent_type, task_type, dimensions, flags, tagged, closed, outcome, closed_by,
      closed_at, started_at, cost, ${COSTS}, ${TOKENS}, inference_calls, embedding_calls, rerank_calls, vector_calls,
      tool_calls, actions, unpriced_calls)
      VALUES (${seq}, 't', '', ${labels.join(', ')}, ${flags}, ${tagged}, ${closedAt !== null}, ${end}, 0,
        ${[total, ...costs, ...counts].join(', ')})`,
  );
  if (closedAt === null) return;
  for (const model of models)
    await writing.run(
      `INSERT INTO closed_models (task, model, agent_type, task_type, dimensions, tagged, outcome, closed_by, closed_at,
        ${COSTS}, ${TOKENS}, actions, model_calls, unpriced_calls)
        VALUES (${seq}, ${model}, ${labels.join(', ')}, ${tagged}, ${end}, ${[...costs, ...counts.slice(0, 9)].join(', ')})`,
    );
}

const GROUPS: readonly (readonly ClosedGroup[])[] = [
  [],
  ['agent_type'],
  ['dimensions', 'task_type'],
  ['model'],
  ['model', 'agent_type'],
];

/** In one order; a sum over nothing is as good as zero. */
const sorted = (rows: readonly Row[]) =>
  rows.map((row) => row.map((cell) => String(cell ?? 0)).join(' ')).sort();

const isNotZero = ([, ...figures]: Row) => figures.some((figure) => figure !== 0n);

describePostgres('sums that are kept', (postgres) => {
  const change = fc.array(fc.tuple(fc.integer({ min: 1, max: 6 }), fc.option(task, { nil: undefined })), {
    minLength: 1,
    maxLength: 6,
  });

  test('are those of the tasks, whatever the changes, by any groups, of any window', async () => {
    const { url } = await postgres.fresh();
    const { write, close } = await openDatabase({ url });
    try {
      await write((writing) => makeMonths(writing, [MONTH]));
      await fc.assert(
        fc.asyncProperty(
          fc.array(change, { minLength: 1, maxLength: 4 }),
          fc.array(fc.tuple(edge, edge, fc.constantFrom(...GROUPS)), { minLength: 4, maxLength: 8 }),
          async (changes, windows) => {
            for (const one of changes)
              await write(async (writing) => {
                const seqs = [...new Set(one.map(([seq]) => seq))];
                const touched = { tasks: seqs, traces: new Map([[MONTH, seqs]]) };
                const before = await keptSums(writing, touched, new LineMonths());
                for (const [seq, row] of one) await put(writing, seq, row);
                await addSums(writing, before, await keptSums(writing, touched, new LineMonths()));
              });
            await write(async (writing) => {
              for (const [from, to, groups] of [...windows, [-BLOCK, 2n ** 63n - 1n, []] as const]) {
                const window = { from, to, groups };
                expect(sorted(await writing.rows(await writing.dialect.closedStatement(window)))).toEqual(
                  sorted(await writing.rows(closedStatement(window))),
                );
              }
              const { healthStatement, reportedStatement } = writing.dialect;
              for (const [kept, direct] of [
                [healthStatement, healthSums()],
                [reportedStatement, reportedSums()],
              ] as const)
                expect(sorted((await writing.rows(kept)).filter(isNotZero))).toEqual(
                  sorted(await writing.rows(direct)),
                );
            });
          },
        ),
        { numRuns: 40 * Number(process.env.RUNS ?? 1), endOnFailure: true },
      );
    } finally {
      await close();
    }
  });
});
