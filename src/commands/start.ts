import type { Log } from '../lib/log.ts';
import { openService, type Service, type ServiceParts, StartRefused } from '../service.ts';
import { loadSettings } from '../settings/load.ts';
import type { Settings } from '../settings/table.ts';
import type { CommandContext } from './context.ts';

/** Settings from the file and the environment; undefined once every complaint was printed. */
export async function settingsOrComplaints(
  context: CommandContext,
  configPath: string | undefined,
): Promise<Settings | undefined> {
  const read = await loadSettings({ configPath, env: context.env });
  if (read.kind === 'ok') return read.settings;
  for (const line of read.complaints) context.complain(line);
  return undefined;
}

/** The running service; undefined once the reason why it does not run was printed, one line each. */
export async function serviceOrComplaints(
  context: CommandContext,
  settings: Settings,
  parts: ServiceParts,
): Promise<Service | undefined> {
  try {
    return await openService(settings, parts);
  } catch (fault) {
    const lines =
      fault instanceof StartRefused
        ? fault.complaints
        : [fault instanceof Error ? fault.message : String(fault)];
    for (const line of lines) context.complain(line);
    return undefined;
  }
}

/**
 * Resolves with the first SIGTERM or SIGINT; from then on the next one leaves at once. Called before anything is
 * opened, so that a signal during the start is heard when there is something to close.
 */
export function stopSignal({ signals }: CommandContext): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let stopping = false;
    const hear = (signal: NodeJS.Signals): void => {
      if (stopping) signals.exit(1);
      stopping = true;
      resolve(signal);
    };
    for (const name of ['SIGTERM', 'SIGINT'] as const) signals.on(name, hear);
  });
}

/** SIGHUP has the price file read again; what comes of it is in the log. */
export function reloadOnHangUp({ signals }: CommandContext, service: Service): void {
  signals.on('SIGHUP', () => void service.reloadPrices());
}

/** Closes in order. */
export async function closeService(service: Service, log: Log, signal: NodeJS.Signals): Promise<void> {
  log.info({ signal }, 'closing: no more is taken, what is in flight is finished');
  await service.close();
  log.info({}, 'closed');
}
