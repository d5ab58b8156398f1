/**
 * Tokens of one model call as inclusive totals with their detail, whatever the emitter's style was.
 *
 * **Invariants**: whole numbers >= 0; `input >= cacheRead + cacheWrite5m + cacheWrite1h`; `output >= reasoning`.
 */
export interface Usage {
  readonly input: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
  readonly output: number;
  readonly reasoning: number;
}

export const NO_USAGE: Usage = {
  input: 0,
  cacheRead: 0,
  cacheWrite5m: 0,
  cacheWrite1h: 0,
  output: 0,
  reasoning: 0,
};

/** Above this a count is no count: 10^12 tokens in one call is refused as absurd. */
export const TOKENS_MAX = 1_000_000_000_000;

/** The token classes as exported; `input` and `output` are inclusive totals, the others their parts. */
export const TOKEN_CLASSES = [
  'input',
  'cache_read',
  'cache_write_5m',
  'cache_write_1h',
  'output',
  'reasoning',
] as const;
export type TokenClass = (typeof TOKEN_CLASSES)[number];

export type Tokens = Readonly<Record<TokenClass, number>>;

export const tokensOf = (usage: Usage): Tokens => ({
  input: usage.input,
  cache_read: usage.cacheRead,
  cache_write_5m: usage.cacheWrite5m,
  cache_write_1h: usage.cacheWrite1h,
  output: usage.output,
  reasoning: usage.reasoning,
});
