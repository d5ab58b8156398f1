import type { PlainAttributes, PlainSpan } from '../support/span-view.ts';
import { nanos } from './uses.ts';

export const NOVEMBER = '2026-11-01T05:00:00Z';

/** Tokens as the span says them; what is not given is not on it. */
export interface Counts {
  readonly in?: number;
  readonly out?: number;
  readonly cr?: number;
  readonly cw?: number;
  readonly cw1h?: number;
  readonly think?: number;
  readonly total?: number;
}

/** A model call in the GenAI conventions; a count that is not given is not on the span. */
export function call(
  model: string,
  counts: Counts,
  more: PlainAttributes = {},
  span: PlainSpan = {},
): PlainSpan {
  const [provider, ...name] = model.split('/');
  const all = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': provider!,
    'gen_ai.response.model': name.join('/'),
    'gen_ai.usage.input_tokens': counts.in,
    'gen_ai.usage.output_tokens': counts.out,
    'gen_ai.usage.cache_read.input_tokens': counts.cr,
    'gen_ai.usage.cache_creation.input_tokens': counts.cw,
    'gen_ai.usage.cache_creation.1h_input_tokens': counts.cw1h,
    'gen_ai.usage.reasoning.output_tokens': counts.think,
    'gen_ai.usage.total_tokens': counts.total,
    ...more,
  };
  const attributes = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return { ...at(NOVEMBER), ...span, attributes: attributes as PlainAttributes };
}

export const at = (time: string): PlainSpan => ({ start: nanos(time) - 1_000_000n, end: nanos(time) });
const MILLION = { in: 1_000_000, out: 1_000_000 };
export const SONNET = 'anthropic/claude-sonnet-4-5';
const BEDROCK = 'aws.bedrock/us.anthropic.claude-sonnet-4-5-20250929-v1:0';

