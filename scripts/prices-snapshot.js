/**
 * Compiles the price data of `@pydantic/genai-prices` into `src/price/snapshot/genai-prices-<version>.json`.
 *
 *     node scripts/prices-snapshot.js --published 2026-09-23 [--read 2026-11-23]
 *
 * `--published` is the day that the package came out: the age of the table counts from it. Nothing is fetched:
 * the package carries its data. The same package always compiles to the same bytes, but for `read`.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { waitForUpdate } from '@pydantic/genai-prices';

/** Their price key, our class, and the count that one price is for. */
const CLASSES = {
  input_mtok: ['input', 1_000_000],
  output_mtok: ['output', 1_000_000],
  cache_read_mtok: ['cache_read', 1_000_000],
  cache_write_mtok: ['cache_write_5m', 1_000_000],
  cache_write_1h_mtok: ['cache_write_1h', 1_000_000],
  output_reasoning_mtok: ['reasoning', 1_000_000],
  output_citation_mtok: ['citation', 1_000_000],
  input_audio_mtok: ['input_audio', 1_000_000],
  output_audio_mtok: ['output_audio', 1_000_000],
  cache_audio_read_mtok: ['cache_read_audio', 1_000_000],
  input_image_mtok: ['input_image', 1_000_000],
  output_image_mtok: ['output_image', 1_000_000],
  cache_image_read_mtok: ['cache_read_image', 1_000_000],
  input_video_mtok: ['input_video', 1_000_000],
  output_video_mtok: ['output_video', 1_000_000],
  web_searches_kcount: ['web_search', 1000],
  storage_searches_kcount: ['file_search', 1000],
  requests_kcount: ['request', 1000],
  input_text_messages_kcount: ['text_message', 1000],
  input_document_kpages: ['document_page', 1000],
  input_annotated_document_kpages: ['annotated_document_page', 1000],
  audio_hours: ['audio_hour', 1],
  input_audio_hours: ['input_audio_hour', 1],
};

const { values } = parseArgs({
  options: {
    published: { type: 'string' },
    read: { type: 'string', default: new Date().toISOString().slice(0, 10) },
  },
});
if (values.published === undefined)
  throw new Error('--published YYYY-MM-DD is wanted: when the package came out');

const pkg = JSON.parse(
  await readFile(new URL('../node_modules/@pydantic/genai-prices/package.json', import.meta.url), 'utf8'),
);
const providers = (await waitForUpdate()).map(providerOf);
const hash = createHash('sha256').update(JSON.stringify(providers)).digest('hex');
const per = Object.fromEntries(Object.values(CLASSES));
const head = {
  format: 1,
  source: pkg.name,
  version: pkg.version,
  published: values.published,
  read: values.read,
};
const target = new URL(`../src/price/snapshot/genai-prices-${pkg.version}.json`, import.meta.url);
await writeFile(target, `${oneProviderALine({ ...head, hash, per, providers })}\n`);
process.stdout.write(
  `${target.pathname}: ${providers.length} providers, ${providers.reduce((sum, one) => sum + one.models.length, 0)} models, ${hash}\n`,
);

function providerOf({ id, model_match, fallback_model_providers, models }) {
  return {
    id,
    ...(model_match && { claims: model_match }),
    ...(fallback_model_providers && { fallback: fallback_model_providers }),
    models: models.map((model) => ({ id: model.id, match: model.match, prices: pricesOf(model) })),
  };
}

/**
 * Their table leaves out prices that are zero. A model that is called free is free; every other row without
 * prices stays without them, and what is used of it is unpriced.
 */
function pricesOf({ id, prices }) {
  const free = id.endsWith(':free') && !Array.isArray(prices) && Object.keys(prices).length === 0;
  return free ? [{ usd: { input: '0', output: '0' } }] : periodsOf(prices);
}

function periodsOf(prices) {
  return Array.isArray(prices)
    ? prices.map(({ constraint, prices }) => periodOf(prices, constraint))
    : [periodOf(prices)];
}

/** `from` is a day, 00:00 UTC; `daily` is a time of day in UTC, from and before. */
function periodOf(prices, constraint) {
  const known = Object.entries(prices).map(([key, price]) => {
    if (CLASSES[key] === undefined) throw new Error(`price key ${key} is new: give it a class in CLASSES`);
    return [CLASSES[key][0], price];
  });
  return {
    ...(constraint?.type === 'start_date' && { from: constraint.start_date }),
    ...(constraint?.type === 'time_of_date' && { daily: [constraint.start_time, constraint.end_time] }),
    usd: Object.fromEntries(
      known.map(([name, price]) => [name, textOf(typeof price === 'number' ? price : price.base)]),
    ),
    ...tiersOf(known),
  };
}

/** Their tiers stand at each price; ours are of the whole row, for a request is in one tier with all its parts. */
function tiersOf(known) {
  const starts = new Set(known.flatMap(([, price]) => price.tiers?.map((tier) => tier.start) ?? []));
  if (starts.size === 0) return {};
  const tiers = [...starts].sort((a, b) => a - b);
  return {
    tiers: tiers.map((start) => ({
      gt: start,
      usd: Object.fromEntries(
        known.flatMap(([name, price]) => {
          const tier = price.tiers?.filter((one) => one.start <= start).at(-1);
          return tier === undefined ? [] : [[name, textOf(tier.price)]];
        }),
      ),
    })),
  };
}

/** Shortest decimal text; digits past the ninth are noise of the floats that the data was computed with. */
function textOf(price) {
  const text = price.toFixed(9).replace(/0+$/, '').replace(/\.$/, '');
  if (Math.abs(Number(text) - price) > 1e-9) throw new Error(`${price} does not survive nine decimals`);
  return text;
}

/** Compact, and yet a change of one provider is a change of one line. */
function oneProviderALine({ providers, ...head }) {
  const lines = providers.map((provider) => JSON.stringify(provider));
  return `${JSON.stringify(head).slice(0, -1)},"providers":[\n${lines.join(',\n')}\n]}`;
}
