import { describe, expect, test } from '@jest/globals';
import type { Usage } from '../../src/domain/usage.ts';
import { table } from '../support/table.ts';
import { bookOf, callOf, nanos, priced, totalOf } from './uses.ts';

/**
 * **Goal**: bills that were wrong in the wild are right here. **Method**: the numbers of each thread, worked out
 * by hand from the published rates; `input` is the inclusive total that normalize hands on.
 */
const book = bookOf();

const costOf = (row: Readonly<Record<string, string>>): string => {
  const { input, read, w5m, w1h, output, reasoning, provider, model, at } = row;
  const usage: Usage = {
    input: Number(input),
    cacheRead: Number(read),
    cacheWrite5m: Number(w5m),
    cacheWrite1h: Number(w1h),
    output: Number(output),
    reasoning: Number(reasoning),
  };
  return totalOf(priced(book, callOf(provider!, model!, usage, { end: nanos(`${at}T05:00:00Z`) })));
};

describe('threads about wrong bills', () => {
  const cases = table(`
    thread                     provider    model                                            at          input   read    w5m    w1h   output  reasoning  usd
    litellm#9812               anthropic   claude-3-7-sonnet-20250219                       2025-06-01  12307   0       12304  0     550     0          0.054399
    litellm#27745              anthropic   claude-opus-4-6                                  2026-11-01  965828  965602  225    0     82      0          0.48626225
    litellm#35127              anthropic   claude-opus-4-5                                  2026-11-01  172000  155000  3000   0     0       0          0.16625
    litellm#42679_bare         aws.bedrock anthropic.claude-sonnet-4-6                      2026-11-01  1000000 0       0      0     1000000 0          19.8
    litellm#42679_global       aws.bedrock global.anthropic.claude-sonnet-4-6               2026-11-01  1000000 0       0      0     1000000 0          18
    langfuse#12306             anthropic   claude-sonnet-4-5                                2026-11-01  130213  128955  1253   0     0       0          0.04340025
    langfuse#12531             gcp.gemini  gemini-3.1-pro-preview                           2026-11-01  324     0       0      0     1859    1364       0.022956
    phoenix#10036              aws.bedrock us.anthropic.claude-sonnet-4-5-20250929-v1:0     2026-11-01  13244   13216   25     0     12      0          0.004672305
    phoenix#10783              aws.bedrock global.anthropic.claude-sonnet-4-5-20250929-v1:0 2026-11-01  8270    7917    350    0     442     0          0.0103266
    openlit#1378               anthropic   claude-sonnet-4-5                                2026-11-01  6200    5000    1000   0     300     0          0.01035
    PostHog#32295              openrouter  openai/gpt-4o-mini                               2026-11-01  5156    0       0      0     21      0          0.000786
    # 2006 prompt tokens, 1920 of them cached, at 1.25 cached
    litellm#6215               openai      gpt-4o                                           2026-11-01  2006    1920    0      0     300     0          0.005615
    # 17903 including 17817 cached: 86 are new
    langfuse#10592             openai      gpt-4o                                           2026-11-01  17903   17817   0      0     0       0          0.02248625
    # every token of a context above the threshold is at the higher price, cached ones too
    litellm#11017              google      gemini-2.5-pro                                   2026-11-01  250000  100000  0      0     1000    0          0.415
    litellm#30207_hermes#93678 google      gemini-2.5-pro                                   2026-11-01  200001  200000  0      0     0       0          0.0500025
    # thoughts of a long request cost what its output costs
    litellm#35925              google      gemini-2.5-pro                                   2026-11-01  200001  0       0      0     1000    900        0.5150025
    agento#180_1h_write        anthropic   claude-sonnet-4-20250514                         2026-11-01  10000   6000    0      2000  500     0          0.0273
    preloop#197_5m_write       anthropic   claude-sonnet-4-20250514                         2026-11-01  10000   6000    2000   0     500     0          0.0228
    # cached input of a whole session, once billed as output
    phoenix#13379              anthropic   claude-sonnet-4-5                                2026-11-01  57660   35574   17787  0     631     0          0.09973545
    # thoughts without a price of their own cost what the output costs, never nothing
    langfuse#16425             openai      o3                                               2026-11-01  0       0       0      0     1000    900        0.008
    langfuse#4072              aws.bedrock us.anthropic.claude-haiku-4-5-20251001-v1:0      2026-11-01  1000000 0       0      0     0       0          1.1
    # asked for an hour, not for five minutes
    hive-mind#1954             anthropic   claude-opus-4-5                                  2026-11-01  100000  0       0      100000 0      0          1
    # tiers, cached input and output of one request are all of the higher tier
    litellm#39861_standard            openai      gpt-5.6-sol                                      2026-11-01  300000  100000  0      0     1000    0          1.71
    # a model without a price of cached input asks the input's price for it
    opencode#20801             openai      gpt-4-turbo                                      2026-11-01  1000    800     0      0     0       0          0.01
  `);
  test.each(cases)('$thread costs $usd', (row) => expect(costOf(row)).toBe(row.usd));
});

