import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { CRASH_POINTS, type CrashPoint } from '../../src/ledger/crash-point.ts';
import type { Service } from '../../src/service.ts';

/** A service in a process of its own, so that it can die. */
export interface ServiceProcess extends Pick<Service, 'addresses'> {
  readonly child: ChildProcess;
  /** Resolves when it is dead, by its own hand or another's. */
  readonly dead: Promise<void>;
  /** The point at which it killed itself, once it is dead. */
  diedAt(): CrashPoint | undefined;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** It was dead before it was ready; `at` is the point at which it killed itself, if it did. */
export class DiedAtStart extends Error {
  override readonly name = 'DiedAtStart';
  readonly at: CrashPoint | undefined;

  constructor(at: CrashPoint | undefined) {
    super('the service died before it was ready');
    this.at = at;
  }
}

export async function startProcess(options: {
  readonly dataDir: string;
  readonly crashAt?: { readonly point: CrashPoint; readonly times: number };
  readonly env?: Readonly<Record<string, string>>;
}): Promise<ServiceProcess> {
  const { dataDir, crashAt, env } = options;
  const args = ['test/crash/child.js', crashAt?.point ?? 'never', String(crashAt?.times ?? 1)];
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      SOLVENT_DATA_DIR: dataDir,
      SOLVENT_OTLP_GRPC_PORT: '0',
      SOLVENT_OTLP_HTTP_PORT: '0',
      SOLVENT_WEB_PORT: '0',
      SOLVENT_SETTLE_INTERVAL: '20ms',
      SOLVENT_TRACE_GRACE: '20ms',
      SOLVENT_TASK_QUIET: '50ms',
      ...env,
    },
  });
  const dead = once(child, 'close').then(() => {});
  const lines = createInterface({ input: child.stdout! });
  let last = '';
  lines.on('line', (line) => {
    last = line;
  });
  const diedAt = () => CRASH_POINTS.find((point) => point === last);
  const first = await Promise.race([once(lines, 'line'), dead.then(() => undefined)]);
  if (first === undefined || last === crashAt?.point) throw new DiedAtStart(diedAt());
  return {
    addresses: JSON.parse(String(first[0])) as Service['addresses'],
    child,
    dead,
    diedAt,
    async kill() {
      child.kill('SIGKILL');
      await dead;
    },
    async stop() {
      child.kill('SIGTERM');
      await dead;
    },
  };
}
