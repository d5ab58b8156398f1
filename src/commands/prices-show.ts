import { openPolicy } from '../domain/policy.ts';
import type { RateCard, RateLine, RateRow } from '../domain/rate-card.ts';
import { systemClock } from '../lib/clock.ts';
import { formatTime, nanosOfMs, parseTime } from '../lib/rfc3339.ts';
import { openPriceBook, type PriceBook } from '../price/book.ts';
import { importedFolder, loadPrices } from '../price/load.ts';
import { policySettings } from '../settings/derived.ts';
import { type CommandContext, readWords, UsageFault } from './context.ts';
import { settingsOrComplaints } from './start.ts';

const DAY_MS = 86_400_000;

/** `solvent prices [provider/model]`: the sources of the book, or the rates that it asks for a model. */
export async function pricesShow(context: CommandContext): Promise<number> {
  const { values, words } = readWords('prices', context.args, {
    config: { type: 'string' },
    at: { type: 'string' },
    'service-tier': { type: 'string' },
    region: { type: 'string' },
    deployment: { type: 'string' },
    json: { type: 'boolean' },
  });
  if (words.length > 1) throw new UsageFault('solvent prices: name one model, as provider/model');
  const settings = await settingsOrComplaints(context, values.config);
  if (settings === undefined) return 1;
  const tables = await loadPrices(settings.prices, importedFolder(settings.dataDir));
  if (tables.kind === 'refused') {
    for (const line of tables.complaints) context.complain(line);
    return 1;
  }
  const book = openPriceBook({ ...tables, policy: openPolicy(policySettings(settings)) });
  const nowMs = systemClock.now();
  const [name] = words;
  if (name === undefined) {
    context.write(values.json ? `${JSON.stringify(sourcesJson(book))}\n` : sourcesText(book, nowMs));
    return 0;
  }
  const atMs = values.at === undefined ? nowMs : timeOf(values.at);
  const [provider, ...model] = name.split('/');
  if (model.length === 0) throw new UsageFault(`solvent prices: ${name} is no provider/model`);
  const served = {
    ...(values['service-tier'] !== undefined && { tier: values['service-tier'] }),
    ...(values.region !== undefined && { region: values.region }),
    ...(values.deployment !== undefined && { deployment: values.deployment }),
  };
  const card = book.rates(
    provider!,
    model.join('/'),
    atMs,
    Object.keys(served).length > 0 ? served : undefined,
  );
  if (card === undefined) {
    context.complain(`no price for ${name} at ${formatTime(nanosOfMs(atMs))}`);
    return 1;
  }
  context.write(values.json ? `${JSON.stringify(card)}\n` : cardText(card, atMs));
  return 0;
}

function timeOf(text: string): number {
  const nanos = parseTime(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (nanos === undefined)
    throw new UsageFault(
      `solvent prices: --at ${text} is no time such as 2026-11-01 or 2026-11-01T00:00:00Z`,
    );
  return Number(nanos / 1_000_000n);
}

const sourcesJson = ({ tableHash, sources }: PriceBook) => ({ table_hash: tableHash, sources });

function sourcesText(book: PriceBook, nowMs: number): string {
  const lines = book.sources.flatMap(({ kind, name, published, read, hash, rows, aside }) => [
    `${kind.padEnd(9)} ${name}: ${rows} rows${published === '' ? '' : `, came out ${published}, read ${read}`}`,
    `          sha256 ${hash}`,
    ...aside.map((row) => `          set aside: ${row}`),
  ]);
  const days = Math.floor(book.ageMs(nowMs) / DAY_MS);
  return `table ${book.tableHash}\n${lines.join('\n')}\nThe list prices are ${days} days old.\n`;
}

function cardText(card: RateCard, atMs: number): string {
  const head = [
    `${card.provider}/${card.model} at ${formatTime(nanosOfMs(atMs))}, in dollars`,
    `table ${card.tableHash}`,
    ...(card.flags.length === 0 ? [] : [`flags ${card.flags.join(', ')}`]),
  ];
  return `${[...head, ...rowText(card), ...card.others.flatMap(rowText)].join('\n')}\n`;
}

function rowText(row: RateRow): readonly string[] {
  const since = row.validFrom === undefined ? '' : `, from ${formatTime(nanosOfMs(row.validFrom))}`;
  const until = row.validTo === undefined ? '' : `, until ${formatTime(nanosOfMs(row.validTo))}`;
  const [all, above] = row.basis === 'each' ? ['what is', ''] : ['requests', ` (${row.basis})`];
  return [
    '',
    `${row.when === '' ? 'standard' : row.when}: ${row.priceId}, ${row.source}${since}${until}`,
    ...(row.note === '' ? [] : [`  ${row.note}`]),
    ...row.rates.map(lineText),
    ...row.tiers.flatMap((tier) => [
      `  ${all} above ${tier.above}${above}`,
      ...tier.rates.map((rate) => `  ${lineText(rate)}`),
    ]),
  ];
}

const lineText = ({ class: name, usd, per }: RateLine): string =>
  `  ${name.padEnd(24)} ${usd}${per === 1 ? '' : ` for ${per}`}`;
