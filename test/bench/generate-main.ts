import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openDuckDbLedger } from '../../src/ledger/duckdb/ledger.ts';
import { generate } from './generate.ts';

const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string' },
    charges: { type: 'string', default: '10000000' },
    tasks: { type: 'string', default: '1000000' },
    days: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    // With the same end the same seed gives the same ledger to the nanosecond.
    end: { type: 'string' },
    'memory-limit': { type: 'string', default: '256MB' },
  },
});
const dir = values['data-dir'];
if (dir === undefined) {
  process.stderr.write(
    'npm run generate -- --data-dir DIR [--charges N] [--tasks N] [--days N] [--seed N] [--end TIME]\n',
  );
  process.exit(2);
}

mkdirSync(dir, { recursive: true });
const path = join(dir, 'solvent.duckdb');
const ledger = await openDuckDbLedger({ path, memoryLimit: values['memory-limit'] });
const scratch = join(dir, 'generating');
const started = performance.now();
const tasks = Number(values.tasks);
await generate({
  ledger,
  dir: scratch,
  charges: Number(values.charges),
  tasks,
  days: Number(values.days),
  seed: Number(values.seed),
  endMs: values.end === undefined ? Date.now() : Date.parse(values.end),
  progress: (done) => {
    if (done % 50_000 === 0) process.stderr.write(`${done} tasks\n`);
  },
});
await ledger.close();
rmSync(scratch, { recursive: true, force: true });
const seconds = (performance.now() - started) / 1000;
const bytes = statSync(path).size;
process.stdout.write(
  `${tasks} tasks in ${seconds.toFixed(1)} s; ${path} holds ${(bytes / 1e6).toFixed(0)} MB, ` +
    `${(bytes / tasks).toFixed(0)} bytes a task\n`,
);
