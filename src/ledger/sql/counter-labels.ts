import type { CounterLabels } from '../../domain/ledger.ts';

/** The labels in one fixed order, so that equal labels are equal texts. */
export function labelsText(labels: CounterLabels): string {
  const { counter, agentType, taskType, dimensions } = labels;
  const common = [counter, agentType, taskType, dimensions];
  if (labels.counter === 'tokens')
    return JSON.stringify([...common, labels.provider, labels.model, labels.tokenClass]);
  if (labels.counter === 'actions') return JSON.stringify([...common, labels.tool, labels.status]);
  return JSON.stringify([...common, labels.component, labels.provider, labels.model]);
}

export function labelsOf(text: string): CounterLabels {
  const [counter, agentType, taskType, dimensions, ...rest] = JSON.parse(text);
  const common = { counter, agentType, taskType, dimensions };
  if (counter === 'tokens') return { ...common, provider: rest[0], model: rest[1], tokenClass: rest[2] };
  if (counter === 'actions') return { ...common, tool: rest[0], status: rest[1] };
  return { ...common, component: rest[0], provider: rest[1], model: rest[2] };
}
