import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EXPORT_FORMATS } from '../domain/audit.ts';
import { runExport } from '../report/export.ts';
import { type CommandContext, readOptions, UsageFault } from './context.ts';

/** `solvent export`: every charge in a range of a running service, to a file or to standard output. */
export async function exportCommand(context: CommandContext): Promise<number> {
  const options = readOptions('export', context.args, {
    url: { type: 'string' },
    from: { type: 'string' },
    to: { type: 'string' },
    format: { type: 'string' },
    output: { type: 'string' },
    'agent-type': { type: 'string' },
    'task-type': { type: 'string' },
    model: { type: 'string' },
  });
  const { url, from, to, model, output = '-' } = options;
  const format = options.format ?? (output === '-' ? 'csv' : formatOf(output));
  if (!(EXPORT_FORMATS as readonly string[]).includes(format))
    throw new UsageFault(
      `solvent export: --format is ${JSON.stringify(format)}, but should be one of ${EXPORT_FORMATS.join(', ')}`,
    );
  if (format === 'parquet' && output === '-' && process.stdout.isTTY)
    throw new UsageFault('solvent export: parquet is not for a terminal; name a file with --output');
  return runExport({
    url,
    format,
    query: { from, to, model, agent_type: options['agent-type'], task_type: options['task-type'] },
    fetch,
    keep: output === '-' ? print : (bytes) => keepIn(output, bytes),
    writeError: context.complain,
  });
}

/** As the name of the file ends; CSV where that says nothing. */
function formatOf(output: string): string {
  const ending = extname(output).slice(1).toLowerCase();
  return (EXPORT_FORMATS as readonly string[]).includes(ending) ? ending : 'csv';
}

const print = (bytes: AsyncIterable<Uint8Array>): Promise<void> =>
  pipeline(bytes, process.stdout, { end: false });

/** Under its name only once it is whole. */
async function keepIn(output: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const part = `${output}.part`;
  try {
    await pipeline(bytes, createWriteStream(part, { flush: true }));
    await rename(part, output);
  } catch (fault) {
    await rm(part, { force: true });
    throw fault;
  }
}
