import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Figure, median } from './row.ts';

const STARTS = 5;
const IDLE_MS = 5000;

/** `solvent serve` in a process of its own over an empty folder: time to its ready line, then what it holds idle. */
export const startFigure: Figure = {
  name: 'start',
  run: async () => {
    const runs: { readyMs: number; idleMiB: number }[] = [];
    for (let run = 0; run < STARTS; run += 1) runs.push(await startOnce());
    return [
      {
        figure: 'start to ready',
        measured: `${(median(runs.map((run) => run.readyMs)) / 1000).toFixed(2)} s`,
        yardstick: '-',
        ratio: '-',
        target: '<= 1.5 s',
      },
      {
        figure: 'service idle',
        measured: `${median(runs.map((run) => run.idleMiB)).toFixed(0)} MiB resident`,
        yardstick: '-',
        ratio: '-',
        target: '<= 120 MB',
      },
    ];
  },
};

async function startOnce(): Promise<{ readyMs: number; idleMiB: number }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'solvent-bench-'));
  const started = performance.now();
  const child = serve(dataDir);
  try {
    await once(createInterface({ input: child.stdout! }), 'line');
    const readyMs = performance.now() - started;
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return { readyMs, idleMiB: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024 };
  } finally {
    child.kill('SIGTERM');
    await once(child, 'exit');
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** The command as a user starts it, on free ports. */
export function serve(dataDir: string, env: Readonly<Record<string, string>> = {}): ChildProcess {
  const main = new URL('../../src/main.js', import.meta.url).pathname;
  return spawn(process.execPath, [main, 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: process.env.PATH,
      SOLVENT_DATA_DIR: dataDir,
      SOLVENT_OTLP_GRPC_PORT: '0',
      SOLVENT_OTLP_HTTP_PORT: '0',
      SOLVENT_WEB_PORT: '0',
      SOLVENT_LOG_LEVEL: 'warn',
      ...env,
    },
  });
}
