import type { Clause } from './clause.ts';
import type { SnapshotPrice, SnapshotProvider } from './snapshot.ts';

/** The data of `@pydantic/genai-prices`, as its `waitForUpdate()` hands it out; only what is read here. */
export interface PackageProvider {
  readonly id: string;
  readonly model_match?: Clause;
  readonly fallback_model_providers?: readonly string[];
  readonly models: readonly {
    readonly id: string;
    readonly match: Clause;
    readonly prices: PackagePrices | readonly ConditionalPrices[];
  }[];
}

type PackagePrice =
  | number
  | { readonly base: number; readonly tiers: readonly { start: number; price: number }[] };
type PackagePrices = Readonly<Record<string, PackagePrice>>;
interface ConditionalPrices {
  readonly constraint?: {
    readonly type?: string;
    readonly start_date?: string;
    readonly start_time?: string;
    readonly end_time?: string;
  };
  readonly prices: PackagePrices;
}

/** Their price key, our class, and the count that one price is for. */
const CLASSES: Readonly<Record<string, readonly [string, number]>> = {
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

/** Units that one price of a class is for. */
export const CLASS_PER: Readonly<Record<string, number>> = Object.fromEntries(Object.values(CLASSES));

/** The package's data in our shape, or what of it this version cannot read; each complaint is one line. */
export type PackageRead =
  | { readonly kind: 'read'; readonly providers: readonly SnapshotProvider[] }
  | { readonly kind: 'refused'; readonly complaints: readonly string[] };

export function readPackage(data: readonly PackageProvider[]): PackageRead {
  const complaints: string[] = [];
  const providers = data.map(({ id, model_match, fallback_model_providers, models }) => ({
    id,
    ...(model_match && { claims: model_match }),
    ...(fallback_model_providers && { fallback: fallback_model_providers }),
    models: models.map((model) => ({
      id: model.id,
      match: model.match,
      prices: pricesOf(model.id, model.prices, (what) => complaints.push(`${id}/${model.id}: ${what}`)),
    })),
  }));
  return complaints.length > 0 ? { kind: 'refused', complaints } : { kind: 'read', providers };
}

type Complain = (what: string) => void;

/**
 * Their table leaves out prices that are zero. A model that is called free is free; every other row without
 * prices stays without them, and what is used of it is unpriced.
 */
function pricesOf(
  id: string,
  prices: PackagePrices | readonly ConditionalPrices[],
  complain: Complain,
): readonly SnapshotPrice[] {
  if (isConditional(prices)) return prices.map((one) => periodOf(one.prices, one.constraint, complain));
  const free = id.endsWith(':free') && Object.keys(prices).length === 0;
  return [free ? { usd: { input: '0', output: '0' } } : periodOf(prices, undefined, complain)];
}

const isConditional = (prices: unknown): prices is readonly ConditionalPrices[] => Array.isArray(prices);

/** `from` is a day, 00:00 UTC; `daily` is a time of day in UTC, from and before. */
function periodOf(
  prices: PackagePrices,
  constraint: ConditionalPrices['constraint'],
  complain: Complain,
): SnapshotPrice {
  const known = Object.entries(prices).flatMap(([key, price]) => {
    const name = CLASSES[key]?.[0];
    if (name === undefined) complain(`its price key ${key} is new: give it a class in package-prices.ts`);
    return name === undefined ? [] : [[name, price] as const];
  });
  const { type, start_date: from, start_time: start = '', end_time: end = '' } = constraint ?? {};
  if (type !== undefined && type !== 'start_date' && type !== 'time_of_date')
    complain(`its condition ${type} is new`);
  const text = (price: number): string => textOf(price, complain);
  return {
    ...(type === 'start_date' && from !== undefined && { from }),
    ...(type === 'time_of_date' && { daily: [start, end] as const }),
    usd: Object.fromEntries(
      known.map(([name, price]) => [name, text(typeof price === 'number' ? price : price.base)]),
    ),
    ...tiersOf(known, text),
  };
}

/** Their tiers stand at each price; ours are of the whole row, for a request is in one tier with all its parts. */
function tiersOf(
  known: readonly (readonly [string, PackagePrice])[],
  text: (price: number) => string,
): Pick<SnapshotPrice, 'tiers'> {
  const tiersIn = (price: PackagePrice) => (typeof price === 'number' ? [] : price.tiers);
  const starts = new Set(known.flatMap(([, price]) => tiersIn(price).map((tier) => tier.start)));
  if (starts.size === 0) return {};
  const tiers = [...starts].sort((left, right) => left - right);
  return {
    tiers: tiers.map((start) => ({
      gt: start,
      usd: Object.fromEntries(
        known.flatMap(([name, price]) => {
          const tier = tiersIn(price).findLast((one) => one.start <= start);
          return tier === undefined ? [] : [[name, text(tier.price)]];
        }),
      ),
    })),
  };
}

/** Shortest decimal text; digits past the ninth are noise of the floats that the data was computed with. */
function textOf(price: number, complain: Complain): string {
  const text = price.toFixed(9).replace(/0+$/, '').replace(/\.$/, '');
  if (!(Math.abs(Number(text) - price) <= price * 1e-6))
    complain(`its price ${price} does not survive nine decimals`);
  return text;
}
