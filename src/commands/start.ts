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

/** Serves until SIGTERM or SIGINT, then closes in order; a second signal leaves at once. */
export async function untilSignal(context: CommandContext, service: Service, log: Log): Promise<void> {
  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) context.signals.once(name, () => resolve(name));
  });
  log.info({ signal }, 'closing: no more is taken, what is in flight is finished');
  const leave = (): void => context.signals.exit(1);
  for (const name of ['SIGTERM', 'SIGINT'] as const) context.signals.once(name, leave);
  await service.close();
  log.info({}, 'closed');
}
