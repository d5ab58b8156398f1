import { totalCost } from '../domain/economics.ts';
import type { Cause, SeenField, TaskEvent, TaskSight, TraceMove } from '../domain/history.ts';
import { formatTime, nanosOfMs } from '../lib/rfc3339.ts';
import { count, dollars, exactDollars } from './figures.ts';
import { type Html, html } from './html.ts';

/** Where the page of a task is. A half of a surrogate pair, which no address can have, is shown as U+FFFD. */
export const taskPath = (taskId: string): string =>
  `/tasks/${encodeURIComponent(Buffer.from(taskId).toString())}`;

export interface HistoryData {
  readonly taskId: string;
  /** Oldest first. */
  readonly events: readonly TaskEvent[];
  /** Of the page behind this one. */
  readonly nextCursor: string | undefined;
  /** True for the page with the oldest change. */
  readonly isFirst: boolean;
  /** Names of the configured dimensions. */
  readonly dimensions: readonly string[];
}

/** What changed of a task, when and by whom: one row for each change. */
export function historySection(data: HistoryData): Html {
  const { taskId, events, nextCursor, isFirst } = data;
  const path = taskPath(taskId);
  return html`<section>
<h2>History</h2>
${
  events.length === 0
    ? html`<p class="dim">Nothing has changed yet: while a task is open and only grows, nothing is told of it.</p>`
    : html`<p class="dim small">What changed, oldest first. Times are those at which the ledger took it.</p>
<div class="scroll"><table><thead><tr><th scope="col" class="left">When</th><th scope="col" class="text">What changed</th><th scope="col" class="text">By</th></tr></thead>
<tbody>${events.map((event) => rowOf(event, data.dimensions))}</tbody></table></div>`
}
${nextCursor === undefined ? undefined : html`<p class="small"><a href="${path}?cursor=${encodeURIComponent(nextCursor)}">Later changes</a></p>`}
${isFirst ? undefined : html`<p class="small"><a href="${path}">From the first change on</a></p>`}
</section>`;
}

const rowOf = (event: TaskEvent, dimensions: readonly string[]): Html =>
  html`<tr><td class="left">${timeOf(nanosOfMs(event.atMs))}</td><td class="text">${changesOf(event, dimensions)}</td><td class="text">${lines(event.by.map(causeOf))}</td></tr>
`;

function changesOf({ before, after, cameFrom, wentTo }: TaskEvent, dimensions: readonly string[]): Html {
  const fields = Object.keys(after ?? before ?? {}) as SeenField[];
  return lines([
    ...(before === undefined && after !== undefined ? [html`<b>the task began</b>`] : []),
    ...(after === undefined ? [html`<b>the task is gone</b>`] : []),
    ...fields.flatMap((field) => changeOf(field, before, after, dimensions)),
    ...cameFrom.map((move) => moveOf(move, 'came from')),
    ...wentTo.map((move) => moveOf(move, 'went to')),
  ]);
}

type Show = (sight: TaskSight, dimensions: readonly string[]) => Html | string;

const NONE = html`<span class="none">none</span>`;
const textOr = (text: string | undefined): Html | string => (text === undefined || text === '' ? NONE : text);
const money = (amount: Parameters<typeof dollars>[0]): Html =>
  html`<span title="${exactDollars(amount)}">${dollars(amount)}</span>`;

/** Each field by the name that it has on the page, and how its value is shown. */
const FIELDS: { readonly [F in SeenField]: readonly [string, Show] } = {
  state: ['state', ({ state }) => textOr(state)],
  outcome: ['outcome', ({ outcome }) => textOr(outcome)],
  closedBy: ['closed by', ({ closedBy }) => textOr(closedBy)],
  closedAt: ['closed at', ({ closedAt }) => (closedAt === undefined ? NONE : timeOf(closedAt))],
  value: ['value', ({ value }) => (value === undefined ? NONE : money(value))],
  agentType: ['agent type', ({ agentType }) => textOr(agentType)],
  taskType: ['task type', ({ taskType }) => textOr(taskType)],
  promptVersion: ['prompt version', ({ promptVersion }) => textOr(promptVersion)],
  user: ['user', ({ user }) => textOr(user)],
  dimensions: ['dimensions', ({ dimensions = [] }, names) => textOr(named(dimensions, names))],
  cost: ['cost', ({ cost }) => (cost === undefined ? NONE : money(totalCost(cost)))],
  unpricedCalls: ['calls without a price', ({ unpricedCalls = 0 }) => count(unpricedCalls)],
};

const named = (values: readonly string[], names: readonly string[]): string =>
  values.flatMap((value, index) => (value === '' ? [] : [`${names[index] ?? index} ${value}`])).join(', ');

/** A cost that stands beside a change and is the same before and after says nothing more. */
function changeOf(
  field: SeenField,
  before: TaskSight | undefined,
  after: TaskSight | undefined,
  dimensions: readonly string[],
): readonly Html[] {
  const [name, show] = FIELDS[field];
  const shown = (sight: TaskSight | undefined): Html | undefined =>
    sight === undefined ? undefined : html`${show(sight, dimensions)}`;
  const [was, is] = [shown(before), shown(after)];
  if (was === undefined || is === undefined || was.text === is.text)
    return [html`<span class="dim">${name}</span> ${is ?? was}`];
  return [html`<span class="dim">${name}</span> ${was} <span class="dim">→</span> ${is}`];
}

function moveOf({ traceId, taskIds }: TraceMove, how: string): Html {
  const tasks = taskIds.map(
    (taskId, at) => html`${at === 0 ? '' : ', '}<a href="${taskPath(taskId)}">${taskId}</a>`,
  );
  const where = taskIds.length === 0 ? html`no task: nothing of it is left` : html`${tasks}`;
  return html`<span class="dim">trace</span> <code title="${traceId}">${traceId.slice(0, 8)}</code> <span class="dim">${how}</span> ${where}`;
}

function causeOf(cause: Cause): Html {
  switch (cause.kind) {
    case 'spans': {
      const { traceIds } = cause;
      const ids = traceIds.map((id) => html` <code title="${id}">${id.slice(0, 8)}</code>`);
      return html`spans of ${traceIds.length === 1 ? 'trace' : 'traces'}${ids}`;
    }
    case 'report':
      return html`report of ${textOr(cause.source)} <span class="dim small">${cause.key}</span>`;
    case 'policy':
      return html`policy: nothing more was heard`;
    case 'repricing':
      return html`re-pricing ${cause.id} of ${textOr(cause.by)}`;
  }
}

const lines = (parts: readonly Html[]): Html =>
  html`${parts.map((part, at) => (at === 0 ? part : html`<br>${part}`))}`;

export const timeOf = (at: bigint): string => `${formatTime(at).slice(0, 19).replace('T', ' ')} UTC`;
