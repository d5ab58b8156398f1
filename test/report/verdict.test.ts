import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CpstRow } from '../../src/report/answers.ts';
import { verdict } from '../../src/report/verdict.ts';
import { answer, frugal } from './answers.ts';

/** A group of one closed task, whose run costs `run` and whose solved task `cpst`. */
const row = (name: string, run: string, cpst: string | null, more: Partial<CpstRow> = {}): CpstRow => ({
  ...frugal,
  agent_type: name,
  tasks: { solved: 1, remediated: 0, failed: 0, abandoned: 0 },
  cost_usd: { ...frugal.cost_usd, total: run, remediation: '0' },
  cpst_usd: { resolved: cpst, autonomous: null },
  ...more,
});
const said = (...rows: readonly CpstRow[]) => verdict(answer(rows));

describe('the verdict', () => {
  test('of two that are as cheap per solved task the first is named', () => {
    expect(said(row('a', '1', '3'), row('b', '1', '3'))).toBe(
      'a is the cheapest: $1.00 a run and $3.00 a solved task.',
    );
  });

  test('a picodollar decides, though it is not shown', () => {
    expect(said(row('a', '1.000000000001', '3'), row('b', '1', '3.000000000001'))).toBe(
      'The cheapest run is not the cheapest solved task: b costs $1.00 a run but $3.00 a solved task; a costs $1.00 a run ' +
        'and $3.00 a solved task.',
    );
  });

  test('a run is what all attempts cost without their humans', () => {
    const tasks = { solved: 1, remediated: 1, failed: 1, abandoned: 1 };
    const cost_usd = { ...frugal.cost_usd, total: '14', remediation: '10' };
    expect(said(row('a', '', '7', { tasks, cost_usd }))).toBe('a costs $1.00 a run and $7.00 a solved task.');
  });

  test('names who is cheapest per solved task, wherever the row stands', () => {
    const amount = fc.integer({ min: 1, max: 20 }).map(String);
    const rows = fc.array(fc.tuple(amount, amount), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(rows, (pairs) => {
        const all = pairs.map(([run, cpst], index) => row(`agent-${index}`, run, cpst));
        const least = Math.min(...pairs.map(([, cpst]) => Number(cpst)));
        const winner = pairs.findIndex(([, cpst]) => Number(cpst) === least);
        const sentence = said(...all);
        const cheapest = Math.min(...pairs.map(([run]) => Number(run))) === Number(pairs[winner]![0]);
        expect(sentence.startsWith(`agent-${winner} is the cheapest: `)).toBe(cheapest);
        expect(sentence).toContain(`agent-${winner} `);
        expect(sentence.endsWith(`$${least}.00 a solved task.`)).toBe(true);
      }),
    );
  });
});
