import { systemClock } from '../lib/clock.ts';
import { runReprice } from '../report/reprice.ts';
import { openStopped, type Stopped } from '../stopped.ts';
import { openLog } from '../telemetry/log.ts';
import { type CommandContext, readOptions, UsageFault } from './context.ts';
import { settingsOrComplaints, stopSignal } from './start.ts';

const LOOK_EVERY_MS = 250;

/**
 * `solvent reprice`: a running service prices charges anew, or says what that would change; or this process does, in the
 * data directory of a stopped one. The first Ctrl-C pauses it, behind the portion under way.
 */
export async function repriceCommand(context: CommandContext): Promise<number> {
  const options = readOptions('reprice', context.args, {
    url: { type: 'string' },
    'data-dir': { type: 'string' },
    config: { type: 'string' },
    'dry-run': { type: 'boolean' },
    from: { type: 'string' },
    to: { type: 'string' },
    model: { type: 'string' },
    'only-unpriced': { type: 'boolean' },
    table: { type: 'string' },
    'as-of': { type: 'string' },
    today: { type: 'boolean' },
    continue: { type: 'string' },
    by: { type: 'string' },
    json: { type: 'boolean' },
    csv: { type: 'boolean' },
  });
  const { from, to, model, table, today, json, csv, url } = options;
  const paused = options.continue;
  const scoped = { from, to, model, table, today, 'as-of': options['as-of'], 'dry-run': options['dry-run'] };
  const given = Object.entries({ ...scoped, 'only-unpriced': options['only-unpriced'] }).filter(
    ([, value]) => value !== undefined,
  );
  if (paused !== undefined && given.length > 0)
    throw new UsageFault(
      `solvent reprice: --continue goes on with what was asked, without --${given[0]![0]}`,
    );
  const asked = {
    dry_run: options['dry-run'] === true,
    from,
    to,
    model,
    only_unpriced: options['only-unpriced'],
    table,
    as_of: options['as-of'],
    today,
    by: options.by ?? context.env.USER ?? 'command line',
  };
  const dataDir = options['data-dir'];
  if (dataDir !== undefined && url !== undefined)
    throw new UsageFault(
      'solvent reprice: --url asks a running service and --data-dir a stopped one, not both',
    );
  if (dataDir === undefined && options.config !== undefined)
    throw new UsageFault('solvent reprice: --config goes with --data-dir; a running service has its own');
  const command = {
    json,
    csv,
    asked: paused === undefined ? asked : { continue: paused },
    ...shownBy(context),
    stopped: stopSignal(context),
  };
  if (dataDir === undefined) return withoutProgress(runReprice({ ...command, url, fetch }));
  // What a paused one goes on with restates, too.
  const writes = paused !== undefined || !asked.dry_run;
  const stopped = await stoppedOrComplaints(context, { dataDir, configPath: options.config, writes });
  if (stopped === undefined) return 1;
  const place = { base: stopped.place, option: `--data-dir ${dataDir}` };
  const code = await withoutProgress(runReprice({ ...command, place, fetch: stopped.fetch }));
  await stopped.close();
  return code;
}

const isLive = (): boolean => process.stderr.isTTY === true;

const shownBy = (context: CommandContext) => ({
  write: context.write,
  writeError: context.complain,
  showProgress: (text: string) => {
    if (isLive()) process.stderr.write(`\r${text}\u001b[K`);
  },
  pause: () => new Promise<void>((resolve) => void systemClock.after(LOOK_EVERY_MS, resolve)),
});

async function withoutProgress<T>(run: Promise<T>): Promise<T> {
  const code = await run;
  if (isLive()) process.stderr.write('\r\u001b[K');
  return code;
}

/** The data directory taken; undefined once the reason why it is not was printed, one line each. */
async function stoppedOrComplaints(
  context: CommandContext,
  given: { readonly dataDir: string; readonly configPath: string | undefined; readonly writes: boolean },
): Promise<Extract<Stopped, { kind: 'opened' }> | undefined> {
  const { dataDir, configPath, writes } = given;
  const env = { ...context.env, SOLVENT_DATA_DIR: dataDir };
  const settings = await settingsOrComplaints({ ...context, env }, configPath);
  if (settings === undefined) return undefined;
  const log = openLog({ level: settings.logLevel });
  const stopped = await openStopped(settings, { log, clock: systemClock, writes }).catch(
    (fault: unknown): Stopped => ({
      kind: 'refused',
      complaints: [fault instanceof Error ? fault.message : String(fault)],
    }),
  );
  if (stopped.kind === 'opened') return stopped;
  for (const line of stopped.complaints) context.complain(line);
  return undefined;
}
