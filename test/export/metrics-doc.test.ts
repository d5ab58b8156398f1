import { expect, test } from '@jest/globals';
import { PRODUCT_METRICS } from '../../src/domain/product-metrics.ts';
import { SELF_METRICS } from '../../src/domain/self-metrics.ts';
import { metricsDoc } from '../../src/export/metrics-doc.ts';

test('every metric of both tables has its row', () => {
  const rows = metricsDoc()
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  expect(rows).toHaveLength(Object.keys(PRODUCT_METRICS).length + Object.keys(SELF_METRICS).length);
  expect(rows[0]).toBe(
    '| `agent.cpst.usd` | `agent_cpst_usd` | gauge | `{USD}` | `basis`, `window` | Cost per solved task: cost of all ' +
      'tasks closed in the window, over those solved. |',
  );
  expect(rows.find((row) => row.includes('`agent.cost.credited.usd`'))).toContain(
    '`agent_cost_credited_usd_total`',
  );
  expect(rows.find((row) => row.includes('`solvent.spans_received`'))).toContain(
    '`solvent_spans_received_total`',
  );
});

test('it is one Markdown page that ends with a line end', () => {
  expect(metricsDoc().match(/^# /gm)).toHaveLength(1);
  expect(metricsDoc()).toMatch(/[^\n]\n$/);
});
