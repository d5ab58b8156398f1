/**
 * Compiles the prices of service tiers and regions into `src/price/overlay/service-tiers.json`.
 *
 *     node scripts/build.js && node scripts/prices-overlay.js --models DIR --check FILE --published 2026-08-21 [--read 2026-11-27]
 *
 * `--models` is a checkout of github.com/Portkey-AI/models, `--check` Langfuse's default-model-prices.json. A row is taken
 * only where the source's standard price of the model is the snapshot's, where Langfuse does not say otherwise, where
 * a region's price is within some tenths of it, and where no batch or flex price is above the standard one and no priority price below it. What is left out is printed.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadSnapshot } from '../dist/price/load.js';
import { openSnapshotIndex } from '../dist/price/snapshot-index.js';

const FILES = [
  ['openai.json', 'openai'],
  ['anthropic.json', 'anthropic'],
  ['vertex-ai.json', 'google'],
  ['google.json', 'google'],
  ['bedrock.json', 'aws'],
  ['fireworks-ai.json', 'fireworks'],
];
/** Their class, ours, and what makes dollars of their cents for our count: a million tokens, a thousand searches. */
const CLASSES = {
  request_token: ['input', 1e4],
  response_token: ['output', 1e4],
  cache_read_input_token: ['cache_read', 1e4],
  cache_write_input_token: ['cache_write_5m', 1e4],
  request_audio_token: ['input_audio', 1e4],
  response_audio_token: ['output_audio', 1e4],
  cache_read_audio_input_token: ['cache_read_audio', 1e4],
};
const PER_CALL = new Set(['web_search', 'file_search', 'request']);
const CHEAPER = new Set(['batch', 'flex']);
const DEARER = new Set(['priority', 'fast']);

const { values } = parseArgs({
  options: {
    models: { type: 'string' },
    check: { type: 'string' },
    published: { type: 'string' },
    read: { type: 'string', default: new Date().toISOString().slice(0, 10) },
  },
});
if (values.models === undefined || values.check === undefined || values.published === undefined)
  throw new Error('--models DIR, --check FILE and --published YYYY-MM-DD are wanted');

const snapshot = await loadSnapshot();
const index = openSnapshotIndex(snapshot, () => undefined);
const langfuse = new Map(
  JSON.parse(await readFile(values.check, 'utf8')).map((model) => [model.modelName, model.pricingTiers]),
);
const rows = new Map();
const refused = [];
/** Regions of models whose standard price was left out. */
const doubtful = new Set();

for (const [file, provider] of FILES) {
  const models = JSON.parse(await readFile(join(values.models, 'pricing', file), 'utf8'));
  for (const [name, entry] of Object.entries(models)) {
    if (/-gt-\d+k$/.test(name)) continue;
    const model = name.replace(/-lte-\d+k$/, '').toLowerCase();
    const hit = index.find(provider, [{ model, head: undefined }]);
    if (hit === undefined || hit.doubtful) continue;
    const ours = snapshot.providers
      .find(({ id }) => id === provider)
      .models.find(({ id }) => id === hit.card.model);
    const standard = ours.prices.findLast(({ daily }) => daily === undefined);
    const long = models[name.replace(/-lte-(\d+k)$/, '-gt-$1')];
    for (const price of pricesOf(entry, long === entry ? undefined : long, standard, name))
      add(provider, ours, standard, price, name, model);
  }
}

