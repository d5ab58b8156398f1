import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { acceptFigure } from './accept.ts';
import { decodeFigure } from './decode.ts';
import { dialectsFigure } from './dialects.ts';
import { growthFigure } from './growth.ts';
import { memoryFigure } from './memory.ts';
import { priceFigure } from './price.ts';
import { restartFigure } from './restart.ts';
import type { Figure, Row } from './row.ts';
import { settleFigure } from './settle.ts';
import { settlePostgresFigure } from './settle-postgres.ts';
import { startFigure } from './start.ts';

const FIGURES: readonly Figure[] = [
  decodeFigure,
  dialectsFigure,
  acceptFigure,
  settleFigure,
  settlePostgresFigure,
  memoryFigure,
  startFigure,
  priceFigure,
  restartFigure,
  growthFigure,
];

const args = process.argv.slice(2);
const wanted = args.filter((arg) => !arg.startsWith('--'));
const chosen = FIGURES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

const lines = [
  `Machine: ${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB; Node ${process.version}.`,
  'Corpora: *lean* (17 spans a task, about 370 bytes a span) and *fat* (the same with 8 kB prompts); 1,000 spans a request.',
  'Ratios are taken within one run; absolute figures move with the machine.',
  '',
  '| figure | measured | yardstick, same run | ratio | target |',
  '|---|---|---|---|---|',
];
if (args.includes('--rows')) {
  for (const figure of chosen) for (const row of await figure.run()) process.stdout.write(`${lineOf(row)}\n`);
  process.exit(0);
}
for (const { name } of chosen) {
  process.stderr.write(`measuring ${name}\n`);
  lines.push(...linesOf(name));
}
process.stdout.write(`${lines.join('\n')}\n`);
if (args.includes('--save')) save(lines);

/** Each figure in a process of its own: what one leaves in the heap, and what V8 learnt of it, is no part of the next. */
function linesOf(name: string): readonly string[] {
  const [self] = process.argv.slice(1);
  const { status, stdout } = spawnSync(process.execPath, [...process.execArgv, self!, name, '--rows'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the figure ${name} could not be measured`);
  return stdout.trim().split('\n');
}

function lineOf({ figure, measured, yardstick, ratio, target }: Row): string {
  return `| ${figure} | ${measured} | ${yardstick} | ${ratio} | ${target} |`;
}

/** Puts the table between the marks of the page; what people wrote around it stays. */
function save(table: readonly string[]): void {
  const page = readFileSync('docs/numbers.md', 'utf8');
  const marked = /(<!-- bench -->\n)[\s\S]*?(<!-- \/bench -->)/;
  if (!marked.test(page))
    throw new Error('docs/numbers.md has its marks, <!-- bench --> and <!-- /bench -->');
  writeFileSync('docs/numbers.md', page.replace(marked, `$1${table.join('\n')}\n$2`));
}
