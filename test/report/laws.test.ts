import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OUTCOMES } from '../../src/domain/task.ts';
import type { CpstRow } from '../../src/report/answers.ts';
import { isCpstAnswer } from '../../src/report/answers.ts';
import { label } from '../../src/report/columns.ts';
import { reportCsv } from '../../src/report/csv.ts';
import { footnotes } from '../../src/report/footnotes.ts';
import { reportTable } from '../../src/report/table.ts';
import { verdict } from '../../src/report/verdict.ts';
import { answer, frugal, golden, thorough } from './answers.ts';

const anyName = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', '\t', '=', '@', '-', '+', "'", ' ', 'x') }),
);
const anyMoney = fc.constantFrom('0', '0.000000000001', '0.5', '11', '2.631578947368', '1234567.899');
const anyRow = fc
  .record({
    agent_type: anyName,
    team: anyName,
    counts: fc.tuple(fc.nat(2000), fc.nat(9), fc.nat(9), fc.nat(1)),
    total: anyMoney,
    remediation: fc.constantFrom('0', '0.000000000001'),
    resolved: fc.option(anyMoney),
    reasoning: fc.option(fc.float({ min: 0, max: 1e6, noNaN: true })),
    lower_bound: fc.boolean(),
  })
  .map(({ agent_type, team, counts, total, remediation, resolved, reasoning, lower_bound }): CpstRow => {
    const [solved, remediated, failed, abandoned] = counts;
    return {
      ...frugal,
      ...{ agent_type, team, lower_bound, tasks: { solved, remediated, failed, abandoned } },
      cost_usd: { ...frugal.cost_usd, total, remediation: total === '0' ? '0' : remediation },
      cpst_usd: { resolved, autonomous: null },
      reasoning_action_ratio: { reasoning, output: null },
    };
  });
const rows = fc.array(anyRow, { minLength: 1, maxLength: 5 });

/** A reader of RFC 4180 that takes nothing but it: records end with CRLF, quotes are doubled inside quotes. */
function readCsv(text: string): string[][] {
  const records: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    const quoted = /"((?:[^"]|"")*)"(,|\r\n)/y;
    const plain = /([^",\r\n]*)(,|\r\n)/y;
    quoted.lastIndex = at;
    plain.lastIndex = at;
    const match = quoted.exec(text) ?? plain.exec(text);
    if (match === null) throw new Error(`no CSV: ${JSON.stringify(text.slice(at, at + 40))}`);
    records.at(-1)!.push(match[1]!.replaceAll('""', '"'));
    at += match[0].length;
    if (match[2] === '\r\n') records.push([]);
  }
  return records.slice(0, -1);
}

/** What a spreadsheet would run, also by the full-width signs. */
const RUN = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

describe('any rows as CSV', () => {
  test('come back as they were, but for an apostrophe before what a spreadsheet would run', () => {
    fc.assert(
      fc.property(rows, (given) => {
        const [header = [], ...records] = readCsv(reportCsv(answer(given, ['team', 'agent_type'])));
        expect(records).toHaveLength(given.length);
        given.forEach((row, index) => {
          const cells = Object.fromEntries(header.map((name, at) => [name, records[index]![at]]));
          for (const field of ['team', 'agent_type']) {
            const name = String(row[field]);
            expect(cells[field]).toBe(RUN.test(name) ? `'${name}` : name);
            expect(cells[field]).not.toMatch(RUN);
          }
          for (const outcome of OUTCOMES) expect(cells[outcome]).toBe(String(row.tasks[outcome]));
          expect(cells.cost_total_usd).toBe(row.cost_usd.total);
          expect(cells.cpst_resolved_usd).toBe(row.cpst_usd.resolved ?? '');
          expect(cells.lower_bound).toBe(String(row.lower_bound));
        });
      }),
    );
  });

  test('without groups, and without rows, there is still a header', () => {
    expect(reportCsv(answer([], [])).split('\r\n')[0]).toMatch(
      /^solved,remediated,failed,abandoned,cost_total_usd,/,
    );
    expect(readCsv(reportCsv(answer([])))).toHaveLength(1);
  });
});