/** Rows of all modes and regions, but for the standard one of the list. */
function* pricesOf(entry, long, standard, name) {
  const regions = entry?.custom_pricing?.regions ?? {};
  const list = rateOf(entry?.pricing_config?.pay_as_you_go);
  const home = regions.default ?? regions.global;
  const believed = home?.execution_modes?.standard
    ? modeOf(home.execution_modes.standard, entry.custom_pricing.context_tier_map).usd
    : list;
  if (believed === undefined) return;
  for (const key of ['input', 'output'])
    if (believed[key] !== standard.usd[key] && standard.usd[key] !== undefined) {
      if (entry?.pricing_config?.batch_config || Object.keys(regions).length > 0)
        refused.push(`${name}: standard ${key} is ${believed[key]}, not ${standard.usd[key]}`);
      return;
    }
  for (const [region, { execution_modes: modes = {} }] of Object.entries(regions))
    for (const [mode, body] of Object.entries(modes)) {
      const place = region === 'default' || region === 'global' ? undefined : region.split(',').join('|');
      if (mode === 'standard' && place === undefined) continue;
      const { usd, tiers } = modeOf(body, entry.custom_pricing.context_tier_map);
      if (usd?.input === undefined) continue;
      yield { ...(place && { region: place }), ...(mode !== 'standard' && { tier: mode }), usd, tiers };
    }
  const batch = rateOf(entry?.pricing_config?.batch_config);
  if (batch?.input !== undefined && home?.execution_modes?.batch === undefined) {
    const above = rateOf(long?.pricing_config?.batch_config);
    const differs = above !== undefined && above.input !== batch.input;
    const [threshold] = standard.tiers ?? [];
    if (differs && threshold === undefined)
      refused.push(`${name}: long contexts cost more, and ours has no threshold`);
    else yield { tier: 'batch', usd: batch, tiers: differs ? [{ gt: threshold.gt, usd: above }] : undefined };
  }
}

function modeOf({ pricing_config: config, context_tiers: contexts }, map) {
  if (contexts === undefined) return { usd: rateOf(config?.pay_as_you_go) };
  const [[, lowest], ...above] = Object.entries(map ?? {}).sort(
    ([left], [right]) => Number(left) - Number(right),
  );
  return {
    usd: rateOf(contexts[lowest]?.pricing_config?.pay_as_you_go),
    tiers: above.map(([gt, label]) => ({
      gt: Number(gt),
      usd: rateOf(contexts[label]?.pricing_config?.pay_as_you_go),
    })),
  };
}

function rateOf(prices) {
  if (prices === undefined) return undefined;
  const usd = {};
  for (const [key, { price }] of Object.entries(prices))
    if (CLASSES[key] !== undefined && price > 0) usd[CLASSES[key][0]] = textOf(price * CLASSES[key][1]);
  const hour = prices.additional_units?.cache_write_1h?.price;
  if (hour > 0) usd.cache_write_1h = textOf(hour * 1e4);
  return usd;
}

function textOf(price) {
  const text = price.toFixed(9).replace(/0+$/, '').replace(/\.$/, '');
  if (Math.abs(Number(text) - price) > 1e-9) throw new Error(`${price} does not survive nine decimals`);
  return text;
}

function add(provider, ours, standard, price, name, model) {
  const row = filled(price, standard);
  const label = `${name} ${[price.tier, price.region].filter(Boolean).join(' ')}`;
  if (row === undefined) return refused.push(`${label}: long contexts have no price in it`);
  const [rates, list] = [Object.entries(row.usd), standard.usd];
  if (
    CHEAPER.has(price.tier) &&
    price.region === undefined &&
    rates.some(([key, text]) => Number(text) > Number(list[key]))
  )
    return refused.push(`${label}: dearer than standard`);
  if (DEARER.has(price.tier) && rates.some(([key, text]) => Number(text) < Number(list[key])))
    return refused.push(`${label}: cheaper than standard`);
  const place = `${provider} ${ours.id} ${price.region}`;
  const far =
    price.region !== undefined &&
    price.tier === undefined &&
    rates.find(([key, text]) => isFar(key, text, list, row.usd));
  if (far) doubtful.add(place);
  if (far) return refused.push(`${label}: ${far[0]} is ${far[1]}, and at home ${list[far[0]]}`);
  if (doubtful.has(place)) return refused.push(`${label}: the region's standard price is not believed`);
  if (Number(row.usd.cache_read ?? 0) > Number(row.usd.input))
    return refused.push(`${label}: cache read above input`);
  const other = second(model, row);
  if (other !== undefined) return refused.push(`${label}: ${other}`);
  const key = `${provider} ${ours.id}`;
  const known = rows.get(key) ?? { provider, model: ours.id, beside: besideOf(standard), prices: [] };
  const twin = known.prices.find((one) => one.tier === row.tier && one.region === row.region);
  if (twin === undefined) known.prices.push(row);
  else if (JSON.stringify(twin.usd) !== JSON.stringify(row.usd)) {
    // The first file of a provider is the more detailed one.
    refused.push(`${label}: ${JSON.stringify(row.usd)}, beside ${JSON.stringify(twin.usd)}`);
  }
  rows.set(key, known);
}

