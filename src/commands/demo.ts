import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEMO_TASKS, demoConfig, runDemo } from '../demo/run.ts';
import { systemClock } from '../lib/clock.ts';
import { runReport } from '../report/run.ts';
import type { Service } from '../service.ts';
import { openLog } from '../telemetry/log.ts';
import { type CommandContext, readOptions, UsageFault } from './context.ts';
import { closeService, serviceOrComplaints, settingsOrComplaints, stopSignal } from './start.ts';

/**
 * `solvent demo [--tasks N] [--exit]`: a service over a folder that is thrown away, two agents that send real
 * OTLP to it, the table, and then it goes on serving. Exit code 1 where anything is missing from the table.
 */
export async function demoCommand(context: CommandContext): Promise<number> {
  const options = readOptions('demo', context.args, { tasks: { type: 'string' }, exit: { type: 'boolean' } });
  const tasks = taskCount(options.tasks);
  const settings = await settingsOrComplaints(context, fileURLToPath(demoConfig()));
  if (settings === undefined) return 1;
  const log = openLog({ level: settings.logLevel === 'info' ? 'warn' : settings.logLevel });
  const stop = stopSignal(context);
  const folder = await mkdtemp(join(tmpdir(), 'solvent-demo-'));
  // However the process ends, but for SIGKILL.
  context.signals.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const service = await serviceOrComplaints(
    context,
    { ...settings, dataDir: folder },
    { log, env: context.env },
  );
  if (service === undefined) return 1;
  const played = await Promise.race([play(context, service, tasks), stop]);
  if (options.exit === true && typeof played === 'number') {
    await service.close();
    return played;
  }
  if (typeof played === 'number') context.write('\nserving until Ctrl-C; what the demo wrote goes with it\n');
  await closeService(service, log, await stop);
  // Told to stop while it plays, the demo's exporter would go on trying.
  return typeof played === 'number' ? played : context.signals.exit(0);
}

function play(context: CommandContext, { addresses }: Service, tasks: number): Promise<number> {
  const { write } = context;
  const style = { color: process.stdout.isTTY === true, width: process.stdout.columns ?? 120 };
  write(`two agents send ${tasks} tasks each, through the OpenTelemetry SDK, to ${addresses.otlpGrpc}\n`);
  return runDemo({
    grpcUrl: `http://${addresses.otlpGrpc}`,
    webUrl: addresses.web,
    tasks,
    fetch,
    write,
    clock: systemClock,
    live: process.stdout.isTTY === true,
    printReport: () => runReport({ url: addresses.web, fetch, write, writeError: context.complain, style }),
  });
}

const TASKS_MAX = 1_000_000;

function taskCount(given: string | undefined): number {
  if (given === undefined) return DEMO_TASKS;
  const count = Number(given);
  if (Number.isInteger(count) && count >= 1 && count <= TASKS_MAX) return count;
  throw new UsageFault(
    `solvent demo: --tasks is ${JSON.stringify(given)}, but should be a whole number from 1 to ${TASKS_MAX}`,
  );
}
