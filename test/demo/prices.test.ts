import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { demoConfig } from '../../src/demo/run.ts';
import { openPolicy } from '../../src/domain/policy.ts';
import { loadPrices } from '../../src/price/load.ts';
import { policySettings } from '../../src/settings/derived.ts';
import { loadSettings } from '../../src/settings/load.ts';

test("the demo's settings and prices are read without a complaint or a warning", async () => {
  const read = await loadSettings({ configPath: fileURLToPath(demoConfig()), env: {} });
  if (read.kind === 'refused') throw new Error(read.complaints.join('\n'));
  const policy = openPolicy(policySettings(read.settings));
  const ticket = { agentType: 'frugal-agent', taskType: 'tier1-ticket' };
  expect(policy.imputedRemediation(ticket)).toBe(10_000_000_000_000n);
  expect(await loadPrices(read.settings.prices)).toMatchObject({
    kind: 'loaded',
    warnings: [],
    userTable: { id: 'solvent-demo' },
  });
});
