import { expect, test } from '@jest/globals';
import type { DataHealth, EconomicsRow, LedgerReads } from '../../src/domain/ledger-reads.ts';
import { parseUsd } from '../../src/domain/money.ts';
import { runReport } from '../../src/report/run.ts';
import { withWeb } from '../support/web.ts';

const usd = (text: string) => parseUsd(text)!;

const row: EconomicsRow = {
  group: ['frugal-agent'],
  tasks: { solved: 500, remediated: 500, failed: 0, abandoned: 0 },
  closedBy: { reported: 1000, inferred: 0, expired: 0 },
  cost: {
    inference: usd('399.6'),
    vector: usd('0.4'),
    tooling: usd('100'),
    compute: usd('0'),
    remediation: usd('5000'),
  },
  untaggedCost: usd('0'),
  tokens: { input: 0, cache_read: 0, cache_write_5m: 0, cache_write_1h: 0, output: 9, reasoning: 6 },
  actions: 3,
  modelCalls: 2000,
  unpricedCalls: 7,
};

const health: DataHealth = {
  tasks: 1000,
  tasksClosed: 1000,
  untaggedTasks: 10,
  untaggedCost: usd('0'),
  totalCost: usd('5500'),
  inferredTasks: 250,
  expiredTasks: 0,
  unpricedCalls: 7,
  modelCalls: 2000,
  lowerBoundTasks: 7,
  suppressed: {},
  flags: {},
};

/** Only what the report asks for; anything else would fail. */
const reads = {
  unitEconomics: async () => [row],
  dataHealth: async () => health,
  reportedCosts: async () => [],
} as unknown as LedgerReads;

async function report(more: Partial<Parameters<typeof runReport>[0]>): Promise<string> {
  const out: string[] = [];
  await withWeb(reads, {}, async ({ url }) => {
    await runReport({ url, fetch, write: (text) => out.push(text), ...more });
  });
  return out.join('');
}

test('what the web room answers is what the report reads', async () => {
  const text = await report({});
  expect(text).toMatch(/^frugal-agent +1,000 +500 +500 +0 +50\.0 % +≥\$0\.50 +≥\$5\.50 +≥\$11\.00 +2$/m);
  expect(text).toContain('7 calls have no price');
  expect(text).toContain('25.0 % of all outcomes were inferred');
  expect(text).toContain('1.0 % of all tasks carry no session id');
});

test('the formats too, and what it refuses', async () => {
  expect(JSON.parse(await report({ json: true }))).toMatchObject({
    rows: [{ cpst_usd: { resolved: '5.5' } }],
  });
  expect(await report({ csv: true })).toContain('frugal-agent,500,500,0,0,5500,399.6,0.4,100,0,5000,5.5,11,');
  expect(await report({ window: 'soon' })).toMatch(/^http:\/\/127\.0\.0\.1:\d+ refuses: .*window.*\n$/);
});
