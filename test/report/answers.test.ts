import { describe, expect, test } from '@jest/globals';
import { groupValue, isCpstAnswer } from '../../src/report/answers.ts';
import { frugal, golden } from './answers.ts';

/** Every path to a leaf or a branch of a JSON value. */
function pathsOf(json: unknown, path: readonly string[] = []): string[][] {
  const here = path.length === 0 ? [] : [[...path]];
  if (typeof json !== 'object' || json === null) return here;
  return [...here, ...Object.entries(json).flatMap(([key, value]) => pathsOf(value, [...path, key]))];
}

/** The golden answer with another value at a path; without one the field is left out. */
function golden_(path: readonly string[], value?: unknown): unknown {
  const copy = structuredClone(golden) as unknown;
  const parent = path.slice(0, -1).reduce((at, key) => (at as Record<string, unknown>)[key], copy);
  const last = path.at(-1)!;
  if (value === undefined) delete (parent as Record<string, unknown>)[last];
  else (parent as Record<string, unknown>)[last] = value;
  return copy;
}

/** Of the first row; group fields and the order of groups are not the schema's. */
const PATHS = pathsOf({ ...golden, group_by: [], rows: [frugal] }).filter(
  (path) => path.at(-1) !== 'agent_type' && path.join('.') !== 'rows.0',
);
const MAY_BE_NULL = /\.(cpst_usd|success_ratio|reasoning_action_ratio)\.\w+$/;

describe('an answer of Solvent’s', () => {
  test('is the golden one', () => expect(isCpstAnswer(golden)).toBe(true));

  test.each(PATHS.map((path) => [path.join('.'), path] as const))('has its %s', (name, path) => {
    expect(isCpstAnswer(golden_(path))).toBe(false);
    expect(isCpstAnswer(golden_(path, null))).toBe(MAY_BE_NULL.test(name));
    expect(isCpstAnswer(golden_(path, { other: 1 }))).toBe(false);
  });

  test.each([
    ['0', true],
    ['11', true],
    ['-0.25', true],
    ['2.631578947368', true],
    ['', false],
    ['1.', false],
    ['.5', false],
    ['1e3', false],
    ['+1', false],
    [' 1', false],
    ['1\n', false],
    ['NaN', false],
    [1, false],
  ])('money as %j: %s', (money, fits) => {
    for (const path of ['cost_usd.total', 'cost_usd.compute', 'cpst_usd.resolved', 'cpst_usd.autonomous'])
      expect(isCpstAnswer(golden_(['rows', '0', ...path.split('.')], money))).toBe(fits);
  });

  test('may say more than is read here', () => {
    expect(isCpstAnswer({ ...golden, more: 1, rows: [{ ...frugal, new_figure: null }] })).toBe(true);
    expect(isCpstAnswer({ ...golden, rows: [] })).toBe(true);
  });

  test.each([[null], [undefined], ['text'], [5], [[]], [{}]])('%j is none', (json) => {
    expect(isCpstAnswer(json)).toBe(false);
  });
});

test('the value of a group is text, and empty where it is not there', () => {
  const row = { ...frugal, team: 'blue', size: 5, none: null } as typeof frugal;
  expect(['agent_type', 'team', 'size', 'none', 'missing'].map((field) => groupValue(row, field))).toEqual([
    'frugal-agent',
    'blue',
    '5',
    '',
    '',
  ]);
});
