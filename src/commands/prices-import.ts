import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { systemClock } from '../lib/clock.ts';
import { formatTime, nanosOfMs } from '../lib/rfc3339.ts';
import { changesBetween, nextSnapshot, type PriceChange, snapshotText } from '../price/import.ts';
import { compilePrices, importedFolder, readPriceTexts } from '../price/load.ts';
import { type PackageProvider, readPackage } from '../price/package-prices.ts';
import { type CommandContext, readWords, UsageFault } from './context.ts';
import { settingsOrComplaints } from './start.ts';

/**
 * `solvent prices import --published DAY`: makes a new snapshot of an installed `@pydantic/genai-prices`, and prints what
 * it changes. Nothing is fetched: the package carries its data. A jump blocks, for it is likelier a slip than a price.
 */
export async function pricesImport(context: CommandContext): Promise<number> {
  const { values, words } = readWords('prices import', context.args, {
    config: { type: 'string' },
    package: { type: 'string' },
    published: { type: 'string' },
    out: { type: 'string' },
    'accept-jumps': { type: 'boolean' },
  });
  const { published = '' } = values;
  if (words.length > 0 || !/^\d{4}-\d{2}-\d{2}$/.test(published))
    throw new UsageFault(
      'solvent prices import: --published YYYY-MM-DD is wanted, the day on which the package came out (npm view @pydantic/genai-prices time)',
    );
  const settings = await settingsOrComplaints(context, values.config);
  if (settings === undefined) return 1;
  const folder = values.out ?? importedFolder(settings.dataDir);
  const found = await readInstalled(values.package ?? join('node_modules', '@pydantic', 'genai-prices'));
  if (typeof found === 'string') {
    context.complain(found);
    return 1;
  }
  const data = readPackage(found.data);
  if (data.kind === 'refused') {
    for (const line of data.complaints) context.complain(line);
    return 1;
  }
  const read = await readPriceTexts(undefined, folder);
  const tables = read.kind === 'read' ? compilePrices(read.texts) : read;
  if (tables.kind === 'refused') {
    for (const line of tables.complaints) context.complain(line);
    return 1;
  }
  const today = formatTime(nanosOfMs(systemClock.now())).slice(0, 10);
  const { name: source, version } = found;
  const next = nextSnapshot(tables.snapshot, data.providers, { source, version, published, read: today });
  const changes = changesBetween(tables.snapshot, next);
  for (const change of changes) context.write(`${changeText(change)}\n`);
  const jumps = changes.filter(({ jump }) => jump);
  if (jumps.length > 0 && !values['accept-jumps']) {
    context.complain(
      `${jumps.length} prices became more than five times what they were, or less than a fifth; nothing was written: look at them, then --accept-jumps`,
    );
    return 1;
  }
  if (next.hash === tables.snapshot.hash && published <= tables.snapshot.published) {
    context.write('the snapshot is this one already\n');
    return 0;
  }
  const path = join(folder, `genai-prices-${version}-${next.hash.slice(0, 12)}.json`);
  await mkdir(folder, { recursive: true });
  await writeFile(`${path}.new`, snapshotText(next), { flush: true });
  await rename(`${path}.new`, path);
  context.write(`${path}: ${changes.length} changes; a running service takes it with SIGHUP\n`);
  return 0;
}

function changeText({ provider, model, class: name, before, after, jump }: PriceChange): string {
  if (name === '') return `${provider}/${model}: ${after}`;
  return `${provider}/${model} ${name}: ${before ?? 'none'} -> ${after ?? 'none'}${jump ? '  JUMP' : ''}`;
}

interface Installed {
  readonly name: string;
  readonly version: string;
  readonly data: readonly PackageProvider[];
}

/** The package's data, or one line that says why there is none. */
async function readInstalled(folder: string): Promise<Installed | string> {
  const missing = `${folder}: there is no @pydantic/genai-prices; install it, or name its folder with --package`;
  try {
    const about = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const module = await import(pathToFileURL(resolve(folder, 'dist', 'index.js')).href);
    const data: unknown = await module.waitForUpdate();
    if (!Array.isArray(data)) return `${folder}: its waitForUpdate() gives no list of providers`;
    return { name: String(about.name), version: String(about.version), data };
  } catch (fault) {
    const { code, message } = fault as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ERR_MODULE_NOT_FOUND' ? missing : `${folder}: ${message}`;
  }
}
