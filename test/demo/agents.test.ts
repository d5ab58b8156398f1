import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { DEMO_AGENTS, type DemoAgent, FRUGAL, fails, THOROUGH } from '../../src/demo/agents.ts';
import { parseUsd } from '../../src/domain/money.ts';

interface PriceFile {
  prices: { id: string; usd: Record<string, { per: string | number; price: string }> }[];
}

const file: PriceFile = parse(readFileSync(new URL('../../src/demo/prices.yaml', import.meta.url), 'utf8'));

/** Picodollars of a quantity, straight from the file's own text. */
function cost(id: string, unit: string, quantity: number): bigint {
  const rate = file.prices.find((price) => price.id === id)?.usd[unit];
  const per = rate?.per === '1M' ? 1_000_000n : 1n;
  return (BigInt(quantity) * parseUsd(rate?.price ?? '')!) / per;
}

function runOf({ model, steps }: DemoAgent): bigint {
  let sum = 0n;
  for (const step of steps) {
    if (step.kind === 'chat') {
      const { input, cacheRead = 0, cacheWrite = 0, output } = step.usage;
      sum += cost(`demo/${model}`, 'input', input - cacheRead - cacheWrite);
      if (cacheRead > 0) sum += cost(`demo/${model}`, 'cache_read', cacheRead);
      if (cacheWrite > 0) sum += cost(`demo/${model}`, 'cache_write_5m', cacheWrite);
      sum += cost(`demo/${model}`, 'output', output);
    } else {
      if (step.name === 'search_kb') sum += cost('demo/search_kb', 'call', 1);
      if (step.reads !== undefined) sum += cost('demo/pinecone', 'pinecone_read_unit', step.reads);
    }
  }
  return sum;
}

test.each([
  ['frugal-agent', FRUGAL, 500_000_000_000n],
  ['thorough-agent', THOROUGH, 2_000_000_000_000n],
] as const)(
  'a run of %s costs what the golden example says, to the picodollar',
  (_type, agent, picodollars) => {
    expect(runOf(agent)).toBe(picodollars);
  },
);

describe('of a thousand runs', () => {
  const failed = (agent: DemoAgent) =>
    Array.from({ length: 1000 }, (_, run) => fails(agent, run)).filter(Boolean).length;

  test('the frugal agent fails half, the thorough one a twentieth', () => {
    expect([failed(FRUGAL), failed(THOROUGH)]).toEqual([500, 50]);
  });
});

test.each(DEMO_AGENTS)(
  '$type reports usage that can be: parts within their totals, one step that decides',
  (agent) => {
    for (const step of agent.steps) {
      if (step.kind !== 'chat') continue;
      const { input, cacheRead = 0, cacheWrite = 0, output, reasoning } = step.usage;
      expect(input).toBeGreaterThanOrEqual(cacheRead + cacheWrite);
      expect(output).toBeGreaterThanOrEqual(reasoning);
      expect(reasoning).toBeGreaterThan(0);
    }
    expect(agent.steps.filter((step) => step.kind === 'tool' && step.decides)).toHaveLength(1);
  },
);
