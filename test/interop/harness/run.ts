import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How an installed emitter is started: `scripts/interop.js` writes it down. */
export interface Installed {
  readonly folder: string;
  readonly command: readonly [string, ...string[]];
}

const INSTALLED = join(import.meta.dirname, '..', '..', '..', '.cache', 'interop', 'installed.json');
const RUN_MS_MAX = 120_000;

/** The emitters that `scripts/interop.js` installed for this run, by name. */
export const readInstalled = (): ReadonlyMap<string, Installed> =>
  new Map(
    existsSync(INSTALLED)
      ? Object.entries(JSON.parse(readFileSync(INSTALLED, 'utf8')) as Record<string, Installed>)
      : [],
  );

export interface Run {
  readonly installed: Installed;
  readonly mockUrl: string;
  /** Base of OTLP/HTTP: the emitter's exporter adds `/v1/traces`. */
  readonly endpoint: string;
  readonly session: string;
  readonly name: string;
}

/** Keys that SDKs insist on, and what keeps packages from calling home. */
const SETTINGS = {
  OPENAI_API_KEY: 'mock',
  ANTHROPIC_API_KEY: 'mock',
  GEMINI_API_KEY: 'mock',
  GOOGLE_API_KEY: 'mock',
  DO_NOT_TRACK: '1',
  TRACELOOP_TELEMETRY: 'false',
  CREWAI_DISABLE_TELEMETRY: 'true',
  MASTRA_TELEMETRY_DISABLED: '1',
  NO_PROXY: '127.0.0.1,localhost',
  OTEL_SERVICE_NAME: 'interop',
  PYTHONUNBUFFERED: '1',
};

/** Runs the program to its end; fails with all that it said where it does not exit 0. */
export async function runEmitter({ installed, mockUrl, endpoint, session, name }: Run): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'solvent-interop-'));
  const [command, ...args] = installed.command;
  const child = spawn(command, args, {
    cwd: installed.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that what it starts ends with it.
    detached: true,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      ...SETTINGS,
      MOCK_URL: mockUrl,
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      INTEROP_SESSION: session,
      INTEROP_CASE: name,
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
  const hang = setTimeout(() => endGroup(child.pid), RUN_MS_MAX);
  try {
    const [code, signal] = await once(child, 'close');
    if (code !== 0) throw new Error(`${name} ended with ${signal ?? code}:\n${said}`);
  } finally {
    clearTimeout(hang);
    endGroup(child.pid);
    rmSync(home, { recursive: true, force: true });
  }
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It is gone already.
  }
}
