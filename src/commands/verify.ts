import { NoStoppedLedger, openSharedLedger, openStoppedLedger, type StoppedLedger } from '../auditing.ts';
import { systemClock } from '../lib/clock.ts';
import { parseTime } from '../lib/rfc3339.ts';
import {
  type DayJson,
  dayJson,
  daysText,
  progressText,
  runChecksums,
  runVerify,
  told,
} from '../report/verify.ts';
import type { Settings } from '../settings/table.ts';
import { type CommandContext, readOptions, UsageFault } from './context.ts';
import { settingsOrComplaints, stopSignal } from './start.ts';

const LOOK_EVERY_MS = 250;

/**
 * `solvent verify`: compares everything that a ledger keeps with what it follows from, or prints the checksums of days; of a
 * running service, with `--data-dir` of one that is stopped, with `--database` of what replicas share.
 */
export async function verifyCommand(context: CommandContext): Promise<number> {
  const options = readOptions('verify', context.args, {
    url: { type: 'string' },
    'data-dir': { type: 'string' },
    database: { type: 'boolean' },
    config: { type: 'string' },
    day: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    json: { type: 'boolean' },
  });
  const { url, json, day, from, to, config } = options;
  const dataDir = options['data-dir'];
  if ([url, dataDir, options.database].filter((one) => one !== undefined).length > 1)
    throw new UsageFault(
      'solvent verify: --url is for a running service, --data-dir for a stopped one, --database for one in PostgreSQL; name one',
    );
  const days = daysOf({ day, from, to });
  const isLive = process.stderr.isTTY === true;
  const command = {
    url,
    json,
    fetch,
    write: context.write,
    writeError: context.complain,
    showProgress: (text: string) => void (isLive && process.stderr.write(`\r${text}\u001b[K`)),
    pause: () => new Promise<void>((resolve) => void systemClock.after(LOOK_EVERY_MS, resolve)),
  };
  try {
    if (dataDir !== undefined || options.database === true)
      return await verifyOpened(context, { dataDir, config, days, command });
    return days === undefined ? await runVerify(command) : await runChecksums(command, days);
  } finally {
    if (isLive) process.stderr.write('\r\u001b[K');
  }
}

interface Days {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

const DAY_MS = 86_400_000;

/** The days that checksums are asked for; undefined where none are. */
function daysOf({ day, from, to }: Days & { readonly day: string | undefined }): Days | undefined {
  for (const [name, value] of Object.entries({ day, from, to }))
    if (value !== undefined && startOf(value) === undefined)
      throw new UsageFault(
        `solvent verify: --${name} is ${JSON.stringify(value)}, but should be a date such as 2026-11-01`,
      );
  if (day === undefined) return from === undefined && to === undefined ? undefined : { from, to };
  if (from !== undefined || to !== undefined)
    throw new UsageFault('solvent verify: --day goes without --from and --to');
  const next = Number(startOf(day)! / 1_000_000n) + DAY_MS;
  return { from: day, to: new Date(next).toISOString().slice(0, 10) };
}

const startOf = (date: string): bigint | undefined =>
  /^\d{4}-\d\d-\d\d$/.test(date) ? parseTime(`${date}T00:00:00Z`) : undefined;

async function verifyOpened(
  context: CommandContext,
  asked: {
    /** Undefined for the database of the settings. */
    readonly dataDir: string | undefined;
    readonly config: string | undefined;
    readonly days: Days | undefined;
    readonly command: Parameters<typeof runVerify>[0];
  },
): Promise<number> {
  const settings = await settingsOrComplaints(context, asked.config);
  if (settings === undefined) return 1;
  let ledger: StoppedLedger;
  try {
    ledger = await openLedger(settings, asked.dataDir);
  } catch (fault) {
    const { name, message } = fault as Error;
    context.complain(
      name === 'DataDirectoryBusy' && message.includes('in use')
        ? `${message}, or ask the service: solvent verify --url`
        : message,
    );
    return fault instanceof NoStoppedLedger ? 2 : 1;
  }
  const abort = new AbortController();
  void stopSignal(context).then(() => abort.abort());
  const { command, days } = asked;
  try {
    if (days !== undefined) return await printDays(ledger, days, command);
    const { counts, faults } = await ledger.verify(
      (progress) => command.showProgress(progressText(progress)),
      abort.signal,
    );
    if (command.json)
      command.write(
        `${JSON.stringify({ state: faults.length === 0 ? 'right' : 'wrong', counts, faults }, undefined, 2)}\n`,
      );
    return told(command, counts, faults);
  } catch (fault) {
    context.complain(
      `the ledger could not be verified: ${abort.signal.aborted ? 'it was stopped' : (fault as Error).message}`,
    );
    return 1;
  } finally {
    await ledger.close();
  }
}

function openLedger(settings: Settings, dataDir: string | undefined): Promise<StoppedLedger> {
  if (dataDir !== undefined) return openStoppedLedger({ ...settings, dataDir });
  if (settings.databaseUrl === undefined)
    throw new NoStoppedLedger('--database is the one of SOLVENT_DATABASE_URL, which is not set');
  return openSharedLedger(settings, settings.databaseUrl);
}

async function printDays(
  ledger: StoppedLedger,
  { from, to }: Days,
  { json, write }: Parameters<typeof runVerify>[0],
): Promise<number> {
  const range = {
    ...(from !== undefined && { from: startOf(from)! }),
    ...(to !== undefined && { to: startOf(to)! }),
  };
  const days: DayJson[] = [];
  for await (const day of ledger.checksums(range)) days.push(dayJson(day));
  write(json ? `${JSON.stringify({ days }, undefined, 2)}\n` : daysText(days));
  return 0;
}
