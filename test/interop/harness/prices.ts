import type { TrueCall } from '../mock/truth.ts';

/** Dollars for a million tokens; all differ, so that a token in the wrong class costs something else. */
type Rates = Readonly<
  Record<'input' | 'cache_read' | 'cache_write_5m' | 'cache_write_1h' | 'output' | 'reasoning', string>
>;

const RATES: Readonly<Record<TrueCall['provider'], Rates>> = {
  openai: {
    input: '2',
    cache_read: '0.5',
    cache_write_5m: '2.5',
    cache_write_1h: '4',
    output: '8',
    reasoning: '9',
  },
  anthropic: {
    input: '3',
    cache_read: '0.3',
    cache_write_5m: '3.75',
    cache_write_1h: '6',
    output: '15',
    reasoning: '16',
  },
  google: {
    input: '1.25',
    cache_read: '0.31',
    cache_write_5m: '1.5',
    cache_write_1h: '2.25',
    output: '10',
    reasoning: '11',
  },
};
const PREFIXES: Readonly<Record<TrueCall['provider'], string>> = {
  openai: '[gpt-, o4-, text-embedding-]',
  anthropic: '[claude-]',
  google: '[gemini-]',
};
const TOOL_USD = '0.001';
const QUERY_USD = '0.0005';
const READ_UNIT_USD = '0.000016';

/** The price file that Solvent runs with. */
export const PRICES = `version: 1
table: {id: interop, currency: USD, as_of: 2026-11-01}
prices:
${Object.entries(RATES)
  .map(
    ([provider, rates]) =>
      `  - {id: ${provider}/all, provider: ${provider}, match: {prefix: ${PREFIXES[provider as TrueCall['provider']]}}, usd: ${JSON.stringify(rates)}}\n`,
  )
  .join('')}\
  - {id: tools, kind: tool, match: {glob: "*"}, usd: {call: "${TOOL_USD}"}}
  - {id: vectors, kind: vector, match: {glob: "*"}, usd: {query: "${QUERY_USD}", pinecone_read_unit: {per: 1, price: "${READ_UNIT_USD}"}}}
`;

/** What a provider charges for tokens that are told so, in picodollars: not with Solvent's own arithmetic. */
export function callPico(
  provider: TrueCall['provider'],
  told: Omit<TrueCall, 'api' | 'provider' | 'compaction'>,
): bigint {
  const rates = RATES[provider];
  const cached = told.cacheRead + told.cacheWrite5m + told.cacheWrite1h;
  return (
    BigInt(told.input - cached) * perToken(rates.input) +
    BigInt(told.cacheRead) * perToken(rates.cache_read) +
    BigInt(told.cacheWrite5m) * perToken(rates.cache_write_5m) +
    BigInt(told.cacheWrite1h) * perToken(rates.cache_write_1h) +
    BigInt(told.output - told.reasoning) * perToken(rates.output) +
    BigInt(told.reasoning) * perToken(rates.reasoning)
  );
}

export const toolPico = (count: number): bigint => BigInt(count) * pico(TOOL_USD);

export const queryPico = (count: number, readUnits: number): bigint =>
  BigInt(count) * pico(QUERY_USD) + BigInt(readUnits) * pico(READ_UNIT_USD);

/** A decimal text of USD as picodollars. */
export function pico(usd: string): bigint {
  const [whole = '0', fraction = ''] = usd.split('.');
  return BigInt(whole) * 10n ** 12n + BigInt(fraction.padEnd(12, '0').slice(0, 12));
}

const perToken = (usdPerMillion: string): bigint => pico(usdPerMillion) / 1_000_000n;