/** The thread, the call, and what it costs. */
export const BILLS: readonly (readonly [number, string, PlainSpan, string])[] = [
  [
    1,
    'BerriAI/litellm#9812',
    call('anthropic/claude-3-7-sonnet-20250219', { in: 12_307, cw: 12_304, out: 550 }),
    '0.054399',
  ],
  [
    2,
    'litellm#5443, #6575',
    call('anthropic/claude-3-5-sonnet-20241022', { in: 3010, cr: 1000, cw: 2000, out: 100 }),
    '0.00933',
  ],
  [3, 'litellm#6215', call('openai/gpt-4o', { in: 2006, cr: 1920, out: 300 }), '0.005615'],
  [
    4,
    'litellm#11364',
    call(
      'anthropic/claude-sonnet-4-20250514',
      { in: 31_000, cr: 30_940 },
      { 'gen_ai.usage.cached_tokens': 0 },
    ),
    '0.009462',
  ],
  [
    5,
    'litellm#27745, #16051, #33298; Helicone#3908',
    call('anthropic/claude-opus-4-6', { in: 965_828, cr: 965_602, cw: 225, out: 82 }),
    '0.48626225',
  ],
  [
    6,
    'litellm#33772',
    call('openai/gpt-5.6-sol', { in: 2000 }, { 'gen_ai.usage.cache_write.input_tokens': 1000 }),
    '0.009',
  ],
  [7, 'litellm#35127', call('anthropic/claude-opus-4-5', { in: 172_000, cr: 155_000, cw: 3000 }), '0.16625'],
  [9, 'litellm#30207', call('google/gemini-2.5-pro', { in: 200_001, cr: 200_000 }), '0.0500025'],
  [
    10,
    'litellm#13810',
    call('openai/gpt-5-nano', MILLION, { 'openai.response.service_tier': 'flex' }),
    '0.225',
  ],
  [
    11,
    'litellm#37046, #22086',
    call('openai/gpt-5-nano-2025-08-07', MILLION, { 'openai.response.service_tier': 'flex' }),
    '0.225',
  ],
  [
    12,
    'litellm#31837',
    call(
      'openai/gpt-5',
      { in: 1_000_000 },
      {
        'openai.request.service_tier': 'priority',
        'openai.response.service_tier': 'default',
      },
    ),
    '1.25',
  ],
  [
    13,
    'litellm#37724',
    call(
      'gcp.vertex_ai/gemini-2.5-pro',
      { in: 100_000, out: 1000 },
      { 'gcp.vertex.traffic_type': 'ON_DEMAND_FLEX' },
    ),
    '0.0675',
  ],
  [
    14,
    'litellm#39861',
    call(
      'openai/gpt-5.4',
      { in: 300_000, cr: 100_000, out: 1000 },
      { 'openai.response.service_tier': 'batch' },
    ),
    '0.53625',
  ],
  [15, 'litellm#35925', call('google/gemini-2.5-pro', { in: 200_001, out: 1000, think: 900 }), '0.5150025'],
  [16, 'litellm#11017 at', call('google/gemini-2.5-pro', { in: 200_000, out: 1000 }), '0.26'],
  [16, 'litellm#11017 past', call('google/gemini-2.5-pro', { in: 250_000, cr: 100_000, out: 1000 }), '0.415'],
  [17, 'litellm#40174', call('x_ai/grok-4.3', { in: 200_000 }), '0.5'],
  [18, 'litellm#42679', call('aws.bedrock/anthropic.claude-sonnet-4-6', MILLION), '19.8'],
  [18, 'litellm#15764', call('aws.bedrock/global.anthropic.claude-sonnet-4-6', MILLION), '18'],
  [20, 'litellm#9833', call('anthropic/claude-3-haiku-20240307', { in: 1_000_000, cr: 1_000_000 }), '0.03'],
  [24, 'litellm#15270, #21936', call(BEDROCK, { in: 100, cr: 1000, out: 50, total: 1150 }), '0.001485'],
  [25, 'langfuse#10592, #5568, #9034', call('openai/gpt-4o', { in: 17_903, cr: 17_817 }), '0.02248625'],
  [26, 'langfuse#12306', call(SONNET, { in: 130_213, cr: 128_955, cw: 1253 }), '0.04340025'],
  [
    27,
    'langfuse#12531',
    call('gcp.gemini/gemini-3.1-pro-preview', { in: 324, out: 1859, think: 1364 }),
    '0.022956',
  ],
  [28, 'langfuse#16425, #16508', call('openai/o3', { out: 1000, think: 900, in: 0 }), '0.008'],
  [31, 'langfuse#12184 before the cut', call('openai/o3', MILLION, {}, at('2025-06-01T00:00:00Z')), '50'],
  [31, 'langfuse#12184 after it', call('openai/o3', MILLION, {}, at('2025-07-01T00:00:00Z')), '10'],
  [
    32,
    'langfuse#4072',
    call('aws.bedrock/us.anthropic.claude-haiku-4-5-20251001-v1:0', { in: 1_000_000 }),
    '1.1',
  ],
  [35, 'phoenix#10036', call(BEDROCK, { in: 3, cw: 25, cr: 13_216, out: 12 }), '0.004672305'],
  [
    36,
    'phoenix#10783',
    call('aws.bedrock/global.anthropic.claude-sonnet-4-5-20250929-v1:0', {
      in: 3,
      out: 442,
      cr: 7917,
      cw: 350,
      total: 8712,
    }),
    '0.0103266',
  ],
  [
    37,
    'phoenix#13379',
    call(SONNET, { in: 4299, out: 631, cr: 35_574, cw: 17_787, total: 58_291 }),
    '0.09973545',
  ],
  [42, 'openlit#1378', call(SONNET, { in: 6200, cr: 5000, cw: 1000, out: 300 }), '0.01035'],
  [44, 'PostHog#32295', call('openrouter/openai/gpt-4o-mini', { in: 5156, out: 21 }), '0.000786'],
  [
    46,
    'hive-mind#1954, agento#180: an hour’s write',
    call('anthropic/claude-opus-4-5', { in: 100_000, cw: 100_000, cw1h: 100_000 }),
    '1',
  ],
  [46, 'opencode#20801: no cache price', call('openai/gpt-4-turbo', { in: 1000, cr: 800 }), '0.01'],
];
