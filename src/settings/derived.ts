import type { UsdPico } from '../domain/money.ts';
import type { PolicySettings, RemediationRule } from '../domain/policy.ts';
import { priceMinutes } from '../domain/remediation.ts';
import { assert } from '../lib/assert.ts';
import type { RemediationSetting } from './structured.ts';
import type { Settings } from './table.ts';

/** What `openPolicy` wants. */
export const policySettings = (settings: Settings): PolicySettings => ({
  defaultMode: settings.outcomes.defaultMode,
  modes: settings.outcomes.modes,
  remediation: settings.remediation.map((rule) => ruleOf(rule, settings)),
  hourly: settings.remediationHourlyUsd,
  reportedCosts: settings.reportedCosts,
  taskQuietMs: settings.taskQuiet,
  openTaskMaxMs: settings.openTaskMax,
  orphanRootMs: settings.orphanRoot,
});

function ruleOf(rule: RemediationSetting, settings: Settings): RemediationRule {
  const { taskType, agentType, hourly } = rule;
  const cost = costOf(rule, settings);
  return {
    ...(taskType === undefined ? {} : { taskType }),
    ...(agentType === undefined ? {} : { agentType }),
    ...(cost === undefined ? {} : { cost }),
    ...(hourly === undefined ? {} : { hourly }),
  };
}

function costOf({ cost, minutes, hourly }: RemediationSetting, settings: Settings): UsdPico | undefined {
  if (minutes === undefined) return cost;
  const rate = hourly ?? settings.remediationHourlyUsd;
  assert(rate !== undefined, 'settings with minutes that have no rate are refused');
  const price = priceMinutes(minutes, rate);
  assert(price !== undefined, 'settings with minutes too dear for one line are refused');
  return price.amount;
}

/** The attribute lists under the names that normalize gives them. */
export const namingSettings = (settings: Settings) => ({
  session: settings.sessionAttributes,
  task: settings.taskAttributes,
  agentType: settings.agentTypeAttributes,
  taskType: settings.taskTypeAttributes,
  promptVersion: settings.promptVersionAttributes,
  user: settings.userAttributes,
  outcome: settings.outcomeAttributes,
  value: settings.valueAttributes,
  remediationCost: settings.remediationCostAttributes,
  remediationMinutes: settings.remediationMinutesAttributes,
  statedCost: settings.statedCostAttributes,
  statedComponent: settings.statedComponentAttributes,
  dimensions: settings.dimensions,
});