describe('a threshold switches the whole request, one token after it', () => {
  const cases = table(`
    case             provider  model           at          input   read  w5m  w1h  output  reasoning  usd
    google_at        google    gemini-2.5-pro  2026-11-01  200000  0     0    0    1000    0          0.26
    google_past      google    gemini-2.5-pro  2026-11-01  200001  0     0    0    1000    0          0.5150025
    xai_below        x_ai      grok-4.3        2026-11-01  199999  0     0    0    0       0          0.24999875
    xai_inclusive    x_ai      grok-4.3        2026-11-01  200000  0     0    0    0       0          0.5
    openai_at        openai    gpt-5.6-sol     2026-11-01  272000  0     0    0    0       0          1.088
    openai_past      openai    gpt-5.6-sol     2026-11-01  272001  0     0    0    0       0          2.176008
    six_at           openai    gpt-6-sol       2026-11-01  272000  0     0    0    0       0          0.544
    six_past         openai    gpt-6-sol       2026-11-01  272001  0     0    0    0       0          1.088004
  `);
  test.each(cases)('$case', (row) => expect(costOf(row)).toBe(row.usd));
});

describe('the price in force at the end of the span', () => {
  const cases = table(`
    case              provider   model             at          input    read  w5m  w1h  output   reasoning  usd
    o3_before_cut     openai     o3                2025-06-01  1000000  0     0    0    1000000  0          50
    o3_after_cut      openai     o3                2025-07-01  1000000  0     0    0    1000000  0          10
    sonnet46_tiered   anthropic  claude-sonnet-4-6 2026-03-12  300000   0     0    0    0        0          1.8
    sonnet46_flat     anthropic  claude-sonnet-4-6 2026-03-13  300000   0     0    0    0        0          0.9
    # the peak hours of 06:00 to 10:00 are not open at 05:00
    deepseek_old      deepseek   deepseek-v4-pro   2026-07-01  1000000  0     0    0    0        0          0.435
    deepseek_new      deepseek   deepseek-v4-pro   2026-09-01  1000000  0     0    0    0        0          0.66
  `);
  test.each(cases)('$case', (row) => expect(costOf(row)).toBe(row.usd));

  const dayCases = table(`
    at                    usd
    # no row of a time of day reaches back before the dated row that it follows
    2026-07-01T02:00:00Z  0.435
    2026-08-16T23:59:59Z  0.435
    2026-08-17T00:00:00Z  0.66
    2026-09-01T00:59:59Z  0.66
    2026-09-01T01:00:00Z  1.32
    2026-09-01T03:59:59Z  1.32
    2026-09-01T04:00:00Z  0.66
    2026-09-01T06:00:00Z  1.32
    2026-09-01T10:00:00Z  0.66
  `);
  test.each(dayCases)('DeepSeek at $at costs $usd', ({ at, usd }) => {
    const charges = priced(
      book,
      callOf('deepseek', 'deepseek-v4-pro', { input: 1_000_000 }, { end: nanos(at!) }),
    );
    expect(totalOf(charges)).toBe(usd);
    expect(charges[0]!.flags).toEqual(['time_of_day_price']);
  });

  test('a span that ends a nanosecond before the new price has the old one', () => {
    const end = nanos('2025-06-10T00:00:00Z');
    const call = (at: bigint) => callOf('openai', 'o3', { input: 1_000_000 }, { end: at });
    expect(totalOf(priced(book, call(end - 1n)))).toBe('10');
    expect(totalOf(priced(book, call(end)))).toBe('2');
  });
});
