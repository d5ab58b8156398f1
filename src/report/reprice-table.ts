import { harmless, quoted } from '../lib/csv.ts';
import { dollars, grouped, usd } from './amounts.ts';
import { label } from './columns.ts';
import type { RepriceRowJson, RepriceRunJson, RepriceSumsJson } from './reprice-answers.ts';

const HEAD = ['month', 'component', 'model', 'old', 'new', 'difference', 'calls', 'changed'];
/** Columns that hold names and stand to the left. */
const NAMES = 3;

/** Old cost, new cost and difference by model and month, for a terminal. Ends with a newline. */
export function repriceTable(run: RepriceRunJson): string {
  const what = run.dry_run ? 'would change: nothing was written' : `restated: re-pricing ${run.id}`;
  const title = `Prices by table ${run.table_hash.slice(0, 12)}, ${what}`;
  if (run.rows.length === 0) return `${title}\n\nNo charge is in that scope.\n`;
  const lines = [
    HEAD,
    ...run.rows.map((row) => [row.month, row.component, label(row.model), ...figures(row)]),
    ['', '', 'total', ...figures(run.total)],
  ];
  const widths = HEAD.map((_, column) => Math.max(...lines.map((line) => [...line[column]!].length)));
  const padded = lines.map((line) =>
    line.map((cell, column) => {
      const space = ' '.repeat(widths[column]! - [...cell].length);
      return column < NAMES ? cell + space : space + cell;
    }),
  );
  padded.splice(
    1,
    0,
    widths.map((width) => '─'.repeat(width)),
  );
  padded.splice(
    -1,
    0,
    widths.map((width) => '─'.repeat(width)),
  );
  const grid = padded.map((line) => line.join('  ').trimEnd());
  return [title, '', ...grid, '', ...notes(run), ''].join('\n');
}

const figures = (sums: RepriceSumsJson): readonly string[] => [
  bounded(sums.unpriced_before, dollars(usd(sums.before_usd))),
  bounded(sums.unpriced_after, dollars(usd(sums.after_usd))),
  signed(sums.difference_usd),
  grouped(sums.spans),
  grouped(sums.changed),
];

const bounded = (unpriced: number, amount: string): string => (unpriced > 0 ? `≥${amount}` : amount);

function signed(text: string): string {
  const amount = usd(text);
  if (amount === 0n) return dollars(amount);
  return amount > 0n ? `+${dollars(amount)}` : `-${dollars(-amount as typeof amount)}`;
}

const notes = ({ total, traces_rolled_off }: RepriceRunJson): readonly string[] => [
  ...(total.unpriced_after === 0
    ? []
    : [`≥ ${grouped(total.unpriced_after)} lines have no price even so: it costs at least that.`]),
  ...(traces_rolled_off === 0
    ? []
    : [
        `The charges of ${grouped(traces_rolled_off)} traces have rolled off (charges_keep): they are as they were.`,
      ]),
];

const FIGURES = [
  'spans',
  'changed',
  'before_usd',
  'after_usd',
  'difference_usd',
  'unpriced_before',
  'unpriced_after',
] as const;

/** The same as CSV after RFC 4180, at full precision. */
export function repriceCsv({ rows }: RepriceRunJson): string {
  const head = ['month', 'component', 'model', ...FIGURES];
  const lines = rows.map((row: RepriceRowJson) => [
    row.month,
    row.component,
    harmless(row.model),
    ...FIGURES.map((name) => String(row[name])),
  ]);
  return [head, ...lines].map((line) => `${line.map(quoted).join(',')}\r\n`).join('');
}
