import { describe, expect, test } from '@jest/globals';
import { outcomeColumns } from '../../src/report/columns.ts';
import { reportTable } from '../../src/report/table.ts';
import { golden } from './answers.ts';

const size = (line: string): number => [...line].length;

/** The report of the golden example, a line each. */
const linesAt = (width: number) => reportTable(golden, undefined, { color: false, width }).split('\n');
const rule = (width: number) => linesAt(width).findIndex((line) => line.startsWith('─'));
const headAt = (width: number) => linesAt(width)[rule(width) - 1]!.split(/\s{2,}/);
const widthAt = (width: number) => size(linesAt(width)[rule(width)]!);

describe('a narrow terminal', () => {
  const all = outcomeColumns(['agent_type'], golden.rows).map(({ title }) => title);

  test('loses a column exactly where the table stops fitting: the ratio, then the success, then none', () => {
    const whole = widthAt(500);
    expect(headAt(whole)).toEqual(all);
    const withoutRatio = all.filter((title) => title !== 'reasoning/action');
    expect(headAt(whole - 1)).toEqual(withoutRatio);
    const less = widthAt(whole - 1);
    expect(headAt(less)).toEqual(withoutRatio);
    const least = withoutRatio.filter((title) => title !== 'success');
    expect(headAt(less - 1)).toEqual(least);
    expect(headAt(1)).toEqual(least);
  });

  test('keeps every word of the sentences, in their order', () => {
    const wordsAt = (width: number) => {
      const lines = linesAt(width);
      return lines
        .slice(lines.findIndex((line) => line.startsWith('The')))
        .flatMap((line) => line.split(' '));
    };
    for (const width of [1, 30, 77, 200])
      expect(wordsAt(width).filter((word) => word !== '')).toEqual(
        wordsAt(5000).filter((word) => word !== ''),
      );
  });

  test('breaks a line only where the next word would not fit', () => {
    for (const width of [20, 33, 77, 120]) {
      const lines = linesAt(width);
      const sentences = lines.slice(lines.findIndex((line) => line.startsWith('The')));
      sentences.forEach((line, index) => {
        const next = sentences[index + 1]?.split(' ')[0] ?? '';
        if (line === '' || next === '') return;
        expect(size(line)).toBeLessThanOrEqual(width);
        expect(size(line) + 1 + size(next)).toBeGreaterThan(width);
      });
    }
  });
});

test('several groups are named with commas, as words', () => {
  const both = { ...golden, group_by: ['team', 'agent_type'] };
  const [title] = reportTable(both, undefined, { color: false, width: 200 }).split('\n');
  expect(title).toBe('Cost per solved task, by team, agent type');
});
