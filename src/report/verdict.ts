import { dollars, runCost, usd } from './amounts.ts';
import { type CpstAnswer, type CpstRow, groupValue } from './answers.ts';
import { label } from './columns.ts';

interface Entry {
  readonly name: string;
  readonly run: bigint;
  readonly cpst: bigint;
  readonly says: (link: 'and' | 'but') => string;
}

/** The report in one sentence: who is cheapest per solved task, and whether the price of a run tells another story. */
export function verdict({ rows, group_by }: CpstAnswer): string {
  const entries = rows.flatMap((row) => entryOf(row, group_by));
  const [first, ...others] = entries.toSorted((a, b) => compare(a.cpst, b.cpst));
  if (first === undefined) return 'No task is solved yet, so there is no cost per solved task.';
  if (others.length === 0) return `${first.name} costs ${first.says('and')}.`;
  const cheapRun = entries.toSorted((a, b) => compare(a.run, b.run))[0]!;
  if (cheapRun.run === first.run) return `${first.name} is the cheapest: ${first.says('and')}.`;
  return (
    `The cheapest run is not the cheapest solved task: ${cheapRun.name} costs ` +
    `${cheapRun.says('but')}; ${first.name} costs ${first.says('and')}.`
  );
}

function entryOf(row: CpstRow, groupBy: readonly string[]): readonly Entry[] {
  const run = runCost(row);
  if (run === undefined || row.cpst_usd.resolved === null) return [];
  const cpst = usd(row.cpst_usd.resolved);
  const atLeast = row.lower_bound ? 'at least ' : '';
  const says = (link: string): string =>
    `${atLeast}${dollars(run)} a run ${link} ${atLeast}${dollars(cpst)} a solved task`;
  const name = groupBy.map((field) => label(groupValue(row, field))).join(' / ') || 'A task';
  return [{ name, run, cpst, says }];
}

const compare = (left: bigint, right: bigint): number => (left < right ? -1 : left > right ? 1 : 0);
