import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { openSelfMetrics } from '../../src/telemetry/registry.ts';
import { everyMetric, ledgerOf, openTask } from '../support/tasks.ts';
import { withExport } from './opened.ts';

const promtool = (page: string) =>
  spawnSync('promtool', ['check', 'metrics'], { input: page, encoding: 'utf8' });
const missing = promtool('').error !== undefined;
if (missing) process.stderr.write('promtool is not installed: promtool.prometheus.test.ts is skipped\n');

(missing ? describe.skip : describe)('promtool check metrics', () => {
  test('has nothing to say of a page with every metric', async () => {
    const selfMetrics = openSelfMetrics();
    selfMetrics.count('requests', 1, { transport: 'grpc', answer: 'accepted' });
    selfMetrics.count('unpriced', 1, { reason: 'model_unknown' });
    selfMetrics.measure('bytes_in_flight', 1, {});
    selfMetrics.measure('price_table_age_seconds', 1, {});
    await withExport(await everyMetric(), { selfMetrics }, async ({ metricsPage }) => {
      const { status, stdout, stderr } = promtool((await metricsPage()).body);
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    });
  });

  test('reads a page whose labels try to break out', async () => {
    const agents = [
      '"} 1\nx 1',
      '\\',
      '\\"',
      '\n',
      '\0\u0001\r\u2028',
      '\ud800',
      '\udfff',
      '# HELP a b',
      '{}',
      '',
    ];
    const tasks = agents.map((agentType, index) => openTask({ taskId: `t${index}`, agentType }));
    await withExport(await ledgerOf({ tasks }), {}, async ({ metricsPage }) => {
      const { status, stdout, stderr } = promtool((await metricsPage()).body);
      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    });
  });
});