/** The lines of both grids: from a head to the empty line below its rows. */
const gridsOf = (text: string): readonly (readonly string[])[] =>
  text
    .split('\n\n')
    .map((block) => block.split('\n'))
    .filter((lines) => /^─/.test(lines[1] ?? ''));

const size = (line: string): number => [...line].length;

describe('any rows as a table', () => {
  test('every column is as wide as its rule, in each line, whatever the names', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 200 }), (given, width) => {
        const text = reportTable(answer(given, ['team', 'agent_type']), undefined, { color: false, width });
        const grids = gridsOf(text);
        expect(grids).toHaveLength(2);
        for (const [head = '', rule = '', ...body] of grids) {
          expect(body).toHaveLength(given.length);
          const ends = [...rule.matchAll(/─+/g)].map((column) => column.index + column[0].length);
          for (const line of [head, ...body]) {
            expect(size(line)).toBeLessThanOrEqual(size(rule));
            // Between two columns there is nothing.
            for (const end of ends)
              expect(
                [...line]
                  .slice(end, end + 2)
                  .join('')
                  .trim(),
              ).toBe('');
          }
        }
      }),
    );
  });

  test('nothing in it moves a cursor, and no line but a grid passes the width', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 60, max: 200 }), (given, width) => {
        const text = reportTable(
          answer(given),
          { inferred_tasks: 1, tasks_closed: 2 },
          { color: false, width },
        );
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        const inGrids = new Set(gridsOf(text).flat());
        // A single word may be longer than a line; it is not cut in two.
        for (const line of text.split('\n'))
          if (!inGrids.has(line) && size(line) > width) expect(line).not.toContain(' ');
      }),
    );
  });

  test('color adds nothing but color', () => {
    fc.assert(
      fc.property(rows, fc.integer({ min: 40, max: 150 }), (given, width) => {
        const [plain, painted] = [false, true].map((color) =>
          reportTable(answer(given), undefined, { color, width }),
        );
        // biome-ignore lint/complexity/useRegexLiterals: the escape is easier to read in a text.
        const bare = painted!.replaceAll(new RegExp('\u001b\\[\\d*m', 'g'), '');
        expect(bare).toBe(plain);
      }),
    );
  });
});

describe('a name in a terminal', () => {
  test.each([
    ['', '(none)'],
    ['agent', 'agent'],
    ['x'.repeat(40), 'x'.repeat(40)],
    ['x'.repeat(41), `${'x'.repeat(39)}…`],
    ['🎫'.repeat(41), `${'🎫'.repeat(39)}…`],
    ['a\r\nb\tc', 'a��b�c'],
    ['\u001b[31mred', '�[31mred'],
    ['\u009b2J', '�2J'],
    ['\u202eevil', '�evil'],
    ['\u2028\u2029\u200b\ufeff', '����'],
    [' ', ' '],
  ])('%j is %j', (name, shown) => {
    expect(label(name)).toBe(shown);
  });
});

describe('notes', () => {
  const bound = { ...frugal, lower_bound: true };
  const noted = (given: Parameters<typeof footnotes>[1], rows: readonly CpstRow[] = [frugal]) =>
    footnotes(rows, given).slice(1);

  test.each<[string, Parameters<typeof footnotes>[1], readonly string[]]>([
    ['nothing is known', undefined, []],
    ['all is well', { inferred_tasks: 0, tasks_closed: 9, untagged_tasks: 0, tasks: 9 }, []],
    ['no task at all', { inferred_tasks: 0, tasks_closed: 0, untagged_tasks: 0, tasks: 0 }, []],
    ['figures that are none', { inferred_tasks: '5', tasks_closed: 9, untagged_tasks: null, tasks: {} }, []],
    [
      'one of very many',
      { inferred_tasks: 1, tasks_closed: 1e6, untagged_tasks: 999_999, tasks: 1e6 },
      [
        '<0.1 % of all outcomes were inferred from root spans; nobody reported them.',
        '>99.9 % of all tasks carry no session id: each trace counts as a task.',
      ],
    ],
  ])('%s', (_what, health, notes) => {
    expect(noted(health)).toEqual(notes);
  });

  test('a lower bound says how many calls have no price, as far as that is known', () => {
    const said = (calls: unknown) => noted({ unpriced_calls: calls }, [frugal, bound])[0];
    expect(said(1234)).toBe(
      '≥ is a lower bound: 1,234 calls have no price (see /api/v1/unpriced), and count as nothing here.',
    );
    for (const unknown of [0, undefined, '7', null])
      expect(said(unknown)).toMatch(/: some calls have no price /);
    expect(noted({ unpriced_calls: 1234 })).toEqual([]);
  });
});

