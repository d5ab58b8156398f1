/**
 * The attribute names that Solvent itself defines. In each list the left-most present name wins, and a name on
 * the span beats one on its resource. Every list can be changed in the settings.
 */
export interface Naming {
  readonly session: readonly string[];
  readonly task: readonly string[];
  readonly agentType: readonly string[];
  readonly taskType: readonly string[];
  readonly promptVersion: readonly string[];
  readonly user: readonly string[];
  readonly outcome: readonly string[];
  readonly value: readonly string[];
  readonly remediationCost: readonly string[];
  readonly remediationMinutes: readonly string[];
  readonly statedCost: readonly string[];
  readonly statedComponent: readonly string[];
  readonly dimensions: readonly { readonly name: string; readonly from: readonly string[] }[];
}

export const defaultNaming: Naming = {
  session: ['agent.session.id', 'agent_session_id', 'Agent_Session_ID'],
  task: ['agent.task.id'],
  agentType: ['agent.type', 'agent_type', 'Agent_Type'],
  taskType: ['agent.task.type'],
  promptVersion: ['agent.prompt.version'],
  user: [
    'user.id',
    'langfuse.user.id',
    'enduser.id',
    'gen_ai.user',
    'gen_ai.user.id',
    'llm.user',
    'traceloop.association.properties.user_id',
    'langsmith.metadata.user_id',
    'ai.telemetry.metadata.userId',
    'ai.settings.context.userId',
    'mlflow.trace.user',
  ],
  outcome: ['agent.task.outcome'],
  value: ['agent.task.value_usd'],
  remediationCost: ['agent.remediation.cost_usd'],
  remediationMinutes: ['agent.remediation.minutes'],
  statedCost: ['agent.cost.usd'],
  statedComponent: ['agent.cost.component'],
  dimensions: [],
};

/**
 * Where the dialects keep their session, best first; believed where no span has one of Solvent's own names.
 * Not here, though they sound like it: `mcp.session.id` is a transport's, `langsmith.trace.session_id` a project's.
 */
export const DIALECT_SESSIONS: readonly string[] = [
  'session.id',
  'langfuse.session.id',
  'gen_ai.conversation.id',
  'traceloop.association.properties.session_id',
  'traceloop.association.properties.thread_id',
  'traceloop.association.properties.chat_id',
  'langsmith.metadata.session_id',
  'langsmith.metadata.thread_id',
  'langsmith.metadata.conversation_id',
  'langsmith.metadata.sessionId',
  'ai.telemetry.metadata.sessionId',
  'ai.settings.context.sessionId',
  'gcp.vertex.agent.session_id',
  'mlflow.trace.session',
  'anthropic.session.id',
  'conversation.id',
  'voltagent.conversation_id',
  'microsoft.session.id',
  // A retry belongs to the execution that it repeats.
  'n8n.execution.retry_of',
  'n8n.execution.id',
];

/** What emitters say that a call cost, in USD; kept beside ours, never added. */
export const REPORTED_COSTS: readonly string[] = [
  'gen_ai.usage.cost',
  'operation.cost',
  'llm.cost.total',
  'gen_ai.cost.total_cost',
  // Sentry's names: `total_tokens` is what all tokens cost.
  'gen_ai.cost.total_tokens',
  'ai.total_cost',
  // VoltAgent.
  'usage.cost',
];

/** One that says its currency, dollars where it does not. */
export const REPORTED_AMOUNT = {
  amount: 'gen_ai.usage.cost.amount',
  currency: 'gen_ai.usage.cost.currency',
} as const;
