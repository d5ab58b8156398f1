import { backUpDataDir, fetchBackup, restore } from '../backing-up.ts';
import { systemClock } from '../lib/clock.ts';
import { baseOf } from '../report/ask.ts';
import { askForBackup } from '../report/backup.ts';
import type { Settings } from '../settings/table.ts';
import { VERSION } from '../version.ts';
import { type CommandContext, readOptions, readWords, UsageFault } from './context.ts';
import { settingsOrComplaints } from './start.ts';

const LOOK_EVERY_MS = 100;

/**
 * `solvent backup [--to DIR] [--url URL] [--data-dir DIR]`: of the running service, which makes it in its own data
 * directory; or, where none runs there and none is named, of the files as they lie.
 */
export async function backupCommand(context: CommandContext): Promise<number> {
  const options = readOptions('backup', context.args, {
    to: { type: 'string' },
    url: { type: 'string' },
    'data-dir': { type: 'string' },
    config: { type: 'string' },
  });
  const settings = await settingsOrComplaints(context, options.config);
  if (settings === undefined) return 1;
  const dataDir = options['data-dir'] ?? settings.dataDir;
  const { to, url } = options;
  if (url === undefined) {
    const done = await backUpDataDir({ dataDir, to, nowMs: systemClock.now(), program: VERSION });
    if (done.kind === 'refused') return complained(context, done.line);
    if (done.kind === 'done') {
      context.write(`${done.line}\n`);
      return 0;
    }
  }
  return ofRunning(context, { base: url ?? urlOf(settings), dataDir, to });
}

const complained = (context: CommandContext, line: string): 1 => {
  context.complain(line);
  return 1;
};

/** Where the settings say that the reading side is. */
function urlOf({ host, webPort }: Settings): string {
  const near = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${near.includes(':') ? `[${near}]` : near}:${webPort}`;
}

async function ofRunning(
  context: CommandContext,
  { base, dataDir, to }: { readonly base: string; readonly dataDir: string; readonly to: string | undefined },
): Promise<number> {
  const address = baseOf(base);
  if (address === undefined)
    throw new UsageFault(
      `solvent backup: --url is ${JSON.stringify(base)}, but should be an address such as http://127.0.0.1:9464`,
    );
  const pause = () => new Promise<void>((resolve) => void systemClock.after(LOOK_EVERY_MS, resolve));
  const told = await askForBackup(address, { fetch, pause });
  if (told.kind === 'failed') {
    context.complain(told.line);
    return told.code;
  }
  const { name, files, bytes, paused_ms } = told.backup;
  context.complain(`${files} files, ${bytes} bytes; nothing was settled for ${paused_ms} ms`);
  if (to === undefined) {
    context.write(`backups/${name} in the data directory of ${address}\n`);
    return 0;
  }
  const done = await fetchBackup(dataDir, name, to);
  if (done.kind !== 'done')
    return complained(
      context,
      `backups/${name} was made in the data directory of ${address}, but not copied from ${dataDir}: ` +
        `${done.kind === 'refused' ? done.line : 'it is in use'}; say with --data-dir where that service keeps its data`,
    );
  context.write(`${done.line}\n`);
  return 0;
}

/** `solvent restore BACKUP [--data-dir DIR]`: into a data directory that is empty, or not there yet. */
export async function restoreCommand(context: CommandContext): Promise<number> {
  const { values, words } = readWords('restore', context.args, {
    'data-dir': { type: 'string' },
    config: { type: 'string' },
  });
  const [from, ...more] = words;
  if (from === undefined || more.length > 0)
    throw new UsageFault('solvent restore: name the folder of one backup, and the target with --data-dir');
  const settings = await settingsOrComplaints(context, values.config);
  if (settings === undefined) return 1;
  const dataDir = values['data-dir'] ?? settings.dataDir;
  const done = await restore(from, dataDir);
  if (done.kind !== 'done')
    return complained(
      context,
      done.kind === 'refused' ? done.line : `a service works in ${dataDir}: stop it, or name another one`,
    );
  context.write(`${done.line}\n`);
  return 0;
}
