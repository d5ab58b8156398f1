import type { CommandContext } from './context.ts';
import { pricesImport } from './prices-import.ts';
import { pricesLint } from './prices-lint.ts';
import { pricesShow } from './prices-show.ts';

/** `solvent prices`: what is in force and where it is from; checks a file; takes a newer snapshot. */
export async function pricesCommand(context: CommandContext): Promise<number> {
  const [first, ...args] = context.args;
  if (first === 'lint') return pricesLint({ ...context, args });
  if (first === 'import') return pricesImport({ ...context, args });
  return pricesShow(context);
}
