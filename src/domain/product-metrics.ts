/**
 * The metrics that are read from the ledger, declared as data: the export, `docs/metrics.md` and the tests
 * read this table. Names are OTel names; in Prometheus dots become underscores and counters get `_total`.
 * Every one also has the labels of COMMON_LABELS and of the configured dimensions.
 */
export const PRODUCT_METRICS = {
  'agent.cpst.usd': {
    kind: 'gauge',
    unit: '{USD}',
    help: 'Cost per solved task: cost of all tasks closed in the window, over those solved.',
    labels: ['basis', 'window'],
  },
  'agent.task.cost.usd': {
    kind: 'gauge',
    unit: '{USD}',
    help: 'Mean cost of a task closed in the window, by component.',
    labels: ['component', 'window'],
  },
  'agent.success.ratio': {
    kind: 'gauge',
    unit: '1',
    help: 'Share of the tasks closed in the window that were solved.',
    labels: ['basis', 'window'],
  },
  'agent.tasks': {
    kind: 'gauge',
    unit: '{task}',
    help: 'Tasks closed in the window, by outcome.',
    labels: ['outcome', 'window'],
  },
  'agent.tasks.open': {
    kind: 'gauge',
    unit: '{task}',
    help: 'Tasks that have no outcome yet.',
    labels: [],
  },
  'agent.tasks.open.cost.usd': {
    kind: 'gauge',
    unit: '{USD}',
    help: 'What the open tasks have cost so far.',
    labels: [],
  },
  'agent.reasoning.action.ratio': {
    kind: 'gauge',
    unit: '1',
    help: 'Reasoning (or all output) tokens per effective action of the tasks closed in the window.',
    labels: ['basis', 'window'],
  },
  'agent.outcome.inferred.ratio': {
    kind: 'gauge',
    unit: '1',
    help: 'Share of the closed tasks whose outcome nobody reported but the root span told.',
    labels: ['window'],
  },
  'agent.cost.untagged.ratio': {
    kind: 'gauge',
    unit: '1',
    help: 'Share of the cost that belongs to tasks without session or task id.',
    labels: ['window'],
  },
  'agent.calls.unpriced.ratio': {
    kind: 'gauge',
    unit: '1',
    help: 'Share of the calls without a price; above 0 the costs are lower bounds.',
    labels: ['window'],
  },
  'agent.cost.usd': {
    kind: 'counter',
    unit: '{USD}',
    help: 'Cost charged since the ledger began.',
    labels: ['component', 'provider', 'model'],
  },
  'agent.cost.credited.usd': {
    kind: 'counter',
    unit: '{USD}',
    help: 'Cost taken back by restatements since the ledger began; net cost is charged less credited.',
    labels: ['component', 'provider', 'model'],
  },
  'agent.tokens': {
    kind: 'counter',
    unit: '{token}',
    help: 'Tokens charged; input and output are totals that include the other classes.',
    labels: ['provider', 'model', 'token_class'],
  },
  'agent.actions': {
    kind: 'counter',
    unit: '{action}',
    help: 'Tool executions, each once, and final answers of solved tasks.',
    labels: ['tool', 'status'],
  },
} as const satisfies Record<string, ProductMetric>;

export interface ProductMetric {
  readonly kind: 'counter' | 'gauge';
  readonly unit: string;
  readonly help: string;
  readonly labels: readonly string[];
}

export type ProductMetricName = keyof typeof PRODUCT_METRICS;

export const COMMON_LABELS = ['agent_type', 'task_type'] as const;

/** The label value under which groups past the limit are summed. */
export const OTHER = '__other__';
