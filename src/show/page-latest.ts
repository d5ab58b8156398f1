import { totalCost } from '../domain/economics.ts';
import type { Task } from '../domain/task.ts';
import { type Html, html } from './html.ts';
import { amount } from './page-economics.ts';
import { taskPath, timeOf } from './page-history.ts';

/** The tasks that closed last, each a way to its own page. */
export function latestSection(tasks: readonly Task[]): Html {
  const closed = tasks.filter(({ closedAt }) => closedAt !== undefined);
  if (closed.length === 0) return html``;
  return html`<section>
<h2>Closed last</h2>
<div class="scroll"><table><thead><tr><th scope="col">Task</th><th scope="col" class="text">Agent type</th><th scope="col" class="text">Outcome</th><th scope="col">Cost</th><th scope="col">Closed</th></tr></thead>
<tbody>${closed.map(rowOf)}</tbody></table></div>
</section>`;
}

const rowOf = ({ taskId, agentType, outcome, cost, unpricedCalls, closedAt }: Task): Html =>
  html`<tr><td class="name"><a href="${taskPath(taskId)}">${taskId}</a></td><td class="text">${agentType || '–'}</td><td class="text">${outcome ?? ''}</td><td>${amount(totalCost(cost), unpricedCalls > 0)}</td><td>${closedAt === undefined ? '' : timeOf(closedAt)}</td></tr>
`;
