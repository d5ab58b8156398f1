import { COMPONENTS, type Component } from '../domain/charge.ts';
import {
  closedTasks,
  cpst,
  inferredRatio,
  isLowerBound,
  reasoningActionRatio,
  successRatio,
  totalCost,
} from '../domain/economics.ts';
import type { EconomicsRow } from '../domain/ledger-reads.ts';
import { perTask, type UsdPico } from '../domain/money.ts';
import { OUTCOMES } from '../domain/task.ts';
import { count, dollars, exactDollars, percent, rounded } from './figures.ts';
import { type Html, html } from './html.ts';

/** Agent types on the page; past it the API has them all. */
export const ROWS_MAX = 100;

/** The four figures to read first. */
export function cards({ all }: { readonly all: EconomicsRow | undefined }): Html {
  if (all === undefined) return html``;
  const { resolved, autonomous } = cpst(all);
  const closed = closedTasks(all.tasks);
  const bound = isLowerBound(all);
  return html`<div class="cards">
<div><span class="dim">CPST, resolved</span><b>${amount(resolved, bound)}</b><span class="dim small">all cost over tasks that ended well</span></div>
<div><span class="dim">CPST, autonomous</span><b>${amount(autonomous, bound)}</b><span class="dim small">all cost over tasks the agents solved alone</span></div>
<div><span class="dim">Spent on closed tasks</span><b>${amount(totalCost(all.cost), bound)}</b><span class="dim small">${amount(perTask(totalCost(all.cost), closed), bound)} a task</span></div>
<div><span class="dim">Tasks closed</span><b>${count(closed)}</b><span class="dim small">${share(successRatio(all).autonomous)} solved by agents alone</span></div>
</div>`;
}

export function economicsSection({ rows }: { readonly rows: readonly EconomicsRow[] }): Html {
  const shownRows = rows.slice(0, ROWS_MAX);
  return html`<section>
<h2>Cost per solved task, by agent type</h2>
${rows.length === 0 ? html`<p class="dim">No task was closed in this period.</p>` : tableOf(shownRows)}
${rows.length > ROWS_MAX ? html`<p class="dim small">The ${ROWS_MAX} dearest of ${count(rows.length)}; <a href="/api/v1/cpst?group_by=agent_type">the API has all</a>.</p>` : undefined}
${rows.length === 0 ? undefined : html`<ul class="legend small dim">${COMPONENTS.map(legend)}</ul>`}
${rows.some(isLowerBound) ? html`<p class="notice small"><b>≥</b> marks a lower bound: some calls in it have no price, so it costs at least this. <a href="/api/v1/unpriced">See which.</a></p>` : undefined}
</section>`;
}

const COLUMNS: readonly {
  readonly name: string;
  readonly more: string;
  readonly hint: string;
  readonly left?: true;
}[] = [
  {
    name: 'CPST',
    more: 'resolved',
    hint: 'All cost over the tasks that ended well, with or without a human',
  },
  { name: 'CPST', more: 'autonomous', hint: 'All cost over the tasks that the agent solved alone' },
  { name: 'Per run', more: 'no humans', hint: 'Mean cost of a closed task without remediation' },
  { name: 'Per task', more: 'in all', hint: 'Mean cost of a closed task, remediation included' },
  {
    name: 'Success',
    more: 'alone / in all',
    hint: 'Share of closed tasks solved by the agent alone, and in all',
  },
  { name: 'Tasks', more: 'by outcome', hint: 'Tasks closed in this period' },
  { name: 'Where the cost goes', more: '', hint: 'Cost by component', left: true },
  { name: 'Reasoning', more: 'per action', hint: 'Reasoning tokens per effective action' },
  {
    name: 'Inferred',
    more: 'outcomes',
    hint: 'Share of outcomes that nobody reported, but the root span told',
  },
];

const tableOf = (rows: readonly EconomicsRow[]): Html => html`<div class="scroll"><table>
<thead><tr><th scope="col">Agent type</th>${COLUMNS.map(
  ({ name, more, hint, left }) =>
    html`<th scope="col" class="${left ? 'text' : ''}" title="${hint}">${name}<br>${more}</th>`,
)}</tr></thead>
<tbody>${rows.map(rowOf)}</tbody>
</table></div>`;

function rowOf(row: EconomicsRow): Html {
  const { resolved, autonomous } = cpst(row);
  const success = successRatio(row);
  const bound = isLowerBound(row);
  const closed = closedTasks(row.tasks);
  const total = totalCost(row.cost);
  const run = (total - row.cost.remediation) as UsdPico;
  const name = row.group[0] ?? '';
  const cells = [
    html`<td class="name">${name === '' ? html`<span class="none">no agent type</span>` : name}</td>`,
    html`<td class="main">${amount(resolved, bound)}</td>`,
    html`<td class="main">${amount(autonomous, bound)}</td>`,
    html`<td>${amount(perTask(run, closed), bound)}</td>`,
    html`<td>${amount(perTask(total, closed), bound)}</td>`,
    html`<td>${share(success.autonomous)} / ${share(success.resolved)}</td>`,
    html`<td>${count(closed)}${outcomes(row.tasks)}</td>`,
    html`<td class="text">${composition(row.cost)}</td>`,
    html`<td>${optional(reasoningActionRatio(row).reasoning, rounded)}</td>`,
    html`<td>${share(inferredRatio(row))}</td>`,
  ];
  return html`<tr>${cells}</tr>
`;
}

/** Only the outcomes that there are: a row of zeros says nothing. */
const outcomes = (tasks: EconomicsRow['tasks']): readonly Html[] =>
  OUTCOMES.filter((outcome) => tasks[outcome] > 0).map(
    (outcome) => html`<br><span class="dim small">${count(tasks[outcome])} ${outcome}</span>`,
  );

/** `≥` before a lower bound; a dash where there is no value at all. The exact amount is in the title. */
export function amount(value: UsdPico | undefined, lowerBound: boolean): Html {
  if (value === undefined) return html`<span class="none" title="no task ended this way">–</span>`;
  const mark = lowerBound
    ? html`<span class="bound" title="lower bound: some calls have no price">≥ </span>`
    : undefined;
  return html`${mark}<span title="${exactDollars(value)}">${dollars(value)}</span>`;
}

const optional = <T>(value: T | undefined, show: (value: T) => string): Html =>
  value === undefined ? html`<span class="none">–</span>` : html`${show(value)}`;

const share = (ratio: number | undefined): Html => optional(ratio, percent);

/** Drawn by attributes, for the page's policy lets no style attribute in. */
export function composition(cost: EconomicsRow['cost']): Html {
  const total = totalCost(cost);
  if (total <= 0n) return html`<span class="none">–</span>`;
  let x = 0;
  const parts = COMPONENTS.filter((component) => cost[component] > 0n).map((component) => {
    const width = Number((cost[component] * 1_000_000n) / total) / 10_000;
    const part = html`<rect class="${component}" x="${x.toFixed(3)}" y="0" width="${width.toFixed(3)}" height="10"/>`;
    x += width;
    // Not by the width, which is cut off: what is little is not nothing.
    const ofAll = percent(Number(cost[component]) / Number(total));
    return { part, text: `${component} ${dollars(cost[component])} (${ofAll})` };
  });
  const text = parts.map((one) => one.text).join(', ');
  return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img"><title>${text}</title>${parts.map((one) => one.part)}</svg>`;
}

export const legend = (component: Component): Html =>
  html`<li><svg viewBox="0 0 10 10" aria-hidden="true"><rect class="${component}" width="10" height="10"/></svg>${component}</li>`;
