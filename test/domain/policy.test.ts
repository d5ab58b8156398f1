import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { UsdFemto, UsdPico } from '../../src/domain/money.ts';
import { globOf, openPolicy, type PolicySettings, type RemediationRule } from '../../src/domain/policy.ts';
import { table } from '../support/table.ts';

const SETTINGS: PolicySettings = {
  defaultMode: 'explicit',
  modes: {},
  remediation: [],
  hourly: undefined,
  taskQuietMs: 0,
  orphanRootMs: 0,
  openTaskMaxMs: 0,
};

describe('who says how a task ended', () => {
  const modes = {
    'chat-*': 'root',
    'chat-legal': 'explicit',
    'chat-legal-*': 'explicit',
    constructor: 'root',
  } as const;
  const policy = openPolicy({ ...SETTINGS, modes });

  test.each([
    ['an exact name beats a glob', 'chat-legal', 'explicit'],
    ['a glob beats the default', 'chat-sales', 'root'],
    ['of globs the first counts, not the longest', 'chat-legal-fr', 'root'],
    ['a glob fits nothing too', 'chat-', 'root'],
    ['a glob fits any text', 'chat-\n\u2028', 'root'],
    ['a glob is of the whole name', 'my-chat-sales', 'explicit'],
    ['case counts', 'Chat-sales', 'explicit'],
    ['the text of a glob is a name as well', 'chat-*', 'root'],
    ['anything else is the default', 'coder', 'explicit'],
    ['no name is a name too', '', 'explicit'],
    ['a name that every object has is nothing special', '__proto__', 'explicit'],
    ['nor this one', 'toString', 'explicit'],
    ['unless it is set', 'constructor', 'root'],
  ])('%s', (_, agentType, mode) => {
    expect(policy.outcomeMode(agentType)).toBe(mode);
  });

  test('an exact name beats a glob wherever it stands', () => {
    for (const order of [
      ['*', 'a'],
      ['a', '*'],
    ]) {
      const both = Object.fromEntries(order.map((name) => [name, name === 'a' ? 'root' : 'explicit']));
      const { outcomeMode } = openPolicy({ ...SETTINGS, modes: both as PolicySettings['modes'] });
      expect([outcomeMode('a'), outcomeMode('b')]).toEqual(['root', 'explicit']);
    }
  });

  test('the default is what the settings say', () => {
    expect(openPolicy({ ...SETTINGS, defaultMode: 'root' }).outcomeMode('coder')).toBe('root');
  });
});

describe('what a human costs', () => {
  const rule = (cells: Record<string, string>): RemediationRule => ({
    ...(cells.task !== '' && { taskType: cells.task! }),
    ...(cells.agent !== '' && { agentType: cells.agent! }),
    ...(cells.cost !== '' && { cost: BigInt(cells.cost!) as UsdPico }),
    ...(cells.hourly !== '' && { hourly: BigInt(cells.hourly!) as UsdFemto }),
  });
  const rules = table(`
    task     agent    cost  hourly
    tier1    _        10    _
    tier*    bot-*    20    2
    tier*    _        30    3
    _        coder    _     4
    free     _        0     _
    _        coder    50    5
  `).map(rule);
  const policy = openPolicy({ ...SETTINGS, remediation: rules, hourly: 9n as UsdFemto });

  const cases = table(`
    case                                     task     agent   cost  hourly
    the·first·rule·that·matches              tier1    bot-1   10    2
    a·rule·without·a·rate·leaves·it          tier1    human   10    3
    both·must·match                          tier2    bot-1   20    2
    a·wider·rule·takes·the·rest              tier2    human   30    3
    a·rate·alone·is·no·cost                  other    coder   50    4
    the·wider·rule·stands·first              tier2    coder   30    3
    nothing·is·a·cost                        free     human   0     9
    no·rule                                  other    human   _     9
    no·task·type                             _        human   _     9
    a·glob·is·of·the·whole·name              my-tier1 human   _     9
  `);
  test.each(cases)('$case', ({ task, agent, cost, hourly }) => {
    const kind = { taskType: task!, agentType: agent! };
    expect(policy.imputedRemediation(kind)?.toString() ?? '').toBe(cost);
    expect(policy.hourlyRate(kind)?.toString() ?? '').toBe(hourly);
  });

  test('a rule of nothing is for all', () => {
    const all = openPolicy({ ...SETTINGS, remediation: [{ cost: 7n as UsdPico }] });
    expect(all.imputedRemediation({ taskType: '', agentType: '' })).toBe(7n);
    expect(all.hourlyRate({ taskType: '', agentType: '' })).toBeUndefined();
  });

  test('no rules: nothing is imputed', () => {
    expect(openPolicy(SETTINGS).imputedRemediation({ taskType: 'a', agentType: 'b' })).toBeUndefined();
  });
});

test('times are handed on', () => {
  const times = { taskQuietMs: 1, orphanRootMs: 2, openTaskMaxMs: 3 };
  expect(openPolicy({ ...SETTINGS, ...times })).toMatchObject(times);
});

describe('globs', () => {
  const cases = table(`
    glob       text        fits
    a          a           yes
    a          b           no
    a          aa          no
    *          _           yes
    *          anything    yes
    a*         a           yes
    a*         ba          no
    *a         ba          yes
    *a         ab          no
    a*b        ab          yes
    a*b        a-b-b       yes
    a*b        abc         no
    a**b       ab          yes
    a*b*c      a1b2c       yes
    a*b*c      acb         no
    # parts do not share their letters
    ab*ba      aba         no
    ab*ba      abba        yes
    a*bc*cd    abcd        no
    *ab*ba*    aba         no
    *ab*ab*    abab        yes
    a*x*b      ab          no
    a.c        abc         no
    a.c        a.c         yes
    a?c        abc         no
    [ab]       a           no
    [ab]       [ab]        yes
    (a|b)      (a|b)       yes
    a+{2}^$    a+{2}^$     yes
    a\\b       a\\b        yes
    _          _           yes
    _          a           no
  `);
  test.each(cases)('"$glob" and "$text"', ({ glob, text, fits }) => {
    expect(globOf(glob!)(text!)).toBe(fits === 'yes');
  });

  /** A star is nothing, or a character and a star. */
  const fitsSlowly = (glob: string, text: string): boolean => {
    if (glob === '') return text === '';
    if (glob[0] === '*')
      return fitsSlowly(glob.slice(1), text) || (text !== '' && fitsSlowly(glob, text.slice(1)));
    return glob[0] === text[0] && fitsSlowly(glob.slice(1), text.slice(1));
  };

  test('fit as the slow reference says', () => {
    const sign = fc.constantFrom('a', 'b', 'a', 'b', '*', '*', '.', '$', '\n');
    fc.assert(
      fc.property(
        fc.string({ unit: sign, maxLength: 7 }),
        fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 8 }),
        (glob, text) => {
          expect(globOf(glob)(text)).toBe(fitsSlowly(glob, text));
          expect(globOf(glob)(glob)).toBe(true);
          expect(globOf(`*${text}*`)(`x${text}y`)).toBe(true);
        },
      ),
      { numRuns: 400 },
    );
  });

  test('a name made to be slow to match is judged at once', () => {
    const evil = globOf(`${'*a'.repeat(12)}b`);
    const start = performance.now();
    expect(evil('a'.repeat(1024))).toBe(false);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
