import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { scrape } from '../support/metrics.ts';
import { send } from '../support/send.ts';
import { get, temporaryFolder } from '../support/service.ts';
import { smallTask, WALK_PRICES } from '../support/spans.ts';
import { until } from '../support/until.ts';
import { startProcess } from './process.ts';

/**
 * Goal: a service that is killed while it prices anew what waited for a price goes on with it at the next start, and
 * nothing is restated twice or left out. Method: more traces than one portion, a kill before and after each commit of the
 * run in turn, and then a life without one.
 */

const TRACES = 1200;
/** Of one trace, by WALK_PRICES. */
const EACH = 0.002;

test('killed at every commit of a re-pricing, the totals are those of one that was not', async () => {
  const folder = temporaryFolder();
  const prices = join(folder.path, 'prices.yaml');
  const dataDir = join(folder.path, 'data');
  const env = { SOLVENT_PRICES: prices };
  try {
    writeFileSync(prices, 'version: 1\n');
    const first = await startProcess({ dataDir, env });
    for (let from = 0; from < TRACES; from += 100) {
      const spans = Array.from({ length: 100 }, (_, at) =>
        smallTask((0xa000 + from + at).toString(16), { 'agent.session.id': `s${(from + at) % 50}` }),
      );
      expect(await send(first, spans.flat())).toBe(200);
    }
    const unpriced = async (at: Parameters<typeof get>[0]) =>
      (await get<{ unpriced_calls: number }>(at, '/data-health')).unpriced_calls;
    await until('all are charged, without a price', async () => (await unpriced(first)) === TRACES);
    await first.stop();

    writeFileSync(prices, WALK_PRICES);
    for (const point of ['before_apply', 'after_apply'] as const)
      for (const times of [1, 2]) {
        const killed = await startProcess({ dataDir, env, crashAt: { point, times } }).catch(() => undefined);
        await killed?.dead;
      }
    const last = await startProcess({ dataDir, env });
    await until('nothing waits any more', async () => (await unpriced(last)) === 0);
    const health = await get<{ total_cost_usd: string }>(last, '/data-health');
    expect(Number(health.total_cost_usd)).toBeCloseTo(TRACES * EACH, 9);
    const counted = (await scrape(last)).filter(({ name }) => name === 'agent_cost_usd_total');
    expect(counted.reduce((sum, { value }) => sum + value, 0)).toBeCloseTo(TRACES * EACH, 9);
    // The last request is read from the journal again, and so settled again, by the prices in force: no line changed there.
    const restated = TRACES - 100;
    const { adjustments } = await get<{
      adjustments: { trace_id: string; span_id: string; class: string }[];
    }>(last, '/tasks/s7/charges');
    const lines = new Set(adjustments.map((one) => `${one.trace_id} ${one.span_id} ${one.class}`));
    expect(lines.size).toBe(adjustments.length);
    expect(adjustments.length).toBeGreaterThanOrEqual((restated / 50) * 3);
    const { repricings } = await get<{ repricings: { total: { changed: number } }[] }>(last, '/repricings');
    const changed = repricings.reduce((sum, { total }) => sum + total.changed, 0);
    expect(changed).toBe(TRACES - (TRACES / 50 - adjustments.length / 3) * 50);
    await last.stop();
  } finally {
    folder.remove();
  }
}, 120_000);
