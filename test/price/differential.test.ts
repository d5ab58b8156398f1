import { expect, test } from '@jest/globals';
import { calcPrice, type ModelInfo, type Provider, waitForUpdate } from '@pydantic/genai-prices';
import { NO_USAGE, type Usage } from '../../src/domain/usage.ts';
import { bookOf, callOf, nanos, priced, totalOf } from './uses.ts';

/**
 * **Goal**: the compiled snapshot says what its source says. **Method**: every model of the package, under its id and
 * every name that its clauses give, on six days and eight sizes around the thresholds, with usage of the classes that the row prices;
 * our integers against their floats.
 */

/** Where we differ on purpose, each a mistake of theirs that overlay/corrections.json or snapshot.ts sets right. */
const DIFFERENT: readonly (readonly [
  model: RegExp,
  at: string,
  size: (usage: Usage) => boolean,
  why: string,
])[] = [
  [
    /^deepseek\/deepseek-v4-(flash|pro) /,
    '2026-07-01T02:00:00Z',
    () => true,
    'peak hours must not reach back before the row they came with (genai-prices#581)',
  ],
  [
    /^deepseek\/deepseek-v4-(flash|pro) /,
    '2026-09-05T02:00:00Z',
    () => true,
    'peak hours are those of weekdays (llm-prices#70)',
  ],
  [
    /^openai\/o3 /,
    '2025-01-01T05:00:00Z',
    ({ cacheRead }) => cacheRead > 0,
    'cached input cost 2.50 before the cut of June 2025',
  ],
  [
    /^(openai|aws)\/.*(gpt-5\.[456]|gpt-6-astra)/,
    '',
    ({ input }) => input === 272_000,
    'OpenAI publishes "above 272K": the threshold is 272,000, not 271,999',
  ],
];
const used = new Set<string>();

function isAllowed(model: string, at: string, usage: Usage): boolean {
  const found = DIFFERENT.find(
    ([name, time, size]) => name.test(`${model} `) && (time === '' || time === at) && size(usage),
  );
  if (found !== undefined) used.add(found[3]);
  return found !== undefined;
}

const SIZES: readonly Usage[] = [
  { ...NO_USAGE, input: 1000, output: 200 },
  { ...NO_USAGE, input: 1000, cacheRead: 600, cacheWrite5m: 100, cacheWrite1h: 50, output: 200 },
  { ...NO_USAGE, input: 128_000, cacheRead: 128_000, output: 1 },
  { ...NO_USAGE, input: 200_000, cacheWrite5m: 1, output: 10 },
  { ...NO_USAGE, input: 200_001, output: 10 },
  { ...NO_USAGE, input: 272_000, cacheRead: 1000, output: 10 },
  { ...NO_USAGE, input: 272_001, output: 10 },
  { ...NO_USAGE, input: 300_000, cacheRead: 100_000, cacheWrite5m: 50_000, output: 1000 },
];
const TIMES = [
  '2025-01-01T05:00:00Z',
  '2026-03-13T00:00:00Z',
  '2026-07-01T02:00:00Z',
  '2026-09-04T02:00:00Z',
  // A Saturday.
  '2026-09-05T02:00:00Z',
  '2026-11-01T12:00:00Z',
];

test('every model costs what the package says', async () => {
  const book = bookOf();
  const complaints: string[] = [];
  let compared = 0;
  for (const provider of (await waitForUpdate()) ?? [])
    for (const model of provider.models)
      for (const name of new Set([model.id, ...namesOf(model.match)]))
        for (const at of timesFor(model))
          for (const size of sizesFor(model)) {
            const usage = asPriced(size, model);
            const theirs = theirPrice(provider, name, usage, at);
            const ours = totalOf(priced(book, callOf(provider.id, name, usage, { end: nanos(at) })));
            compared++;
            if (!agree(ours, theirs) && !isAllowed(`${provider.id}/${model.id}`, at, usage))
              complaints.push(`${provider.id}/${name} ${at}: ${ours}, not ${theirs}`);
          }
  expect(complaints).toEqual([]);
  expect(compared).toBeGreaterThan(8_000);
  // A mistake that they have set right must leave the list.
  expect([...used].sort()).toEqual(DIFFERENT.map(([, , , why]) => why).sort());
});

/** Only where a price depends on them do all times and sizes tell more than some. */
const timesFor = ({ prices }: ModelInfo) => (Array.isArray(prices) ? TIMES : TIMES.slice(-1));
const sizesFor = ({ prices }: ModelInfo) =>
  JSON.stringify(prices).includes('"tiers"') ? SIZES : [SIZES[1]!, SIZES.at(-1)!];

/** A row without token prices is free to them and unpriced to us; a name unknown to them is unknown to us. */
function agree(ours: string, theirs: number | undefined): boolean {
  if (theirs === undefined) return ours === 'unpriced:model_unknown';
  if (ours.startsWith('unpriced')) return ours === 'unpriced:rate_missing' && theirs === 0;
  return Math.abs(Number(ours) - theirs) <= 1e-9 * Math.max(1, theirs);
}

function theirPrice(provider: Provider, name: string, usage: Usage, at: string): number | undefined {
  const counts = {
    input_tokens: usage.input,
    cache_read_tokens: usage.cacheRead,
    cache_write_tokens: usage.cacheWrite5m + usage.cacheWrite1h,
    cache_write_1h_tokens: usage.cacheWrite1h,
    output_tokens: usage.output,
  };
  return calcPrice(counts, name, { provider, timestamp: new Date(at) })?.total_price;
}

/** Models that have no price of output, such as embeddings, are asked for none. */
function asPriced(usage: Usage, model: ModelInfo): Usage {
  const hasOutput = JSON.stringify(model.prices).includes('"output_mtok"');
  return hasOutput ? usage : { ...usage, output: 0 };
}

type Match = ModelInfo['match'];

function namesOf(match: Match): string[] {
  if ('or' in match) return match.or.flatMap(namesOf);
  if ('and' in match) return match.and.flatMap(namesOf);
  if ('equals' in match) return [match.equals];
  if ('starts_with' in match) return [`${match.starts_with}-20260101`, `${match.starts_with}-latest`];
  if ('ends_with' in match) return [match.ends_with, `models/${match.ends_with}`];
  return 'contains' in match ? [match.contains, `us.${match.contains}-v1:0`] : [];
}
