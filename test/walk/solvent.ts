import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { afterAll } from '@jest/globals';
import type { Service } from '../../src/service.ts';
import { until } from '../support/until.ts';

/** What `npm run build` made, as `npm start` runs it. */
const BIN = new URL('../../dist/main.js', import.meta.url).pathname;
/** A limit for what hangs, not a measure: a busy machine is slow and right. */
const DEADLINE_MS = 100_000;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  /** The lines of standard error. */
  readonly complaints: readonly string[];
}

/** The command line in a process of its own. One that hangs is killed, which shows as its signal. */
export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout(): string;
  /** It is to run for as long as a test wants it to; what is left at the end of the file is killed. */
  mayStay(): void;
}

const running = new Set<ChildProcess>();

afterAll(() => {
  for (const child of running) child.kill('SIGKILL');
});

export function solvent(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  uid?: number,
): Running {
  const child = spawn(process.execPath, [BIN, ...args], {
    ...(uid !== undefined && { uid, gid: uid }),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      SOLVENT_OTLP_GRPC_PORT: '0',
      SOLVENT_OTLP_HTTP_PORT: '0',
      SOLVENT_WEB_PORT: '0',
      // Not `warn`: how old the list prices are depends on the day of the test.
      SOLVENT_LOG_LEVEL: 'error',
      SOLVENT_SETTLE_INTERVAL: '50ms',
      SOLVENT_TRACE_GRACE: '50ms',
      SOLVENT_TASK_QUIET: '100ms',
      ...env,
    },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout!.on('data', (data) => {
    stdout += data;
  });
  child.stderr!.on('data', (data) => {
    stderr += data;
  });
  running.add(child);
  const hang = setTimeout(() => child.kill('SIGKILL'), DEADLINE_MS);
  const ended = once(child, 'close').then(([code, signal]): Ended => {
    clearTimeout(hang);
    running.delete(child);
    const complaints = stderr.split('\n').filter((line) => line !== '');
    return { code, signal, stdout, complaints };
  });
  return { child, ended, stdout: () => stdout, mayStay: () => clearTimeout(hang) };
}

/** `solvent serve` over a folder, once it says that it is ready. */
export async function serving(
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Running & Pick<Service, 'addresses'>> {
  const service = solvent(['serve'], { SOLVENT_DATA_DIR: dataDir, ...env });
  const over = service.ended.then(({ complaints }) => {
    throw new Error(`it ended before it was ready: ${complaints.join('\n')}`);
  });
  const ready = until('it is ready', () => /^solvent .* is ready: .*\n$/m.test(service.stdout()), {
    deadlineMs: DEADLINE_MS,
  });
  await Promise.race([ready, over]);
  over.catch(() => {});
  service.mayStay();
  const [, otlpGrpc = '', otlpHttp = '', web = ''] =
    /OTLP\/gRPC on (\S+), OTLP\/HTTP on (\S+), pages and API on (\S+)\n/.exec(service.stdout()) ?? [];
  return { ...service, addresses: { otlpGrpc, otlpHttp, web } };
}

/** Ends it as an operator does. */
export async function stop({ child, ended }: Running): Promise<Ended> {
  child.kill('SIGTERM');
  return ended;
}

/** Whether a test may become that user, who may read the program; if not, why is on standard error. */
export function mayRead(uid: number): boolean {
  const { status, error } = spawnSync(process.execPath, [BIN, 'help'], { uid, gid: uid });
  if (status !== 0)
    process.stderr.write(
      `nothing can be run as user ${uid} here, what needs it is skipped: ${error ?? status}\n`,
    );
  return status === 0;
}
