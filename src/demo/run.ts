import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import type { Clock } from '../lib/clock.ts';
import { DEMO_AGENTS } from './agents.ts';
import { demoTraffic } from './traffic.ts';

export interface DemoRequest {
  /** OTLP over gRPC of a running Solvent with the demo's settings: `http://127.0.0.1:4317`. */
  readonly grpcUrl: string;
  /** Its reading side: `http://127.0.0.1:9464`. */
  readonly webUrl: string;
  /** Tasks of each agent; 1,000 unless told. */
  readonly tasks?: number | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly write: (text: string) => void;
  readonly clock: Clock;
  /** True on a terminal: the progress line is written over itself. */
  readonly live?: boolean | undefined;
  /** Prints the CPST table, and gives its exit code. */
  readonly printReport: () => Promise<number>;
}

export const DEMO_TASKS = 1000;
const POLL_MS = 250;
const ANSWER_MS_MAX = 10_000;
const WAIT_MS = 60_000;
const WAIT_MS_PER_TASK = 20;

/** The settings that the demo's service is started with. */
export const demoConfig = (): URL => new URL('./solvent.yaml', import.meta.url);

/** Sends both agents' tasks, waits until all of them are closed, prints the table and the addresses. Gives an exit code. */
export async function runDemo(request: DemoRequest): Promise<number> {
  const { write, clock, tasks = DEMO_TASKS } = request;
  const before = await closedTasks(request);
  if (before === undefined) {
    write(`nothing answers at ${request.webUrl}: the demo needs a running Solvent\n`);
    return 1;
  }
  const progress = progressLine(request);
  const total = tasks * DEMO_AGENTS.length;
  const sent = await demoTraffic({
    exporter: new OTLPTraceExporter({ url: request.grpcUrl }),
    tasks,
    nowMs: clock.now(),
    onProgress: (done) => progress(`sending: ${done} of ${total} tasks`),
  });
  progress.end();
  if (sent.lost > 0) {
    write(`${sent.lost} of ${sent.spans} spans were not taken at ${request.grpcUrl}: ${sent.why}\n`);
    return 1;
  }
  const closed = await untilClosed(before + total, request, progress);
  progress.end();
  if (closed < before + total)
    write(`only ${closed - before} of ${total} tasks are closed: the table is not complete\n`);
  write('\n');
  const code = await request.printReport();
  write(addresses(request));
  return closed < before + total ? 1 : code;
}

async function untilClosed(wanted: number, request: DemoRequest, progress: Progress): Promise<number> {
  const { clock, tasks = DEMO_TASKS } = request;
  const deadline = clock.now() + WAIT_MS + tasks * WAIT_MS_PER_TASK;
  for (let closed = wanted - tasks * DEMO_AGENTS.length; ; ) {
    closed = (await closedTasks(request)) ?? closed;
    if (closed >= wanted || clock.now() >= deadline) return closed;
    progress(`settling: ${wanted - closed} tasks to go`);
    await new Promise<void>((resolve) => clock.after(POLL_MS, resolve));
  }
}

/** Closed tasks of the demo's agents, this time's and earlier ones; undefined where nothing answers. */
async function closedTasks({ webUrl, fetch }: DemoRequest): Promise<number | undefined> {
  try {
    const response = await fetch(`${webUrl}/api/v1/cpst?group_by=agent_type`, {
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    if (!response.ok) return undefined;
    const { rows } = (await response.json()) as { rows: readonly CountedRow[] };
    const ours = rows.filter((row) => DEMO_AGENTS.some(({ type }) => type === row.agent_type));
    return ours.flatMap(({ tasks }) => Object.values(tasks)).reduce((sum, count) => sum + count, 0);
  } catch {
    return undefined;
  }
}

interface CountedRow {
  readonly agent_type: string;
  readonly tasks: Readonly<Record<string, number>>;
}

interface Progress {
  (text: string): void;
  end(): void;
}

/** One line that changes in a terminal; in a log, a line for each phase. */
function progressLine({ write, live }: DemoRequest): Progress {
  let [shown, phase] = [false, ''];
  const show = (text: string): void => {
    const next = text.split(':')[0]!;
    if (live) write(`\r\u001b[K${text}`);
    else if (next !== phase) write(`${text}\n`);
    [shown, phase] = [true, next];
  };
  const end = (): void => {
    if (live && shown) write('\r\u001b[K');
    shown = false;
  };
  return Object.assign(show, { end });
}

const addresses = ({ webUrl, grpcUrl }: DemoRequest): string => `
  pages    ${webUrl}/
  metrics  ${webUrl}/metrics
  API      ${webUrl}/api/v1/openapi.json
  OTLP     ${grpcUrl}  (point your own agents at it)
`;
