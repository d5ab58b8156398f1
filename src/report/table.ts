import type { CpstAnswer, CpstRow } from './answers.ts';
import { type Column, costColumns, outcomeColumns } from './columns.ts';
import { footnotes, type HealthAnswer } from './footnotes.ts';
import { verdict } from './verdict.ts';

export interface ReportStyle {
  /** ANSI bold and dim. */
  readonly color: boolean;
  /** Columns of the terminal. The table may be wider where its last columns cannot be spared. */
  readonly width: number;
}

/** The answers of `/cpst` and `/data-health` as a report for a terminal. Ends with a newline. */
export function reportTable(cpst: CpstAnswer, health: HealthAnswer | undefined, style: ReportStyle): string {
  const rows = cpst.rows;
  if (rows.length === 0) return `No task has closed between ${cpst.from} and ${cpst.to}.\n`;
  const by = cpst.group_by.length === 0 ? '' : `, by ${cpst.group_by.join(', ').replaceAll('_', ' ')}`;
  return [
    paint(`Cost per solved task${by}`, 'bold', style),
    '',
    ...grid(outcomeColumns(cpst.group_by, rows), rows, style),
    '',
    'Where the money went',
    '',
    ...grid(costColumns(cpst.group_by, rows), rows, style),
    '',
    ...wrap(verdict(cpst), style.width),
    '',
    ...footnotes(rows, health).flatMap((note) =>
      wrap(note, style.width).map((line) => paint(line, 'dim', style)),
    ),
    '',
  ].join('\n');
}

function grid(all: readonly Column[], rows: readonly CpstRow[], style: ReportStyle): readonly string[] {
  const columns = fitting(all, rows, style.width);
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
  ];
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => size(line[index]!))));
  const rule = widths.map((width) => '─'.repeat(width));
  const [head = [], ...body] = cells.map((line) =>
    line.map((cell, index) => padded(cell, widths[index]!, columns[index]!)),
  );
  const painted = body.map((line) =>
    line.map((cell, index) => (columns[index]!.strong ? paint(cell, 'bold', style) : cell)),
  );
  return [head, rule, ...painted].map((line) => line.join(GAP).trimEnd());
}

const GAP = '  ';
const size = (text: string): number => [...text].length;

function padded(cell: string, width: number, { align }: Column): string {
  const space = ' '.repeat(width - size(cell));
  return align === 'right' ? space + cell : cell + space;
}

/** The columns without those that a narrow terminal has no room for. */
function fitting(columns: readonly Column[], rows: readonly CpstRow[], width: number): readonly Column[] {
  const widthOf = (column: Column): number =>
    Math.max(size(column.title), ...rows.map((row) => size(column.cell(row))));
  const total = columns.reduce((sum, column) => sum + widthOf(column) + GAP.length, -GAP.length);
  const spare = columns.filter(({ keep }) => keep !== undefined).sort((a, b) => a.keep! - b.keep!)[0];
  if (total <= width || spare === undefined) return columns;
  return fitting(
    columns.filter((column) => column !== spare),
    rows,
    width,
  );
}

function wrap(text: string, width: number): readonly string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line !== '' && size(line) + 1 + size(word) > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

const ANSI = { bold: '\u001b[1m', dim: '\u001b[2m', off: '\u001b[0m' } as const;
const paint = (text: string, how: 'bold' | 'dim', { color }: ReportStyle): string =>
  color ? `${ANSI[how]}${text}${ANSI.off}` : text;
