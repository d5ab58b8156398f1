import { describe, expect, test } from '@jest/globals';
import type { Charge } from '../../../src/domain/charge.ts';
import { appendRows } from '../../../src/ledger/duckdb/append.ts';
import { rowsOf } from '../../../src/ledger/duckdb/session.ts';
import { Texts } from '../../../src/ledger/duckdb/texts.ts';
import { LedgerOverflow } from '../../../src/ledger/sql/range.ts';
import { ShareRows } from '../../../src/ledger/sql/share-rows.ts';
import { table } from '../../support/table.ts';
import { aCharge, aPart } from '../samples.ts';
import { withTables } from './database.ts';

const SPANS = { s1: '00000000000000a1', s2: '00000000000000a2' } as const;

/** `component model span amount` with `?` for no amount and `free` for one that nobody asked a price for. */
function chargesOf(text: string): Charge[] {
  return table(`component task model span amount\n${text}`).map((row, line) =>
    aCharge({
      component: row.component as Charge['component'],
      taskId: row.task!,
      model: row.model!,
      spanId: SPANS[row.span as keyof typeof SPANS],
      line,
      amount: /\d/.test(row.amount!) ? BigInt(row.amount!) : null,
      reason: row.amount === '?' ? 'model_unknown' : row.amount === 'free' ? 'no_rate' : null,
    }),
  );
}

async function sharesOf(
  charges: readonly Charge[],
  parts: readonly ReturnType<typeof aPart>[] = [],
  trace = 7,
) {
  const texts = new Texts();
  texts.idOf('');
  const shares = new ShareRows(texts);
  shares.add({ charges, parts }, trace, (taskId) => Number(taskId));
  let told: string[] = [];
  await withTables(async (connection) => {
    await appendRows(connection, 'model_shares', shares.columns());
    const rows = await rowsOf(
      connection,
      'SELECT task, model, inference, tooling + vector + compute + remediation, input, model_calls, unpriced_calls, trace FROM model_shares ORDER BY task, model',
    );
    told = rows.map(
      ([task, model, ...figures]) => `${task} ${texts.textOf(model as number)}: ${figures.join(' ')}`,
    );
  });
  return told;
}

describe('what a trace adds to a task under a model (inference, other, input tokens, calls, unpriced, trace)', () => {
  test.each([
    ['lines of one call', 'inference 1 gpt s1 3\ninference 1 gpt s1 4', ['1 gpt: 7 0 0 1 0 7']],
    ['two calls', 'inference 1 gpt s1 3\ninference 1 gpt s2 4', ['1 gpt: 7 0 0 2 0 7']],
    [
      'two models',
      'inference 1 gpt s1 3\ninference 1 opus s2 4',
      ['1 gpt: 3 0 0 1 0 7', '1 opus: 4 0 0 1 0 7'],
    ],
    ['two tasks', 'inference 1 gpt s1 3\ninference 2 gpt s2 4', ['1 gpt: 3 0 0 1 0 7', '2 gpt: 4 0 0 1 0 7']],
    ['a tool, whatever model it names', 'tooling 1 gpt s1 3', ['1 : 0 3 0 0 0 7']],
    ['every other component', 'vector 1 _ s1 1\ncompute 1 _ s1 2\nremediation 1 _ s1 4', ['1 : 0 7 0 0 0 7']],
    ['a call without a price', 'inference 1 gpt s1 ?\ninference 1 gpt s1 ?', ['1 gpt: 0 0 0 1 1 7']],
    [
      'a call with a price for half of it',
      'inference 1 gpt s1 3\ninference 1 gpt s1 ?',
      ['1 gpt: 3 0 0 1 1 7'],
    ],
    ['a tool that nobody priced', 'tooling 1 _ s1 free', ['1 : 0 0 0 0 0 7']],
    ['a unit that should have a price', 'vector 1 _ s1 ?', ['1 : 0 0 0 0 1 7']],
    ['a credit', 'inference 1 gpt s1 3\ninference 1 gpt s2 -5', ['1 gpt: -2 0 0 2 0 7']],
  ])('%s', async (_, text, wanted) => {
    expect(await sharesOf(chargesOf(text))).toEqual(wanted);
  });

  test('tokens stand under the model of their part, with or without a charge', async () => {
    const parts = [
      aPart({ taskId: '1', model: 'gpt', inputTokens: 5 }),
      aPart({ taskId: '2', model: 'opus', inputTokens: 2 ** 52 }),
    ];
    expect(await sharesOf(chargesOf('inference 1 gpt s1 3'), parts)).toEqual([
      '1 gpt: 3 0 5 1 0 7',
      `2 opus: 0 0 ${2 ** 52} 0 0 7`,
    ]);
  });

  test('an inference charge of the task itself is spent, and no call', async () => {
    const own = { ...aCharge({ taskId: '1', model: 'gpt', amount: 9n }), traceId: '', spanId: '' };
    expect(await sharesOf([own], [], 0)).toEqual(['1 gpt: 9 0 0 0 0 0']);
  });

  test('nothing is nothing', async () => {
    expect(await sharesOf([])).toEqual([]);
  });

  test('charges that fit one by one and not together are refused', async () => {
    const most = (2n ** 63n - 1n).toString();
    await expect(sharesOf(chargesOf(`inference 1 gpt s1 ${most}\ninference 1 gpt s2 1`))).rejects.toThrow(
      LedgerOverflow,
    );
  });
});
