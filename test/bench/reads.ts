import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DuckDBInstance } from '@duckdb/node-api';
import { openDuckDbLedger } from '../../src/ledger/duckdb/ledger.ts';
import { type Figure, median, type Row } from './row.ts';
import { serve } from './start.ts';
import { benchFolder } from './walk.ts';

const TASKS = 1_000_000;
const CHARGES_PER_TASK = 10;
const AGENT_TYPES = 20;
const MODELS = 12;
const ASKED = 25;

/** `GET /api/v1/cpst` of a running service over a ledger that SQL filled with a million closed tasks of the last 30 days. */
export const readsFigure: Figure = {
  name: 'reads',
  run: async () => {
    const dataDir = benchFolder();
    await fill(dataDir);
    const child = serve(dataDir);
    try {
      const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
      const url = /pages and API on (\S+)/.exec(line)![1]!;
      return [
        await ask(`${url}/api/v1/cpst?group_by=agent_type`, 'GET /cpst by agent type, all time'),
        await ask(`${url}/api/v1/cpst?group_by=agent_type&window=7d`, 'GET /cpst by agent type, 7 days'),
        await ask(`${url}/api/v1/cpst?group_by=model`, 'GET /cpst by model, all time'),
      ];
    } finally {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  },
};

async function ask(url: string, figure: string): Promise<Row> {
  const ms: number[] = [];
  for (let round = 0; round < ASKED; round += 1) {
    const started = performance.now();
    const response = await fetch(url);
    const { rows } = (await response.json()) as { rows: unknown[] };
    ms.push(performance.now() - started);
    if (rows.length < MODELS) throw new Error(`${url} gave ${rows.length} rows`);
  }
  const size = `${(TASKS * CHARGES_PER_TASK) / 1e6} M charges, ${TASKS / 1e6} M tasks`;
  return {
    figure: `${figure}: ${size}`,
    measured: `p50 ${median(ms).toFixed(0)} ms, max ${Math.max(...ms).toFixed(0)} ms`,
    yardstick: '-',
    ratio: '-',
    target: '<= 50 ms',
  };
}

/** Rows as settle would write them, made by DuckDB itself. */
async function fill(dataDir: string): Promise<void> {
  const path = join(dataDir, 'solvent.duckdb');
  await (await openDuckDbLedger({ path })).close();
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const now = `${Date.now()}::BIGINT * 1000000`;
  const statements = [
    `INSERT INTO texts SELECT (SELECT coalesce(max(id) + 1, 0) FROM texts) + i, 'text ' || i FROM range(64) t(i)`,
    `INSERT INTO texts SELECT max(id) + 1, '[]' FROM texts`,
    `CREATE TEMP TABLE base AS SELECT min(id) AS first, max(id) AS last FROM texts`,
    `INSERT INTO task_ids SELECT i + 1, 'task-' || i FROM range(${TASKS}) t(i)`,
    `INSERT INTO traces SELECT i + 1, uuid(), epoch_ms(now()) FROM range(${TASKS}) t(i)`,
    `INSERT INTO tasks SELECT i + 1, 'task-' || i, base.first + i % ${AGENT_TYPES}, base.first + 20 + i % 5, NULL, base.last, true, true,
       CASE WHEN i % 10 < 7 THEN 0 WHEN i % 10 < 9 THEN 1 ELSE 2 END, i % 3, ${now} - i * 2592000000, ${now} - i * 2592000000, NULL, NULL,
       1300000000 + i, 1000000000 + i, 100000000, 200000000, 0, 0, 5000 + i % 100, 1000, 0, 0, 400, 100, 6, 0, 0, 2, 6, 7, 0, base.last
       FROM range(${TASKS}) t(i), base`,
    `INSERT INTO kinds SELECT i, '["inference","openai","gpt-' || i % ${MODELS} || '","","input","2500000",null,null,[],null]' FROM range(${4 * MODELS}) t(i)`,
    `INSERT INTO charges SELECT i // ${CHARGES_PER_TASK} + 1, (hash(i) // 2)::BIGINT, i % 4, i // ${CHARGES_PER_TASK} + 1,
       ${now} - i * 259200000, i % ${4 * MODELS}, 500000000, 1300000000 + i % 1000 FROM range(${TASKS * CHARGES_PER_TASK}) t(i)`,
    `INSERT INTO model_shares SELECT i // 2 + 1, i // 2 + 1, base.first + 40 + i % ${MODELS}, 500000000, 0, 0, 0, 0, 2500, 500, 0, 0, 200, 50, 3, 0
       FROM range(${TASKS * 2}) t(i), base`,
    `INSERT INTO closed_models SELECT t.seq, s.model, t.agent_type, t.task_type, t.dimensions, t.tagged, t.outcome, t.closed_by, t.closed_at,
       s.inference, s.vector, s.tooling, s.compute, s.remediation, s.input, s.cache_read, s.cache_write_5m, s.cache_write_1h, s.output,
       s.reasoning, t.actions, s.model_calls, s.unpriced_calls FROM model_shares s JOIN tasks t ON t.seq = s.task`,
    'CHECKPOINT',
  ];
  for (const sql of statements) await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}
