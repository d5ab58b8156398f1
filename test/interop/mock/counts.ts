import type { TrueCall } from './truth.ts';

type Counts = Pick<
  TrueCall,
  'input' | 'cacheRead' | 'cacheWrite5m' | 'cacheWrite1h' | 'output' | 'reasoning'
>;

const NOTHING: Counts = {
  input: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
};

/** The `n`th call's tokens, n from 1: no two calls of a run share a count, so that a mix-up shows. */
export const chatCounts = (n: number): Counts => ({
  ...NOTHING,
  input: 2000 + 17 * n,
  cacheRead: 1024 + n,
  output: 400 + 7 * n,
  reasoning: 128 + 3 * n,
});

export const messageCounts = (n: number): Counts => {
  const [cacheRead, cacheWrite5m, cacheWrite1h] = [1024 + n, 156 + 2 * n, 100 + 3 * n];
  return {
    ...NOTHING,
    input: 900 + 11 * n + cacheRead + cacheWrite5m + cacheWrite1h,
    cacheRead,
    cacheWrite5m,
    cacheWrite1h,
    output: 380 + 5 * n,
    reasoning: 90 + 2 * n,
  };
};

export const contentCounts = (n: number): Counts => ({
  ...NOTHING,
  input: 1500 + 13 * n,
  cacheRead: 512 + n,
  output: 300 + 8 * n,
  reasoning: 96 + 3 * n,
});

export const embeddingCounts = (n: number): Counts => ({ ...NOTHING, input: 30 + n });

/** A call that neither reads nor writes a cache and does not think. */
export const plain = (counts: Counts): Counts => ({
  ...NOTHING,
  input: counts.input - counts.cacheRead - counts.cacheWrite5m - counts.cacheWrite1h,
  output: counts.output - counts.reasoning,
});

const DATED: Readonly<Record<string, string>> = {
  'gpt-5-mini': 'gpt-5-mini-2025-08-07',
  'gpt-5': 'gpt-5-2025-08-07',
  'gpt-4.1': 'gpt-4.1-2025-04-14',
  'gpt-4o': 'gpt-4o-2024-08-06',
  'gpt-4o-mini': 'gpt-4o-mini-2024-07-18',
  'o4-mini': 'o4-mini-2025-04-16',
  'claude-sonnet-4-5': 'claude-sonnet-4-5-20250929',
  'claude-haiku-4-5': 'claude-haiku-4-5-20251001',
};

/** The model that answers, as its provider names it; other names are answered as they were asked. */
export const datedModel = (model: string): string => DATED[model] ?? model;
