import { describe, expect, test } from '@jest/globals';
import type { UsdFemto } from '../../src/domain/money.ts';
import { openPolicy } from '../../src/domain/policy.ts';
import { defaultNaming } from '../../src/normalize/naming.ts';
import { namingSettings, policySettings } from '../../src/settings/derived.ts';
import { ok as settingsOf } from './reading.ts';

test('the settings make a policy', () => {
  const policy = openPolicy(
    policySettings(
      settingsOf(`
remediation_hourly_usd: 60
outcomes: {agent_types: {"support-*": explicit}}
remediation:
  - {task_type: tier1-ticket, cost_usd: "10"}
  - {agent_type: "coder-*", minutes: 30, hourly_usd: "90"}
  - {agent_type: writer, minutes: 7.5}
  - {agent_type: reader, hourly_usd: 30}
`),
    ),
  );
  const imputed = (agentType: string, taskType = 'default') =>
    policy.imputedRemediation({ agentType, taskType });
  expect(imputed('any', 'tier1-ticket')).toBe(10_000_000_000_000n);
  expect(imputed('coder-1')).toBe(45_000_000_000_000n);
  expect(imputed('writer')).toBe(7_500_000_000_000n);
  expect(imputed('reader')).toBeUndefined();
  expect(policy.hourlyRate({ agentType: 'reader', taskType: '' })).toBe(30n * 10n ** 15n);
  expect(policy.hourlyRate({ agentType: 'writer', taskType: '' })).toBe(60n * 10n ** 15n);
  expect(policy.outcomeMode('support-1')).toBe('explicit');
  expect(policy.outcomeMode('constructor')).toBe('root');
  expect(policy).toMatchObject({ taskQuietMs: 5000, openTaskMaxMs: 86_400_000 });
});

test('a third of an hour is rounded once', () => {
  const [rule] = policySettings(settingsOf('remediation: [{minutes: 1, hourly_usd: 10}]')).remediation;
  expect(rule?.cost).toBe(166_666_666_667n);
});

test('the attribute lists are those of the design', () => {
  expect(namingSettings(settingsOf(''))).toEqual({
    session: ['agent.session.id', 'agent_session_id', 'Agent_Session_ID'],
    task: ['agent.task.id'],
    agentType: ['agent.type', 'agent_type', 'Agent_Type'],
    taskType: ['agent.task.type'],
    promptVersion: ['agent.prompt.version'],
    user: expect.arrayContaining(['user.id', 'langfuse.user.id', 'mlflow.trace.user']),
    outcome: ['agent.task.outcome'],
    value: ['agent.task.value_usd'],
    remediationCost: ['agent.remediation.cost_usd'],
    remediationMinutes: ['agent.remediation.minutes'],
    statedCost: ['agent.cost.usd'],
    statedComponent: ['agent.cost.component'],
    dimensions: [],
  });
});

test('the lists that the other tests read spans by are the lists that the service reads them by', () => {
  expect(namingSettings(settingsOf(''))).toEqual(defaultNaming);
});

describe('a rule of the policy', () => {
  const ruleOf = (rule: string) => policySettings(settingsOf(`remediation: [${rule}]`)).remediation[0];

  test.each([
    ['{cost_usd: 1}', { cost: 10n ** 12n }],
    ['{task_type: t, agent_type: a, cost_usd: 1}', { taskType: 't', agentType: 'a', cost: 10n ** 12n }],
    ['{hourly_usd: 1}', { hourly: 10n ** 15n }],
    ['{minutes: 60, hourly_usd: 1}', { hourly: 10n ** 15n, cost: 10n ** 12n }],
    ['{minutes: 0, hourly_usd: 1}', { hourly: 10n ** 15n, cost: 0n }],
    ['{cost_usd: 1, hourly_usd: 1}', { hourly: 10n ** 15n, cost: 10n ** 12n }],
  ])('of %s has what was given and no other field', (given, wanted) => {
    expect(ruleOf(given)).toStrictEqual(wanted);
  });

  test('from settings that were never checked is our own mistake', () => {
    const settings = settingsOf('remediation: [{minutes: 1, hourly_usd: 1}]');
    const [rule] = settings.remediation;
    const { hourly, ...without } = rule!;
    expect(hourly).toBeDefined();
    expect(() => policySettings({ ...settings, remediation: [without] })).toThrow(
      'settings with minutes that have no rate are refused',
    );
    const dear = { ...rule!, hourly: (10n ** 36n) as UsdFemto };
    expect(() => policySettings({ ...settings, remediation: [dear] })).toThrow(
      'settings with minutes too dear for one line are refused',
    );
  });
});

test('the times of the policy are those of the settings', () => {
  expect(
    policySettings(
      settingsOf('task_quiet: 1s\norphan_root: 2s\nopen_task_max: 3s\noutcomes: {default: explicit}'),
    ),
  ).toMatchObject({ taskQuietMs: 1000, orphanRootMs: 2000, openTaskMaxMs: 3000, defaultMode: 'explicit' });
});
