import { runReport } from '../report/run.ts';
import { type CommandContext, readOptions } from './context.ts';

/** `solvent report`: the CPST table of a running service, in a terminal, as JSON or as CSV. */
export async function reportCommand(context: CommandContext): Promise<number> {
  const options = readOptions('report', context.args, {
    url: { type: 'string' },
    window: { type: 'string' },
    'group-by': { type: 'string' },
    json: { type: 'boolean' },
    csv: { type: 'boolean' },
  });
  return runReport({
    ...options,
    groupBy: options['group-by'],
    fetch,
    write: context.write,
    writeError: context.complain,
    style: {
      color: process.stdout.isTTY === true && context.env.NO_COLOR === undefined,
      width: process.stdout.columns ?? 120,
    },
  });
}
