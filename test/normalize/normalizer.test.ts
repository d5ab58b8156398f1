import { describe, expect, test } from '@jest/globals';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { defaultNaming } from '../../src/normalize/naming.ts';
import { openNormalizer } from '../../src/normalize/normalizer.ts';
import { resourceView, SPAN_END, SPAN_START, spanView } from '../support/span-view.ts';
import { NOW_MS, openReader, said } from './reading.ts';

const read = openReader();

describe('plain edges', () => {
  test('all of one resource are one object, and nothing can be written on it', () => {
    const vocabulary = new Vocabulary();
    const normalizer = openNormalizer({ vocabulary, naming: defaultNaming, nowMs: () => NOW_MS });
    const resource = resourceView(vocabulary, { 'service.name': 'shop' });
    const edge = (attributes = {}) => normalizer.read(spanView(vocabulary, { resource, attributes }));
    expect(said(edge())).toEqual({ kind: 'edge', dialect: '', context: { service: 'shop' } });
    expect(edge({ 'http.request.method': 'GET' })).toBe(edge());
    expect(Object.isFrozen(edge())).toBe(true);
    const call = normalizer.read(
      spanView(vocabulary, { resource, attributes: { 'gen_ai.operation.name': 'chat' } }),
    );
    expect(call.context).toBe(edge().context);
  });

  test('an edge that says something of its task is no plain edge', () => {
    const meaning = read({ attributes: { 'agent.session.id': 's-1', 'agent.task.outcome': 'solved' } });
    expect(said(meaning)).toEqual({
      kind: 'edge',
      dialect: '',
      context: {},
      identity: { session: 's-1' },
      outcome: { outcome: 'solved', at: SPAN_END },
    });
  });
});

test('one call with everything', () => {
  const meaning = read({
    attributes: {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'anthropic',
      'gen_ai.request.model': 'claude-sonnet-4-5',
      'gen_ai.response.model': 'claude-sonnet-4-5-20250929',
      'gen_ai.response.id': 'msg_1',
      'gen_ai.conversation.id': 'c-1',
      'gen_ai.usage.input_tokens': 610n,
      'gen_ai.usage.output_tokens': 90n,
      'gen_ai.usage.cache_read.input_tokens': 400n,
      'gen_ai.usage.cache_write.input_tokens': 100n,
      'anthropic.usage.cache_creation.ephemeral_1h_input_tokens': 40n,
    },
    scope: { name: 'com.anthropic.sdk.typescript' },
    resource: { 'service.name': 'shop', 'agent.type': 'tier1' },
  });
  expect(said(meaning)).toEqual({
    kind: 'inference',
    dialect: 'gen-ai',
    context: { service: 'shop', agentType: 'tier1' },
    identity: { dialectSession: 'c-1' },
    provider: 'anthropic',
    model: 'claude-sonnet-4-5-20250929',
    responseId: 'msg_1',
    usage: { input: 610, cacheRead: 400, cacheWrite5m: 60, cacheWrite1h: 40, output: 90, reasoning: 0 },
  });
});

describe('clocks', () => {
  const skewed = (times: { start?: bigint; end?: bigint }) =>
    read(times).flags?.includes('clock_skewed') ?? false;
  const now = BigInt(NOW_MS) * 1_000_000n;
  const hour = 3_600_000_000_000n;
  test.each([
    ['ends before it starts', { start: SPAN_START, end: SPAN_START - 1n }, true],
    ['ends when it starts', { start: SPAN_START, end: SPAN_START }, false],
    ['ends an hour ahead', { start: now, end: now + hour }, false],
    ['ends more than an hour ahead', { start: now, end: now + hour + 1_000_000n }, true],
    ['of 1970', { start: 0n, end: 0n }, true],
    ['of 2000', { start: 946_684_800_000_000_000n, end: 946_684_800_000_000_000n }, false],
    ['of 2100', { start: 4_102_444_800_000_000_000n, end: 4_102_444_800_000_000_000n }, true],
  ])('a span that %s', (_name, times, expected) => {
    expect(skewed(times)).toBe(expected);
  });

  test('the clock goes on', () => {
    let nowMs = NOW_MS;
    const later = openReader({ nowMs: () => nowMs });
    const span = { start: now, end: now + 2n * hour };
    expect(later(span).flags).toEqual(['clock_skewed']);
    nowMs += 3_600_000;
    expect(later(span).flags).toBeUndefined();
  });
});
