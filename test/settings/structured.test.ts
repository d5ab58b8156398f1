import { describe, expect, test } from '@jest/globals';
import { ok, refused } from './reading.ts';

const RULE = 'a rule {task_type?, agent_type?, cost_usd} or {task_type?, agent_type?, minutes, hourly_usd?}';
const OUTCOMES = 'a mapping {default: root | explicit, agent_types: {<agent type or glob>: root | explicit}}';
const LABEL = 'a label name of letters, digits and _ that has no meaning of its own, such as team';
const DIMENSION = 'a mapping {name, from: [attribute, ...]}';
const WINDOW = 'a duration from 1m to 366d, such as 1h, 24h or 7d';

/** Of line 1 of the file. */
const at = (place: string, complaint: string) => [`solvent.yaml:1: ${place} ${complaint}`];
const flow = (items: readonly string[]) => `[${items.join(', ')}]`;
const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

describe('outcomes', () => {
  test.each([
    ['outcomes:', 'root', []],
    ['outcomes: {}', 'root', []],
    ['outcomes: {default:}', 'root', []],
    ['outcomes: {default: explicit}', 'explicit', []],
    ['outcomes: {default: Explicit, agent_types:}', 'explicit', []],
    [
      'outcomes: {agent_types: {b: root, "a-*": explicit, __proto__: explicit}}',
      'root',
      [
        ['b', 'root'],
        ['a-*', 'explicit'],
        ['__proto__', 'explicit'],
      ],
    ],
  ])('%s', (text, mode, modes) => {
    const { outcomes } = ok(text);
    expect(outcomes.defaultMode).toBe(mode);
    expect(Object.entries(outcomes.modes)).toEqual(modes);
  });

  test.each([
    ['outcomes: root', 'outcomes', `is "root", but should be ${OUTCOMES}`],
    ['outcomes: [root]', 'outcomes', `is a list, but should be ${OUTCOMES}`],
    ['outcomes: {default: maybe}', 'outcomes.default', 'is "maybe", but should be one of root, explicit'],
    ['outcomes: {default: [root]}', 'outcomes.default', 'is a list, but should be one of root, explicit'],
    ['outcomes: {defualt: root}', 'outcomes.defualt', 'is no setting; did you mean default?'],
    ['outcomes: {zzz: root}', 'outcomes.zzz', 'is no setting'],
    [
      'outcomes: {agent_types: root}',
      'outcomes.agent_types',
      'is "root", but should be a mapping of agent types',
    ],
    [
      'outcomes: {agent_types: [a]}',
      'outcomes.agent_types',
      'is a list, but should be a mapping of agent types',
    ],
    [
      'outcomes: {agent_types: {a: no}}',
      'outcomes.agent_types.a',
      'is "no", but should be one of root, explicit',
    ],
    [
      'outcomes: {agent_types: {a:}}',
      'outcomes.agent_types.a',
      'is empty, but should be one of root, explicit',
    ],
  ])('%s', (text, place, complaint) => {
    expect(refused(text)).toEqual(at(place, complaint));
  });

  test('each wrong mode is a line', () => {
    expect(refused('outcomes:\n  default: a\n  agent_types:\n    x: b\n    y: root\n    z: c')).toEqual([
      'solvent.yaml:4: outcomes.agent_types.x is "b", but should be one of root, explicit',
      'solvent.yaml:6: outcomes.agent_types.z is "c", but should be one of root, explicit',
      'solvent.yaml:2: outcomes.default is "a", but should be one of root, explicit',
    ]);
  });
});

