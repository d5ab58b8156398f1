import { InvalidCursor, type LedgerReads, type TaskQuery } from '../domain/ledger-reads.ts';
import { eventJson } from './history-json.ts';
import { count, oneOf, outcome, readQuery, text, time, usd } from './parameters.ts';
import { badParameter, problem } from './problem.ts';
import { ok, type Route } from './route.ts';
import { adjustmentJson, chargeJson, taskDetailJson, taskJson } from './task-json.ts';

type Reads = Pick<LedgerReads, 'tasks' | 'task' | 'charges' | 'adjustments' | 'history'>;

const LIMIT_MAX = 1000;
const LIMIT_DEFAULT = 100;

const parameters = {
  agent_type: text('Only tasks of this agent type.'),
  task_type: text('Only tasks of this type.'),
  outcome,
  model: text('Only tasks that were charged for this model.'),
  from: time('Closed, or if open started, at this time or later.'),
  to: time('Closed, or if open started, before this time.'),
  min_cost_usd: usd('Only tasks that cost at least this.'),
  sort: oneOf(['cost', 'closed_at', 'started_at'], 'Largest or newest first; closed_at unless told.'),
  limit: count(LIMIT_MAX, `Tasks per page; ${LIMIT_DEFAULT} unless told.`),
  cursor: text('The `next_cursor` of the page before.'),
};

const historyParameters = {
  limit: count(LIMIT_MAX, `Changes per page; ${LIMIT_DEFAULT} unless told.`),
  cursor: text('The `next_cursor` of the page before.'),
};

export const tasksRoutes = (reads: Reads, dimensions: readonly string[]): readonly Route[] => [
  {
    method: 'GET',
    path: '/api/v1/tasks',
    summary: 'Tasks, page by page',
    parameters,
    async handle({ query }) {
      const read = readQuery(parameters, query);
      if (read.kind === 'refused') return read.problem;
      const { agent_type, task_type, min_cost_usd, sort = 'closed_at', limit = LIMIT_DEFAULT } = read.values;
      const { outcome, model, from, to, cursor } = read.values;
      const asked = {
        agentType: agent_type,
        taskType: task_type,
        minCost: min_cost_usd,
        outcome,
        model,
        from,
      };
      try {
        const page = await reads.tasks(withoutUndefined({ ...asked, to, cursor, sort, limit }));
        return ok({
          tasks: page.tasks.map((one) => taskJson(one, dimensions)),
          next_cursor: page.nextCursor ?? null,
        });
      } catch (error) {
        if (error instanceof InvalidCursor)
          return badParameter('cursor', cursor, 'a next_cursor of this list');
        throw error;
      }
    },
  },
  {
    method: 'GET',
    path: '/api/v1/tasks/:id',
    summary: 'One task: identity, outcome, cost, tokens, flags, traces',
    async handle({ path: { id = '' }, query }) {
      const read = readQuery({}, query);
      if (read.kind === 'refused') return read.problem;
      const found = await reads.task(id);
      return found === undefined ? unknownTask(id) : ok(taskDetailJson(found, dimensions));
    },
  },
  {
    method: 'GET',
    path: '/api/v1/tasks/:id/charges',
    summary: 'Every priced line of a task, and what restatements of prices changed',
    async handle({ path: { id = '' }, query }) {
      const read = readQuery({}, query);
      if (read.kind === 'refused') return read.problem;
      const found = await reads.charges(id);
      if (found === undefined) return unknownTask(id);
      const adjustments = (await reads.adjustments(id)) ?? [];
      const task = await reads.task(id);
      return ok({
        task_id: id,
        charges_rolled_off: task?.rolledOff ?? false,
        charges: found.map(chargeJson),
        adjustments: adjustments.map(adjustmentJson),
      });
    },
  },
  {
    method: 'GET',
    path: '/api/v1/tasks/:id/history',
    summary: 'What changed of a task, when and by whom, oldest first; also of one that is gone',
    parameters: historyParameters,
    async handle({ path: { id = '' }, query }) {
      const read = readQuery(historyParameters, query);
      if (read.kind === 'refused') return read.problem;
      const { limit = LIMIT_DEFAULT, cursor } = read.values;
      try {
        const page = await reads.history({ taskId: id, limit, ...(cursor !== undefined && { cursor }) });
        if (page === undefined) return unknownTask(id);
        return ok({
          task_id: id,
          history: page.events.map((event) => eventJson(event, dimensions)),
          next_cursor: page.nextCursor ?? null,
        });
      } catch (error) {
        if (error instanceof InvalidCursor)
          return badParameter('cursor', cursor, 'a next_cursor of this list');
        throw error;
      }
    },
  },
];

export const unknownTask = (id: string) =>
  problem(404, `no task has the id ${JSON.stringify(id.slice(0, 200))}`);

type Given = { readonly [K in keyof TaskQuery]: TaskQuery[K] | undefined };

const withoutUndefined = (query: Given): TaskQuery =>
  Object.fromEntries(
    Object.entries(query).filter(([, value]) => value !== undefined),
  ) as unknown as TaskQuery;
