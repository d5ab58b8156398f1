import { COMPONENTS } from '../domain/charge.ts';
import { dollars, grouped, percent, runCost, tasksOf, usd } from './amounts.ts';
import { type CpstRow, groupValue } from './answers.ts';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
  cell(row: CpstRow): string;
  /** Lower goes first where the terminal is too narrow; undefined never goes. */
  readonly keep?: number;
  /** Printed bold: what the table is about. */
  readonly strong?: true;
}

/** How the tasks ended, and what a solved one costs. */
export function outcomeColumns(groupBy: readonly string[], rows: readonly CpstRow[]): readonly Column[] {
  const abandoned = count('abandoned', (row) => row.tasks.abandoned);
  return [
    ...groupColumns(groupBy),
    count('tasks', tasksOf),
    count('solved', (row) => row.tasks.solved),
    count('remediated', (row) => row.tasks.remediated),
    count('failed', (row) => row.tasks.failed),
    ...(rows.some((row) => row.tasks.abandoned > 0) ? [abandoned] : []),
    {
      ...right('success', (row) => orDash(row.success_ratio.autonomous, percent)),
      keep: 3,
    },
    right('cost/run', (row) => bounded(row, optionalDollars(runCost(row)))),
    { ...right('CPST resolved', (row) => bounded(row, money(row.cpst_usd.resolved))), strong: true },
    right('CPST autonomous', (row) => bounded(row, money(row.cpst_usd.autonomous))),
    {
      ...right('reasoning/action', (row) => orDash(row.reasoning_action_ratio.reasoning, tokens)),
      keep: 1,
    },
  ];
}

/** Where the money went; components that nobody spent on are left out. */
export function costColumns(groupBy: readonly string[], rows: readonly CpstRow[]): readonly Column[] {
  const spent = COMPONENTS.filter((component) => rows.some((row) => usd(row.cost_usd[component]) !== 0n));
  return [
    ...groupColumns(groupBy),
    ...spent.map((component) => right(component, (row) => dollars(usd(row.cost_usd[component])))),
    right('total', (row) => bounded(row, dollars(usd(row.cost_usd.total)))),
  ];
}

const groupColumns = (groupBy: readonly string[]): readonly Column[] =>
  groupBy.map((field) => ({
    title: field.replaceAll('_', ' '),
    align: 'left',
    cell: (row) => label(groupValue(row, field)),
  }));

/** A name that came over the network, made harmless for a terminal: one line, no control or direction marks. */
export function label(text: string): string {
  if (text === '') return '(none)';
  const plain = text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '�');
  const signs = [...plain];
  return signs.length > 40 ? `${signs.slice(0, 39).join('')}…` : plain;
}

const right = (title: string, cell: (row: CpstRow) => string): Column => ({ title, align: 'right', cell });
const count = (title: string, of: (row: CpstRow) => number): Column =>
  right(title, (row) => grouped(of(row)));

const NONE = '-';
const orDash = <T>(value: T | null | undefined, show: (value: T) => string): string =>
  value === null || value === undefined ? NONE : show(value);
const money = (text: string | null): string => orDash(text, (one) => dollars(usd(one)));
const optionalDollars = (amount: Parameters<typeof dollars>[0] | undefined): string =>
  orDash(amount, dollars);
const tokens = (ratio: number): string => grouped(Math.round(ratio));
const bounded = (row: CpstRow, amount: string): string =>
  row.lower_bound && amount !== NONE ? `≥${amount}` : amount;