describe('remediation', () => {
  test.each([
    ['{cost_usd: 10}', { cost: 10n ** 13n }],
    [
      '{cost_usd: "0.25", task_type: a, agent_type: "b-*"}',
      { cost: 25n * 10n ** 10n, taskType: 'a', agentType: 'b-*' },
    ],
    ['{cost_usd: 0}', { cost: 0n }],
    ['{cost_usd: 1000000}', { cost: 10n ** 18n }],
    ['{minutes: 7.5, hourly_usd: 90}', { minutes: 7_500_000n, hourly: 90n * 10n ** 15n }],
    ['{minutes: 1000000, hourly_usd: 1}', { minutes: 10n ** 12n, hourly: 10n ** 15n }],
    ['{hourly_usd: 500000}', { hourly: 5n * 10n ** 20n }],
    ['{task_type:, cost_usd: 1}', { cost: 10n ** 12n }],
  ])('%s', (rule, wanted) => {
    expect(ok(`remediation: [${rule}]`).remediation).toEqual([
      { name: 'solvent.yaml:1: remediation[0]', ...wanted },
    ]);
  });

  test.each([
    ['5', '', `is "5", but should be ${RULE}`],
    ['[]', '', `is a list, but should be ${RULE}`],
    ['~', '', `is empty, but should be ${RULE}`],
    ['{}', '', `has no cost, but should be ${RULE}`],
    ['{task_type: a}', '', `has no cost, but should be ${RULE}`],
    ['{cost_usd:}', '', `has no cost, but should be ${RULE}`],
    ['{cost_usd: 1, minutes: 2}', '', 'has cost_usd and minutes, but should have one of them'],
    [
      '{minutes: 5}',
      '',
      'has minutes without a rate, but should have hourly_usd (or set remediation_hourly_usd)',
    ],
    [
      '{minutes: 1000000, hourly_usd: 500000}',
      '',
      'costs more than 9.2 million dollars, but should cost less',
    ],
    ['{cost-usd: 5}', '.cost-usd', 'is no setting; did you mean cost_usd?'],
    ['{price_in_usd: 5}', '.price_in_usd', 'is no setting'],
    [
      '{cost_usd: 1000000.000001}',
      '.cost_usd',
      'is "1000000.000001", but should be dollars, such as "10" or "0.25"',
    ],
    ['{cost_usd: [1]}', '.cost_usd', 'is a list, but should be dollars, such as "10" or "0.25"'],
    ['{minutes: -1, hourly_usd: 1}', '.minutes', 'is "-1", but should be minutes, such as 30 or 7.5'],
    [
      '{minutes: 1000000.1, hourly_usd: 1}',
      '.minutes',
      'is "1000000.1", but should be minutes, such as 30 or 7.5',
    ],
    // One mistake is one line: the rate is there, though it cannot be read.
    ['{minutes: 1, hourly_usd: x}', '.hourly_usd', 'is "x", but should be dollars an hour, such as "90"'],
    ['{agent_type: "", cost_usd: 1}', '.agent_type', 'is "", but should be a text'],
    ['{task_type: {a: b}, cost_usd: 1}', '.task_type', 'is a mapping, but should be a text'],
  ])('%s', (rule, place, complaint) => {
    expect(refused(`remediation: [${rule}]`)).toEqual(at(`remediation[0]${place}`, complaint));
  });

  test('the general rate serves the rules that have none', () => {
    expect(ok('remediation_hourly_usd: 1\nremediation: [{minutes: 5}]').remediation).toHaveLength(1);
    expect(refused('remediation_hourly_usd: 500000\nremediation: [{minutes: 1000000}]')).toEqual([
      'solvent.yaml:2: remediation[0] costs more than 9.2 million dollars, but should cost less',
    ]);
  });

  test('each wrong rule is a line with its place', () => {
    expect(refused('remediation:\n  - {cost_usd: 1}\n  - {minutes: 1}\n  - {cost_usd: x}\n  - y')).toEqual([
      'solvent.yaml:4: remediation[2].cost_usd is "x", but should be dollars, such as "10" or "0.25"',
      `solvent.yaml:5: remediation[3] is "y", but should be ${RULE}`,
    ]);
  });

  test('a thousand rules are read, one more is refused', () => {
    const rules = (count: number) => `remediation: ${flow(many(count, () => '{cost_usd: 1}'))}`;
    expect(ok(rules(1000)).remediation).toHaveLength(1000);
    expect(refused(rules(1001))).toEqual(
      at('remediation', 'is a list, but should be a list of rules, first match wins'),
    );
  });
});

