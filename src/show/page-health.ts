import type { DataHealth, OpenRow, UnpricedRow } from '../domain/ledger-reads.ts';
import { addUsd, type MicroUnits, type UsdPico, ZERO_USD } from '../domain/money.ts';
import { formatTime } from '../lib/rfc3339.ts';
import { count, dollars, percent } from './figures.ts';
import { type Html, html } from './html.ts';
import { quantityNumber } from './task-json.ts';

const LIST_MAX = 20;

export function openSection(open: readonly OpenRow[]): Html {
  const rows = byAgentType(open);
  const shownRows = rows.slice(0, LIST_MAX);
  return html`<section>
<h2>Open tasks</h2>
${
  rows.length === 0
    ? html`<p class="dim">None: every task has its outcome.</p>`
    : html`<p class="dim small">They have no outcome yet and are in no figure above.</p>
<div class="scroll"><table><thead><tr><th scope="col">Agent type</th><th scope="col">Tasks</th><th scope="col">Cost so far</th></tr></thead>
<tbody>${shownRows.map((row) => html`<tr><td class="name">${row.agentType || 'no agent type'}</td><td>${count(row.tasks)}</td><td>${dollars(row.cost)}</td></tr>`)}</tbody></table></div>`
}
${rows.length > LIST_MAX ? html`<p class="dim small">and ${rows.length - LIST_MAX} agent types more; <a href="/api/v1/tasks?outcome=open">see all open tasks</a></p>` : undefined}
</section>`;
}

function byAgentType(open: readonly OpenRow[]) {
  const sums = new Map<string, { agentType: string; tasks: number; cost: UsdPico }>();
  for (const { agentType, tasks, cost } of open) {
    const sum = sums.get(agentType) ?? { agentType, tasks: 0, cost: ZERO_USD };
    sums.set(agentType, { agentType, tasks: sum.tasks + tasks, cost: addUsd(sum.cost, cost) });
  }
  return [...sums.values()].sort((a, b) => b.tasks - a.tasks || (a.agentType < b.agentType ? -1 : 1));
}

/** How far the figures can be trusted, one doubt at a time, and what to do about it. */
export function healthSection(health: DataHealth): Html {
  const { tasks, tasksClosed, flags } = health;
  const suppressed = Object.values(health.suppressed).reduce((sum, spans) => sum + spans, 0);
  return html`<section>
<h2>Data health</h2>
<p class="dim small">Since the ledger began: ${count(tasks)} tasks, ${count(tasksClosed)} of them closed, ${dollars(health.totalCost)}.</p>
<dl>
${doubt('Inferred outcomes', health.inferredTasks, tasksClosed, 'of closed tasks: nobody reported an outcome, the root span told. Set agent.task.outcome or POST /api/v1/outcomes.')}
${doubt('Expired', health.expiredTasks, tasksClosed, 'of closed tasks: no outcome came in time, so they count as abandoned.')}
${doubt('Untagged tasks', health.untaggedTasks, tasks, 'of tasks carry no session id: each trace counts as a task. Set agent.session.id.')}
${doubt('Calls without a price', health.unpricedCalls, Math.max(health.modelCalls, health.unpricedCalls), `of model calls; ${count(health.lowerBoundTasks)} tasks are lower bounds. Add prices for them.`)}
${plain('Suppressed duplicates', suppressed, 'spans showed usage or an action again that another span had; each was counted once.')}
${plain('Late', flags.late ?? 0, 'tasks got spans after they were settled, and were restated.')}
${plain('Cached tokens not told', flags.cache_unreported ?? 0, 'tasks have calls whose emitter never says what came from a cache: all of it is charged as fresh input, which may be too much.')}
${plain('Thoughts not told', flags.reasoning_unreported ?? 0, 'tasks have calls whose emitter never says how much was thought: they bias the reasoning ratio downwards.')}
${plain('Cache lifetime assumed', flags.cache_ttl_assumed ?? 0, 'tasks wrote to a cache for a time that nothing says: charged as for five minutes, which may be too little.')}
${plain('Estimated counts', flags.usage_estimated ?? 0, 'tasks have calls whose tokens the emitter may have counted itself.')}
${plain('Clock-skewed', flags.clock_skewed ?? 0, 'tasks have spans whose times cannot be right.')}
</dl>
</section>`;
}

const doubt = (name: string, part: number, whole: number, text: string): Html =>
  html`<div><dt>${name}: ${whole === 0 ? '–' : percent(part / whole)}</dt><dd>${count(part)} ${text}</dd></div>`;

const plain = (name: string, value: number, text: string): Html =>
  html`<div><dt>${name}: ${count(value)}</dt><dd>${text}</dd></div>`;

export function unpricedSection(unpriced: readonly UnpricedRow[]): Html {
  const rows = unpriced.filter((row) => row.reason !== 'no_rate').sort((a, b) => b.calls - a.calls);
  if (rows.length === 0) return html``;
  return html`<section>
<h2>Without a price</h2>
<p class="dim small">Counted, and never guessed: what they cost is missing from the figures above.</p>
<div class="scroll"><table><thead><tr><th scope="col">Model or resource</th><th scope="col" class="text">Provider</th><th scope="col" class="text">Unit</th><th scope="col" class="text">Reason</th><th scope="col">Calls</th><th scope="col">Quantity</th><th scope="col">Last seen</th></tr></thead>
<tbody>${rows.slice(0, LIST_MAX).map(unpricedRow)}</tbody></table></div>
${rows.length > LIST_MAX ? html`<p class="dim small">and <a href="/api/v1/unpriced">${rows.length - LIST_MAX} more</a></p>` : undefined}
</section>`;
}

const unpricedRow = (row: UnpricedRow): Html =>
  html`<tr><td class="name">${row.model || row.resource || '–'}</td><td class="text">${row.provider || '–'}</td><td class="text">${row.unit}</td><td class="text">${row.reason.replaceAll('_', ' ')}</td><td>${count(row.calls)}</td><td>${count(Math.round(quantityNumber(row.quantity as MicroUnits)))}</td><td>${formatTime(row.lastSeen).slice(0, 16).replace('T', ' ')} UTC</td></tr>
`;
