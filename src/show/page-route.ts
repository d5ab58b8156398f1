import type { FastifyInstance, FastifyReply } from 'fastify';
import { InvalidCursor, type LedgerReads } from '../domain/ledger-reads.ts';
import type { Window } from '../domain/window.ts';
import type { Clock } from '../lib/clock.ts';
import { send } from './bind.ts';
import { type PageData, page } from './page.ts';
import { type RawQuery, readQuery, text, window } from './parameters.ts';
import { periodOf } from './period.ts';
import { badParameter, isProblem, type Problem } from './problem.ts';
import { byCost } from './routes-cpst.ts';
import { unknownTask } from './routes-tasks.ts';
import { PAGE_POLICY } from './style.ts';
import { type TaskPageData, taskPage } from './task-page.ts';

export interface PageSource {
  readonly reads: LedgerReads;
  readonly windows: readonly Window[];
  readonly otlp?: PageData['otlp'];
  /** Names of the configured dimensions. */
  readonly dimensions: readonly string[];
  readonly clock: Clock;
  readonly version: string;
}

/** Tasks that the first page leads to. */
const LATEST_MAX = 10;

const OTLP_DEFAULT = { grpcPort: 4317, httpPort: 4318 };

export function addPages(app: FastifyInstance, source: PageSource): void {
  app.get('/', async (request, reply) => {
    const read = readQuery({ window }, request.query as RawQuery);
    if (read.kind === 'refused') return send(reply, read.problem);
    const data = await readPage(source, read.values.window);
    return isProblem(data) ? send(reply, data) : sendPage(reply, page(data));
  });
  app.get('/tasks/:id', async (request, reply) => {
    const read = readQuery(taskParameters, request.query as RawQuery);
    if (read.kind === 'refused') return send(reply, read.problem);
    const { id } = request.params as { readonly id: string };
    const data = await readTaskPage(source, id, read.values.cursor);
    return isProblem(data) ? send(reply, data) : sendPage(reply, taskPage(data));
  });
}

const sendPage = (reply: FastifyReply, text: string): FastifyReply =>
  reply.headers({ 'content-security-policy': PAGE_POLICY }).type('text/html; charset=utf-8').send(text);

const taskParameters = { cursor: text('Where the changes on the page begin.') };

/** Changes on a page of a task. */
export const EVENTS_MAX = 100;

async function readTaskPage(
  { reads, dimensions, version }: PageSource,
  taskId: string,
  cursor: string | undefined,
): Promise<TaskPageData | Problem> {
  try {
    const asked = { taskId, limit: EVENTS_MAX, ...(cursor !== undefined && { cursor }) };
    const [task, page] = await Promise.all([reads.task(taskId), reads.history(asked)]);
    if (page === undefined) return unknownTask(taskId);
    return { task, history: { taskId, ...page, isFirst: cursor === undefined, dimensions }, version };
  } catch (error) {
    if (error instanceof InvalidCursor) return badParameter('cursor', cursor, 'that of a link on this page');
    throw error;
  }
}

async function readPage(source: PageSource, chosen: Window | undefined) {
  const { reads, windows, otlp = OTLP_DEFAULT, clock, version } = source;
  const period = periodOf({ window: chosen, from: undefined, to: undefined }, clock.now());
  if (isProblem(period)) return period;
  const [all, rows, open, health, unpriced, latest] = await Promise.all([
    reads.unitEconomics({ ...period, groupBy: [] }),
    reads.unitEconomics({ ...period, groupBy: ['agent_type'] }),
    reads.openTasks(),
    reads.dataHealth(),
    reads.unpriced(),
    reads.tasks({ sort: 'closed_at', limit: LATEST_MAX }),
  ]);
  const shared = { open, health, unpriced, windows, window: chosen, otlp, version };
  return { all: all[0], rows: byCost(rows), latest: latest.tasks, ...shared } satisfies PageData;
}