describe('dimensions', () => {
  test.each([
    ['[]', []],
    ['[{name: team, from: team.name}]', [{ name: 'team', from: ['team.name'] }]],
    ['[{name: _a9, from: [a, "b c"]}]', [{ name: '_a9', from: ['a', 'b c'] }]],
    ['{name: t, from: a}', undefined],
  ])('%s', (given, wanted) => {
    if (wanted !== undefined) expect(ok(`dimensions: ${given}`).dimensions).toEqual(wanted);
    else
      expect(refused(`dimensions: ${given}`)).toEqual(
        at('dimensions', 'is a mapping, but should be a list of at most 8 dimensions'),
      );
  });

  const taken = (
    'agent_type task_type basis window component provider model outcome token_class tool status ' +
    'tasks cost_usd cpst_usd success_ratio reasoning_action_ratio lower_bound details'
  ).split(' ');
  test.each(['', '1a', 'a-b', 'a.b', 'a b', 'ä', '__a', 'a'.repeat(65), ...taken])(
    'no dimension is called %j',
    (name) => {
      expect(refused(`dimensions: [{name: "${name}", from: a}]`)).toEqual(
        at('dimensions[0].name', `is "${name}", but should be ${LABEL}`),
      );
    },
  );

  test.each(['a', '_', 'A9_', 'a'.repeat(64), 'task', 'Model'])('one may be called %s', (name) => {
    expect(ok(`dimensions: [{name: ${name}, from: a}]`).dimensions).toEqual([{ name, from: ['a'] }]);
  });

  test.each([
    ['[team]', '[0]', `is "team", but should be ${DIMENSION}`],
    ['[~]', '[0]', `is empty, but should be ${DIMENSION}`],
    ['[{}]', '[0]', `is incomplete, but should be ${DIMENSION}`],
    ['[{name: team}]', '[0]', `is incomplete, but should be ${DIMENSION}`],
    ['[{from: team}]', '[0]', `is incomplete, but should be ${DIMENSION}`],
    ['[{name: team, from:}]', '[0]', `is incomplete, but should be ${DIMENSION}`],
    ['[{name: team, fron: a}]', '[0].fron', 'is no setting; did you mean from?'],
    ['[{name: team, from: []}]', '[0].from', 'is a list, but should be a list of attribute names'],
    ['[{name: team, from: {a: b}}]', '[0].from', 'is a mapping, but should be a list of attribute names'],
    ['[{name: team, from: ["", a]}]', '[0].from[0]', 'is "", but should be a text'],
    ['[{name: t, from: a}, {name: t, from: b}]', '', 'names t twice'],
  ])('%s', (given, place, complaint) => {
    expect(refused(`dimensions: ${given}`)).toEqual(at(`dimensions${place}`, complaint));
  });

  test('both halves of a dimension may be wrong', () => {
    expect(refused('dimensions: [{name: a-b, from: []}]')).toHaveLength(2);
  });

  test('eight dimensions are read, and nine refused', () => {
    const given = (count: number) =>
      `dimensions: ${flow(many(count, (index) => `{name: d${index}, from: a}`))}`;
    expect(ok(given(8)).dimensions).toHaveLength(8);
    expect(refused(given(9))).toEqual(
      at('dimensions', 'is a list, but should be a list of at most 8 dimensions'),
    );
  });
});

describe('windows', () => {
  test.each([
    ['1h', [['1h', 3_600_000]]],
    ['[60s]', [['60s', 60_000]]],
    ['[" 1h "]', [['1h', 3_600_000]]],
    [
      '[1m, 366d]',
      [
        ['1m', 60_000],
        ['366d', 31_622_400_000],
      ],
    ],
    // Two names for as much time are two windows: labels are what people ask by.
    [
      '[60m, 1h]',
      [
        ['60m', 3_600_000],
        ['1h', 3_600_000],
      ],
    ],
  ])('%s', (given, wanted) => {
    expect(ok(`windows: ${given}`).windows.map(({ name, ms }) => [name, ms])).toEqual(wanted);
  });

  test.each(['59s', '367d', '8785h', '0m', '1w', '1.5h', '-1h', 'soon', '1H'])('%s is none', (given) => {
    expect(refused(`windows: [1h, ${given}]`)).toEqual(
      at('windows[1]', `is "${given}", but should be ${WINDOW}`),
    );
  });

  test('from one to eight, each once', () => {
    const given = (count: number) => `windows: ${flow(many(count, (index) => `${index + 1}h`))}`;
    const wanted = 'is a list, but should be a list of 1 to 8 durations, such as [1h, 24h, 7d]';
    expect(ok(given(8)).windows).toHaveLength(8);
    expect(refused(given(9))).toEqual(at('windows', wanted));
    expect(refused(given(0))).toEqual(at('windows', wanted));
    expect(refused('windows: [1h, 7d, 1h]')).toEqual(at('windows', 'names 1h twice'));
  });
});

describe('attributes', () => {
  test('from one to sixty-four, in their order', () => {
    const given = (count: number) => `session_attributes: ${flow(many(count, (index) => `a.${index}`))}`;
    expect(ok(given(64)).sessionAttributes.slice(0, 2)).toEqual(['a.0', 'a.1']);
    expect(ok('session_attributes: only.this').sessionAttributes).toEqual(['only.this']);
    const wanted = 'is a list, but should be a list of attribute names';
    expect(refused(given(65))).toEqual(at('session_attributes', wanted));
    expect(refused(given(0))).toEqual(at('session_attributes', wanted));
    expect(refused('session_attributes: [a, [b], ~]')).toEqual([
      ...at('session_attributes[1]', 'is a list, but should be a text'),
      ...at('session_attributes[2]', 'is empty, but should be a text'),
    ]);
  });
});
