import { COMPONENTS } from '../domain/charge.ts';
import { totalCost } from '../domain/economics.ts';
import type { TaskDetail } from '../domain/task.ts';
import { count } from './figures.ts';
import { Html, html } from './html.ts';
import { amount, composition, legend } from './page-economics.ts';
import { type HistoryData, historySection, timeOf } from './page-history.ts';
import { STYLE } from './style.ts';

export interface TaskPageData {
  /** Undefined where the task is gone, and its history is not. */
  readonly task: TaskDetail | undefined;
  readonly history: HistoryData;
  readonly version: string;
}

/** The page of one task: what it cost, how it ended, and what changed of it. */
export function taskPage({ task, history, version }: TaskPageData): string {
  const api = `/api/v1/tasks/${encodeURIComponent(Buffer.from(history.taskId).toString())}`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${history.taskId} - Solvent</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<header><h1><a href="/">Solvent</a></h1><span class="task">task ${history.taskId}</span></header>
<main>
${task === undefined ? html`<section><h2>This task is no more</h2><p class="dim">Its traces went to other tasks, or nothing of them is left; the history says which.</p></section>` : figures(task)}
${historySection(history)}
</main>
<footer>
${
  task === undefined
    ? undefined
    : html`<a href="${api}">Task as JSON</a>
<a href="${api}/charges">Every charge</a>`
}
<a href="${api}/history">History as JSON</a>
<span>Solvent ${version}</span>
</footer>
</body>
</html>
`.text;
}

function figures(task: TaskDetail): Html {
  const { cost, outcome, closedBy, closedAt, startedAt, agentType, taskType, calls, unpricedCalls } = task;
  const all = Object.values(calls).reduce((sum, one) => sum + one, 0);
  return html`<div class="cards">
<div><span class="dim">Cost</span><b>${amount(totalCost(cost), unpricedCalls > 0)}</b><span class="dim small">${unpricedCalls > 0 ? `${count(unpricedCalls)} calls without a price` : `${count(all)} calls`}</span></div>
<div><span class="dim">Outcome</span><b>${outcome ?? 'open'}</b><span class="dim small">${closedBy ?? 'no outcome yet'}</span></div>
<div><span class="dim">Agent type</span><b>${agentType || '–'}</b><span class="dim small">${taskType}</span></div>
<div><span class="dim">${closedAt === undefined ? 'Started' : 'Closed'}</span><b class="time">${timeOf(closedAt ?? startedAt)}</b><span class="dim small">${closedAt === undefined ? 'still open' : `started ${timeOf(startedAt)}`}</span></div>
</div>
<section>
<h2>Where the cost goes</h2>
<p>${composition(cost)}</p>
<ul class="legend small dim">${COMPONENTS.map(legend)}</ul>
${task.rolledOff ? html`<p class="notice small">Lines of some of its traces were older than lines are kept: its cost is whole, and its charges no longer add up to it.</p>` : undefined}
</section>`;
}
