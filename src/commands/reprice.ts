import { systemClock } from '../lib/clock.ts';
import { runReprice } from '../report/reprice.ts';
import { type CommandContext, readOptions, UsageFault } from './context.ts';
import { stopSignal } from './start.ts';

const LOOK_EVERY_MS = 250;

/**
 * `solvent reprice`: a running service prices charges anew, or says what that would change. The first Ctrl-C pauses it,
 * behind the portion under way.
 */
export async function repriceCommand(context: CommandContext): Promise<number> {
  const options = readOptions('reprice', context.args, {
    url: { type: 'string' },
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
  const isLive = process.stderr.isTTY === true;
  const code = await runReprice({
    url,
    json,
    csv,
    asked: paused === undefined ? asked : { continue: paused },
    fetch,
    write: context.write,
    writeError: context.complain,
    showProgress: (text) => {
      if (isLive) process.stderr.write(`\r${text}\u001b[K`);
    },
    pause: () => new Promise((resolve) => void systemClock.after(LOOK_EVERY_MS, resolve)),
    stopped: stopSignal(context),
  });
  if (isLive) process.stderr.write('\r\u001b[K');
  return code;
}
