import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import { silentLog } from '../../src/lib/log.ts';
import { openService, type Service, type ServiceParts } from '../../src/service.ts';
import { readSettings } from '../../src/settings/read.ts';
import type { Settings } from '../../src/settings/table.ts';

/** Free ports, quick timing, and whatever a test sets over that, as environment variables. */
export function testSettings(env: Readonly<Record<string, string>> = {}): Settings {
  const read = readSettings({
    env: {
      SOLVENT_OTLP_GRPC_PORT: '0',
      SOLVENT_OTLP_HTTP_PORT: '0',
      SOLVENT_WEB_PORT: '0',
      SOLVENT_SETTLE_INTERVAL: '50ms',
      SOLVENT_TRACE_GRACE: '50ms',
      SOLVENT_TRACE_QUIET: '200ms',
      SOLVENT_TASK_QUIET: '100ms',
      SOLVENT_LOG_LEVEL: 'silent',
      ...env,
    },
  });
  if (read.kind === 'refused') throw new Error(read.complaints.join('\n'));
  return read.settings;
}

/** A new folder below the system's temporary one; `remove` takes it away. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'solvent-test-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

const open = new Set<Service>();

afterEach(async () => {
  const left = [...open];
  open.clear();
  for (const service of left) await service.close();
  if (left.length > 0) throw new Error('this test left a service open');
});

/** Runs a whole service on free ports over a folder of its own, and takes both away. */
export async function withService(
  env: Readonly<Record<string, string>>,
  run: (service: Service) => Promise<void>,
  parts: Partial<ServiceParts> = {},
): Promise<void> {
  const folder = temporaryFolder();
  try {
    const settings = testSettings({ SOLVENT_DATA_DIR: folder.path, ...env });
    const service = await openService(settings, { log: silentLog, env: {}, ...parts });
    open.add(service);
    try {
      await run(service);
    } finally {
      open.delete(service);
      await service.close();
    }
  } finally {
    folder.remove();
  }
}

/** The JSON of a GET below /api/v1; fails on any other status than 200. */
export async function get<T>(service: Pick<Service, 'addresses'>, path: string): Promise<T> {
  const response = await fetch(`${service.addresses.web}/api/v1${path}`);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`GET ${path} answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}