/** Regions differ by some tenths; more is a slip of the source, and so is a class that the list does not have. */
function isFar(key, text, list, usd) {
  // An hour of Anthropic's cache is twice the input.
  const home = list[key] ?? (key === 'cache_write_1h' ? 2 * Number(usd.input) : undefined);
  return home === undefined || Number(text) > 1.6 * Number(home) || Number(text) < 0.6 * Number(home);
}

function besideOf({ usd }) {
  return { input: usd.input, ...(usd.output !== undefined && { output: usd.output }) };
}

/**
 * Discounts on input and output by one factor are discounts on everything (batch and cache multipliers stack); what
 * is billed by the call costs the same in every tier.
 */
function filled({ tiers, ...price }, standard) {
  const factor = factorOf(price.usd, standard.usd);
  const complete = (usd, list) => {
    const more = Object.entries(list).flatMap(([key, text]) => {
      if (usd[key] !== undefined) return [];
      if (PER_CALL.has(key)) return [[key, text]];
      return factor === undefined ? [] : [[key, textOf(Number(text) * factor)]];
    });
    return { ...usd, ...Object.fromEntries(more) };
  };
  const usd = complete(price.usd, standard.usd);
  if (standard.tiers === undefined) return { ...price, usd };
  if (tiers?.length > 0 && tiers.every((tier) => tier.usd?.input !== undefined)) {
    const [list] = standard.tiers;
    return {
      ...price,
      usd,
      tiers: tiers.map((tier) => ({ gt: tier.gt, usd: without(complete(tier.usd, list.usd), PER_CALL) })),
    };
  }
  if (factor === undefined) return undefined;
  const above = standard.tiers.map((tier) => ({ gt: tier.gt, usd: complete({}, tier.usd) }));
  return { ...price, usd, tiers: above };
}

function without(usd, keys) {
  return Object.fromEntries(Object.entries(usd).filter(([key]) => !keys.has(key)));
}

function factorOf(usd, list) {
  const factor = Number(usd.input) / Number(list.input);
  if (list.output === undefined) return factor;
  return Math.abs(Number(usd.output) / Number(list.output) - factor) < 1e-9 ? factor : undefined;
}

/** What Langfuse says otherwise; undefined where it agrees or says nothing. */
function second(model, { tier, region, usd }) {
  const label = { flex: 'Flex', priority: 'Fast mode' }[tier];
  if (label === undefined || region !== undefined) return undefined;
  const prices = langfuse.get(model)?.find((one) => one.name === label)?.prices;
  for (const key of ['input', 'output'])
    if (prices?.[key] !== undefined && Math.abs(prices[key] * 1e6 - Number(usd[key])) > 1e-9)
      return `Langfuse asks ${prices[key] * 1e6} for ${key}, not ${usd[key]}`;
  return undefined;
}

const head = {
  format: 1,
  source: 'Portkey-AI/models, checked with langfuse/langfuse',
  published: values.published,
  read: values.read,
};
const sorted = [...rows.values()].sort((a, b) =>
  `${a.provider} ${a.model}`.localeCompare(`${b.provider} ${b.model}`),
);
const lines = sorted.map((row) => JSON.stringify(row));
await writeFile(
  new URL('../src/price/overlay/service-tiers.json', import.meta.url),
  `${JSON.stringify(head).slice(0, -1)},"rows":[\n${lines.join(',\n')}\n]}\n`,
);
for (const line of refused) process.stdout.write(`left out: ${line}\n`);
process.stdout.write(
  `${sorted.length} models, ${sorted.reduce((sum, { prices }) => sum + prices.length, 0)} rows\n`,
);
