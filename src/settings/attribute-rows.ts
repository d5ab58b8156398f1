import { type Row, row } from './row.ts';
import { attributes, attributesOrNone } from './structured.ts';

/** Where each fact about a task is looked for. */
export const ATTRIBUTE_ROWS = {
  sessionAttributes: row(
    'Attributes',
    attributes,
    '[agent.session.id, agent_session_id, Agent_Session_ID]',
    'Attributes that hold the session id, which is the task id where there is no finer one.',
  ),
  taskAttributes: row(
    'Attributes',
    attributes,
    '[agent.task.id]',
    'Attributes that hold a task id finer than the session.',
  ),
  agentTypeAttributes: row(
    'Attributes',
    attributes,
    '[agent.type, agent_type, Agent_Type]',
    'Attributes that hold the agent type; after them the agent name and service.name are taken.',
  ),
  taskTypeAttributes: row(
    'Attributes',
    attributes,
    '[agent.task.type]',
    'Attributes that hold the task type.',
  ),
  promptVersionAttributes: row(
    'Attributes',
    attributes,
    '[agent.prompt.version]',
    'Attributes that hold the prompt version.',
  ),
  userAttributes: row(
    'Attributes',
    attributesOrNone,
    '[user.id, langfuse.user.id, enduser.id, gen_ai.user, gen_ai.user.id, llm.user, ' +
      'traceloop.association.properties.user_id, langsmith.metadata.user_id, ai.telemetry.metadata.userId, ' +
      'ai.settings.context.userId, mlflow.trace.user]',
    'Attributes that hold the id of the user whom the agent works for; [] keeps no user ids.',
  ),
  outcomeAttributes: row(
    'Attributes',
    attributes,
    '[agent.task.outcome]',
    'Attributes of spans and span events that hold the outcome.',
  ),
  valueAttributes: row(
    'Attributes',
    attributes,
    '[agent.task.value_usd]',
    'Attributes that hold the value of the task in dollars.',
  ),
  remediationCostAttributes: row(
    'Attributes',
    attributes,
    '[agent.remediation.cost_usd]',
    'Attributes that hold what a human cost, in dollars.',
  ),
  remediationMinutesAttributes: row(
    'Attributes',
    attributes,
    '[agent.remediation.minutes]',
    'Attributes that hold the minutes a human spent.',
  ),
  statedCostAttributes: row(
    'Attributes',
    attributes,
    '[agent.cost.usd]',
    'Attributes that hold a cost which the agent states itself, in dollars.',
  ),
  statedComponentAttributes: row(
    'Attributes',
    attributes,
    '[agent.cost.component]',
    'Attributes that hold the component of a stated cost.',
  ),
} as const satisfies Record<string, Row<unknown>>;
