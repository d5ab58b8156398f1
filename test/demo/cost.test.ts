import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from '@jest/globals';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { openDecoder } from '../../src/decode/decoder.ts';
import { demoConfig } from '../../src/demo/run.ts';
import { demoTraffic } from '../../src/demo/traffic.ts';
import type { Charge } from '../../src/domain/charge.ts';
import { FactReader } from '../../src/domain/fact-reader.ts';
import { FactWriter } from '../../src/domain/fact-writer.ts';
import { openPolicy } from '../../src/domain/policy.ts';
import type { Untangled } from '../../src/domain/use.ts';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { openNormalizer } from '../../src/normalize/normalizer.ts';
import { openPriceBook } from '../../src/price/book.ts';
import { loadPrices } from '../../src/price/load.ts';
import { namingSettings, policySettings } from '../../src/settings/derived.ts';
import { loadSettings } from '../../src/settings/load.ts';
import { untangle } from '../../src/untangle/untangle.ts';
import { closeReceivers, receiver } from './receiver.ts';

/**
 * **Goal**: the demo's runs cost what the golden example says. **Method**: its spans, as the SDK's exporter sends them, walk
 * through the pure rooms up to their charges; what a human costs comes later and is not in here.
 */
const nowMs = Date.UTC(2026, 10, 23, 12);

async function encodedDemo(tasks: number): Promise<readonly Uint8Array[]> {
  const { grpcUrl, bodies } = await receiver();
  const sent = await demoTraffic({ exporter: new OTLPTraceExporter({ url: grpcUrl }), tasks, nowMs });
  closeReceivers();
  expect(sent.lost).toBe(0);
  return bodies;
}

async function charged(
  bodies: readonly Uint8Array[],
): Promise<readonly { trace: Untangled; charges: readonly Charge[] }[]> {
  const read = await loadSettings({ configPath: fileURLToPath(demoConfig()), env: {} });
  if (read.kind === 'refused') throw new Error(read.complaints.join('\n'));
  const policy = openPolicy(policySettings(read.settings));
  const tables = await loadPrices(read.settings.prices);
  if (tables.kind === 'refused') throw new Error(tables.complaints.join('\n'));
  const prices = openPriceBook({ ...tables, policy });
  const vocabulary = new Vocabulary();
  const { unitAttributes } = prices;
  const naming = namingSettings(read.settings);
  const normalizer = openNormalizer({ vocabulary, naming, unitAttributes, nowMs: () => nowMs });
  const writer = new FactWriter();
  writer.begin(nowMs);
  const decoder = openDecoder(vocabulary.freeze());
  for (const body of bodies) decoder.protobuf(body, (span) => writer.add(span, normalizer.read(span)));
  const facts = new FactReader(writer.finish()).facts();
  const ids = [...new Set(facts.map((fact) => fact.traceId))];
  const traces = ids.map((id) => untangle(facts.filter((fact) => fact.traceId === id)));
  return traces.map((trace) => ({ trace, charges: prices.price(trace) }));
}

let tasks: Awaited<ReturnType<typeof charged>>;
beforeAll(async () => {
  tasks = await charged(await encodedDemo(20));
});

test.each([
  ['frugal-agent', 500_000_000_000n, { inference: 2, tool: 3, vector: 1 }],
  ['thorough-agent', 2_000_000_000_000n, { inference: 4, tool: 5, vector: 3 }],
])('each run of %s costs the same, failed or not', (agentType, picodollars, uses) => {
  const runs = tasks.filter(({ trace }) => trace.claims[0]?.agentType === agentType);
  expect(runs).toHaveLength(20);
  for (const { trace, charges } of runs) {
    expect(charges.reduce((sum, { amount }) => sum + (amount ?? 0n), 0n)).toBe(picodollars);
    expect(charges.filter(({ reason }) => reason !== null).map(({ reason }) => reason)).toEqual(['no_rate']);
    const counted = Object.keys(uses).map((kind) => [
      kind,
      trace.uses.filter((use) => use.kind === kind).length,
    ]);
    expect(Object.fromEntries(counted)).toEqual(uses);
  }
});

test('each trace is one task with its session, its type and its outcome', () => {
  expect(tasks.every(({ trace }) => trace.claims.length === 1)).toBe(true);
  const claims = tasks.map(({ trace }) => trace.claims[0]!);
  expect(claims.every(({ tagged, taskType }) => tagged && taskType === 'tier1-ticket')).toBe(true);
  const failed = claims
    .filter(({ outcome }) => outcome?.outcome === 'failed')
    .map(({ agentType }) => agentType);
  expect(failed.toSorted()).toEqual([...Array(10).fill('frugal-agent'), 'thorough-agent']);
});

test('the tokens that the root repeats are not charged again, and nothing is in doubt', () => {
  for (const { trace, charges } of tasks) {
    expect(trace.claims[0]?.suppressed.map(({ rule }) => rule)).toEqual(['wrapper_over_children']);
    expect(charges.flatMap(({ flags }) => flags)).toEqual([]);
  }
});
