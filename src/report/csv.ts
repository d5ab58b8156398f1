import { COMPONENTS } from '../domain/charge.ts';
import { OUTCOMES } from '../domain/task.ts';
import { harmless, quoted } from '../lib/csv.ts';
import { type CpstAnswer, type CpstRow, groupValue } from './answers.ts';

/** `/cpst` as CSV after RFC 4180, a header and one line a row, at full precision; what has no value is empty. */
export function reportCsv({ group_by, rows }: CpstAnswer): string {
  const header = [...group_by, ...FIGURES.map(([name]) => name)];
  const lines = rows.map((row) => [
    ...group_by.map((field) => harmless(groupValue(row, field))),
    ...FIGURES.map(([, of]) => String(of(row) ?? '')),
  ]);
  return [header, ...lines].map((line) => `${line.map(quoted).join(',')}\r\n`).join('');
}

type Figure = readonly [name: string, of: (row: CpstRow) => string | number | boolean | null];

const FIGURES: readonly Figure[] = [
  ...OUTCOMES.map((outcome): Figure => [outcome, (row) => row.tasks[outcome]]),
  ['cost_total_usd', (row) => row.cost_usd.total],
  ...COMPONENTS.map((component): Figure => [`cost_${component}_usd`, (row) => row.cost_usd[component]]),
  ['cpst_resolved_usd', (row) => row.cpst_usd.resolved],
  ['cpst_autonomous_usd', (row) => row.cpst_usd.autonomous],
  ['success_resolved', (row) => row.success_ratio.resolved],
  ['success_autonomous', (row) => row.success_ratio.autonomous],
  ['reasoning_per_action', (row) => row.reasoning_action_ratio.reasoning],
  ['output_per_action', (row) => row.reasoning_action_ratio.output],
  ['lower_bound', (row) => row.lower_bound],
];