describe('the verdict', () => {
  const costing = (name: string, run: string, cpst: string | null, more: Partial<CpstRow> = {}): CpstRow => ({
    ...frugal,
    agent_type: name,
    tasks: { solved: 1, remediated: 0, failed: 0, abandoned: 0 },
    cost_usd: { ...frugal.cost_usd, total: run, remediation: '0' },
    cpst_usd: { resolved: cpst, autonomous: null },
    ...more,
  });

  test('at equal runs the cheaper solved task is the cheapest, with no but', () => {
    const rows = [costing('a', '1', '9'), costing('b', '1', '3')];
    expect(verdict(answer(rows))).toBe('b is the cheapest: $1.00 a run and $3.00 a solved task.');
  });

  test('who solved nothing does not compete, however cheap', () => {
    const rows = [costing('free', '0', null), costing('a', '2', '4'), costing('b', '3', '5')];
    expect(verdict(answer(rows))).toBe('a is the cheapest: $2.00 a run and $4.00 a solved task.');
  });

  test('a lower bound is at least, for the one that has it alone', () => {
    const rows = [costing('a', '1', '9', { lower_bound: true }), costing('b', '2', '3')];
    expect(verdict(answer(rows))).toBe(
      'The cheapest run is not the cheapest solved task: a costs at least $1.00 a run but at least $9.00 a solved ' +
        'task; b costs $2.00 a run and $3.00 a solved task.',
    );
  });

  test('names every group field, and a row without groups is a task', () => {
    const row = costing('a', '1', '2', { team: '' });
    expect(verdict(answer([row], ['team', 'agent_type']))).toMatch(/^\(none\) \/ a costs /);
    expect(verdict(answer([row], []))).toBe('A task costs $1.00 a run and $2.00 a solved task.');
  });

  test('does not depend on the order of the rows', () => {
    expect(verdict(answer([thorough, frugal]))).toBe(verdict(golden));
  });
});

describe('an answer of /cpst', () => {
  const change = (given: object): unknown => ({ ...golden, rows: [{ ...frugal, ...given }] });

  test.each<[string, unknown, boolean]>([
    ['the golden one', golden, true],
    ['one with fields that were added since', { ...(change({ new_field: 1 }) as object), more: [] }, true],
    ['no rows', { ...golden, rows: [] }, true],
    ['nulls where there is no value', change({ cpst_usd: { resolved: null, autonomous: null } }), true],
    ['money below zero', change({ cost_usd: { ...frugal.cost_usd, compute: '-0.5' } }), true],
    ['money with an exponent', change({ cost_usd: { ...frugal.cost_usd, compute: '1e5' } }), false],
    ['money as a number', change({ cpst_usd: { resolved: 5, autonomous: null } }), false],
    ['no money', change({ cost_usd: {} }), false],
    ['counts as texts', change({ tasks: { ...frugal.tasks, solved: '1' } }), false],
    ['no groups', { ...golden, group_by: undefined }, false],
    ['a list', [], false],
    ['nothing', undefined, false],
  ])('%s', (_what, json, taken) => {
    expect(isCpstAnswer(json)).toBe(taken);
  });
});
