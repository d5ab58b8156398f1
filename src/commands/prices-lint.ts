import { loadPrices } from '../price/load.ts';
import { type CommandContext, readWords, UsageFault } from './context.ts';

/** `solvent prices lint FILE...`: each file or folder as `serve` would read it; every mistake is one line. */
export async function pricesLint(context: CommandContext): Promise<number> {
  const { words } = readWords('prices lint', context.args, {});
  if (words.length === 0) throw new UsageFault('solvent prices lint: name a price file, or a folder of them');
  let bad = 0;
  for (const path of words) {
    const read = await loadPrices(path);
    if (read.kind === 'refused') {
      bad += 1;
      for (const line of read.complaints) context.complain(line);
      continue;
    }
    for (const line of read.warnings) context.complain(`warning: ${line}`);
    const { rows = [], aliases = [] } = read.userTable ?? {};
    context.write(`${path}: ${rows.length} prices, ${aliases.length} aliases, all good\n`);
  }
  return bad === 0 ? 0 : 1;
}
