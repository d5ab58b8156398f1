import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { exportColumns } from '../../src/audit/columns.ts';
import { csvHeader, csvWriter } from '../../src/audit/csv.ts';
import { jsonWriter } from '../../src/audit/json.ts';
import type { ChargeLine } from '../../src/domain/charge-line.ts';
import { USD_PICO_MAX, type UsdPico } from '../../src/domain/money.ts';
import { usd } from '../support/tasks.ts';
import { aLine, csvRows, DAY } from './lines.ts';

/**
 * Goal: what is exported says exactly what is kept, in every format. Method: rows of every sort, read back by a reader of
 * the test's own.
 */

const columns = exportColumns(['team', 'region']);
const names = columns.map(({ name }) => name);

const cellsOf = (line: ChargeLine): Record<string, string> => {
  const [cells = []] = csvRows(csvWriter(columns)(line));
  return Object.fromEntries(names.map((name, index) => [name, cells[index]!]));
};

const full = aLine({
  at: DAY + 1_500_000_000n,
  amount: usd('0.00375'),
  beside: { reported: usd('1'), computed: usd('0.5') },
  kind: {
    flags: ['assumed_inclusive', 'cache_price_missing'],
    served: { tier: 'batch', region: 'eu', deployment: 'global' },
  },
  task: { promptVersion: 'v2', user: 'u-1', dimensions: ['red', ''], taskType: 'bugfix' },
});

describe('a row of CSV', () => {
  test('has a cell for each column, in the order of the header', () => {
    expect(csvHeader(columns)).toBe(`${names.join(',')}\r\n`);
    expect(cellsOf(full)).toEqual({
      at: '2026-11-01T00:00:01.5Z',
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      span_id: 'b7ad6b7169203331',
      line: '0',
      task_id: 'T1',
      agent_type: 'support',
      task_type: 'bugfix',
      prompt_version: 'v2',
      user_id: 'u-1',
      dimensions: '{"team":"red"}',
      task_state: 'closed',
      outcome: 'solved',
      closed_by: 'reported',
      closed_at: '2026-11-01T00:00:00.000000002Z',
      component: 'inference',
      provider: 'openai',
      model: 'gpt-4o',
      resource: '',
      class: 'input',
      quantity: '1.5',
      rate_usd: '0.0000025',
      amount_usd: '0.00375',
      reported_usd: '1',
      computed_usd: '0.5',
      reason: '',
      price_id: 'openai/gpt-4o',
      table_hash: 'abc123',
      flags: 'assumed_inclusive cache_price_missing',
      service_tier: 'batch',
      region: 'eu',
      deployment: 'global',
    });
  });

  test('leaves empty what there is not', () => {
    const bare = aLine({
      traceId: '',
      spanId: '',
      amount: null,
      kind: { rate: null, priceId: null, tableHash: null, reason: 'rate_missing' },
      task: { state: 'open', outcome: undefined, closedBy: undefined, closedAt: undefined },
    });
    const cells = cellsOf(bare);
    const empty = names.filter((name) => cells[name] === '');
    const nullable = columns.filter(({ nullable }) => nullable).map(({ name }) => name);
    expect(empty.filter((name) => !nullable.includes(name))).toEqual(['resource', 'flags']);
    expect(cells).toMatchObject({ amount_usd: '', reason: 'rate_missing', outcome: '', dimensions: '{}' });
  });

  test('a credit is a number, which no spreadsheet takes for a formula', () => {
    expect(cellsOf(aLine({ amount: -1_500_000_000_000n as UsdPico })).amount_usd).toBe('-1.5');
    expect(cellsOf(aLine({ amount: USD_PICO_MAX })).amount_usd).toBe('9223372.036854775807');
  });

  test.each(['=1+1', '+1', '-1', '@cmd', '\tx', '\rx', '\nx', '＝1', "'", "'=1"])(
    'a text that begins like a formula, %j, has an apostrophe before it',
    (taskId) => {
      expect(cellsOf(aLine({ task: { taskId } })).task_id).toBe(`'${taskId}`);
    },
  );

  test('any text comes back: one apostrophe off the front, where there is one', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', "'", '=', ' ', 'a') }),
    );
    fc.assert(
      fc.property(anyText, anyText, (taskId, model) => {
        const cells = cellsOf(aLine({ task: { taskId }, kind: { model } }));
        expect([cells.task_id, cells.model].map((cell) => cell!.replace(/^'/, ''))).toEqual([taskId, model]);
      }),
    );
  });

  test('lines that share a kind or a task are written as if they were alone', () => {
    const write = csvWriter(columns);
    const { kind, task } = full;
    const other = { ...full, task: { ...task, taskId: 'T2' } };
    for (const line of [
      full,
      { ...full, amount: usd('7') },
      other,
      { ...other, kind: { ...kind, model: 'x' } },
    ])
      expect(write(line)).toBe(csvWriter(columns)(line));
  });
});

test('JSON says the same as CSV, with null where there is nothing and money as text', () => {
  const json = JSON.parse(jsonWriter(columns)(full)) as Record<string, unknown>;
  expect(Object.keys(json)).toEqual(names);
  expect(json).toMatchObject({
    line: 0,
    quantity: '1.5',
    amount_usd: '0.00375',
    dimensions: { team: 'red' },
    flags: ['assumed_inclusive', 'cache_price_missing'],
    reason: null,
  });
  expect(JSON.parse(jsonWriter(columns)(aLine({ traceId: '', spanId: '', amount: null })))).toMatchObject({
    trace_id: null,
    amount_usd: null,
    rate_usd: '0.0000025',
  });
});

test('a dimension of which nobody tells the name any more is called by its place', () => {
  expect(cellsOf(aLine({ task: { dimensions: ['', 'eu', 'old'] } })).dimensions).toBe(
    '{"region":"eu","dimension:2":"old"}',
  );
});

test('docs/ledger.md tells each column as it is, in its order', () => {
  const page = readFileSync('docs/ledger.md', 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| ([^|]*) \| ([^|]*) \| ([^|]*) \| (.*) \|$/gm)].map((row) =>
    row.slice(1),
  );
  expect(rows).toEqual(
    columns.map(({ name, type, unit, nullable, meaning }) => [
      name,
      type,
      unit || '-',
      nullable ? 'yes' : 'no',
      meaning,
    ]),
  );
});
