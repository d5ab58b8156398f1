import { expect, test } from '@jest/globals';
import { calcPrice, type ModelInfo, type Provider, waitForUpdate } from '@pydantic/genai-prices';
import { NO_USAGE, type Usage } from '../../src/domain/usage.ts';
import { bookOf, callOf, nanos, priced, totalOf } from './uses.ts';

/**
 * **Goal**: the compiled snapshot says what its source says. **Method**: every model of the package, under its id and
 * every name that its clauses give, on two days and two sizes, with usage of the classes that the row prices;
 * our integers against their floats.
 */

/** Where we differ on purpose. */
const DIFFERENT: Readonly<Record<string, string>> = {
  'deepseek/deepseek-v4-flash 2026-07-01T02:00:00Z':
    'peak hours must not reach back before the row they came with',
  'deepseek/deepseek-v4-pro 2026-07-01T02:00:00Z':
    'peak hours must not reach back before the row they came with',
  'openai/o3 2025-01-01T05:00:00Z':
    'cached input cost 2.50 before the cut of June 2025, as overlay/corrections.json says',
};

const SIZES: readonly Usage[] = [
  { ...NO_USAGE, input: 1000, cacheRead: 600, cacheWrite5m: 100, cacheWrite1h: 50, output: 200 },
  { ...NO_USAGE, input: 300_000, cacheRead: 100_000, cacheWrite5m: 50_000, output: 1000 },
];
const TIMES = ['2025-01-01T05:00:00Z', '2026-07-01T02:00:00Z', '2026-11-01T12:00:00Z'];

test('every model costs what the package says', async () => {
  const book = bookOf();
  const complaints: string[] = [];
  let compared = 0;
  for (const provider of (await waitForUpdate()) ?? [])
    for (const model of provider.models)
      for (const name of new Set([model.id, ...namesOf(model.match)]))
        for (const at of TIMES)
          for (const size of SIZES) {
            const usage = asPriced(size, model);
            const theirs = theirPrice(provider, name, usage, at);
            const ours = totalOf(priced(book, callOf(provider.id, name, usage, { end: nanos(at) })));
            compared++;
            const allowed = DIFFERENT[`${provider.id}/${model.id} ${at}`] !== undefined;
            if (!allowed && !agree(ours, theirs))
              complaints.push(`${provider.id}/${name} ${at}: ${ours}, not ${theirs}`);
          }
  expect(complaints).toEqual([]);
  expect(compared).toBeGreaterThan(10_000);
});

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
