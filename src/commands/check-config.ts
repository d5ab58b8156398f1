import { loadPrices } from '../price/load.ts';
import { type CommandContext, readOptions } from './context.ts';
import { settingsOrComplaints } from './start.ts';

/** `solvent check-config [--config FILE]`: settings and price file are read as `serve` would; nothing is started. */
export async function checkConfigCommand(context: CommandContext): Promise<number> {
  const { config } = readOptions('check-config', context.args, { config: { type: 'string' } });
  const settings = await settingsOrComplaints(context, config);
  if (settings === undefined) return 1;
  const prices = await loadPrices(settings.prices);
  if (prices.kind === 'refused') {
    for (const line of prices.complaints) context.complain(line);
    return 1;
  }
  for (const line of prices.warnings) context.complain(`warning: ${line}`);
  context.write('the settings are good\n');
  return 0;
}
