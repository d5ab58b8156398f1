import { expect, test } from '@jest/globals';
import { PRODUCT_METRICS, type ProductMetric } from '../../src/domain/product-metrics.ts';
import { SELF_METRICS, type SelfMetric } from '../../src/domain/self-metrics.ts';
import { prometheusName } from '../../src/export/page.ts';
import { table } from '../support/table.ts';

/** The names that dashboards and alerts were written against: they stay. */
const promised = table(`
  name                            labels
  agent_cpst_usd                  basis,window
  agent_task_cost_usd             component,window
  agent_success_ratio             basis,window
  agent_tasks                     outcome,window
  agent_tasks_open                _
  agent_tasks_open_cost_usd       _
  agent_reasoning_action_ratio    basis,window
  agent_outcome_inferred_ratio    window
  agent_cost_untagged_ratio       window
  agent_calls_unpriced_ratio      window
  agent_cost_usd_total            component,provider,model
  agent_cost_credited_usd_total   component,provider,model
  agent_tokens_total              provider,model,token_class
  agent_actions_total             tool,status
`);

test('the promised names and labels, and no other', () => {
  const table = Object.entries<ProductMetric>(PRODUCT_METRICS).map(([name, { kind, labels }]) => ({
    name: prometheusName(name, kind),
    labels: labels.join(','),
  }));
  expect(table).toEqual(promised);
});

test('money is in {USD}, which adds nothing to a Prometheus name; helps are sentences', () => {
  for (const [name, { unit, help }] of Object.entries<ProductMetric | SelfMetric>({
    ...PRODUCT_METRICS,
    ...SELF_METRICS,
  })) {
    if (name.includes('usd')) expect(unit).toBe('{USD}');
    expect(help).toMatch(/^[A-Z_].*\.$/);
  }
});
