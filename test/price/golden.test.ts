import { describe, expect, test } from '@jest/globals';
import { table } from '../support/table.ts';
import { bookOf, callOf, nanos, priced, totalOf } from './uses.ts';

/**
 * **Goal**: bills that were wrong in the wild are right here. **Method**: the numbers of each thread, worked out
 * by hand from the published rates; `input` is the inclusive total that normalize hands on.
 */
const book = bookOf();

describe('threads about wrong bills', () => {
  const cases = table(`
    thread                   provider    model                                            at          input   cache_read  write_5m  write_1h  output  reasoning  usd
    litellm#9812             anthropic   claude-3-7-sonnet-20250219                       2025-06-01  12307   0           12304     0         550     0          0.054399
    litellm#27745            anthropic   claude-opus-4-6                                  2026-11-01  965828  965602      225       0         82      0          0.48626225
    langfuse#12306           anthropic   claude-sonnet-4-5                                2026-11-01  130213  128955      1253      0         0       0          0.04340025
    langfuse#12531           google      gemini-3.5-flash                                 2026-11-01  324     0           0         0         1859    1364       _
    phoenix#10036            aws.bedrock us.anthropic.claude-sonnet-4-5-20250929-v1:0     2026-11-01  13244   13216       25        0         12      0          0.004672305
    phoenix#10783            aws.bedrock global.anthropic.claude-sonnet-4-5-20250929-v1:0 2026-11-01  8362    442         7917      0         0       0          _
    openlit#1378             anthropic   claude-sonnet-4-5                                2026-11-01  6200    5000        1000      0         300     0          0.01035
    PostHog#32295            openrouter  openai/gpt-4o-mini                               2026-11-01  5156    0           0         0         21      0          0.000786
    litellm#42679_bare       aws.bedrock anthropic.claude-sonnet-4-6                      2026-11-01  1000000 0           0         0         1000000 0          19.8
    litellm#42679_global     aws.bedrock global.anthropic.claude-sonnet-4-6               2026-11-01  1000000 0           0         0         1000000 0          18
  `);
  test.each(cases.filter(({ usd }) => usd !== ''))('$thread costs $usd', (row) => {
    const usage = {
      input: Number(row['input']),
      cacheRead: Number(row['cache_read']),
      cacheWrite5m: Number(row['write_5m']),
      cacheWrite1h: Number(row['write_1h']),
      output: Number(row['output']),
      reasoning: Number(row['reasoning']),
    };
    const call = callOf(row['provider']!, row['model']!, usage, { end: nanos(row['at']!) });
    expect(totalOf(priced(book, call))).toBe(row['usd']);
  });
});
