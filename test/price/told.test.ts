import { describe, expect, test } from '@jest/globals';
import type { UsdFemto } from '../../src/domain/money.ts';
import { openPolicy } from '../../src/domain/policy.ts';
import type { Use } from '../../src/domain/use.ts';
import { actionOf, bookOf, callOf, factOf, linesOf, noPolicy, priced, traceOf, UNITS } from './uses.ts';

describe('costs that the agent states', () => {
  const book = bookOf(UNITS);
  const stated = (usd: string, component: 'tooling' | 'inference' | 'vector') => ({
    stated: { usd, component },
  });

  test('are a line of their own', () => {
    const use: Use = {
      kind: 'stated',
      fact: factOf({ tool: 'crm' }),
      taskId: 'task-1',
      component: 'tooling',
      usd: '0.5',
    };
    expect(priced(book, use)).toMatchObject([
      {
        component: 'tooling',
        class: 'usd',
        resource: 'crm',
        amount: 500_000_000_000n,
        rate: null,
        priceId: null,
        flags: ['stated'],
      },
    ]);
  });

  test('give way to what we computed for the same component', () => {
    const charges = priced(book, actionOf('tool', 'web_search', {}, stated('99', 'tooling')));
    expect(linesOf(charges)).toEqual(['call 1 0.01']);
    expect(charges[0]!.flags).toEqual(['stated_ignored']);
  });

  test('stand in for all lines where one of them has no amount', () => {
    const tool = priced(book, actionOf('tool', 'mine', {}, stated('0.25', 'tooling')));
    expect(linesOf(tool)).toEqual(['usd 1 0.25']);
    const units = { pinecone_read_unit: '1', pinecone_write_unit: '1' };
    const query = priced(book, actionOf('vector', 'pinecone', units, stated('0.25', 'vector')));
    expect(query.map(({ line, flags }) => [line, flags])).toEqual([[0, ['stated']]]);
    const call = priced(book, callOf('nobody', 'x', { input: 5 }, stated('0.25', 'inference')));
    expect(call).toMatchObject([{ provider: 'nobody', model: 'x', amount: 250_000_000_000n, reason: null }]);
  });

  test('of another component are left to their own use', () => {
    const charges = priced(book, actionOf('tool', 'web_search', {}, stated('99', 'inference')));
    expect(charges[0]!.flags).toEqual([]);
  });

  test('beside the span’s own lines are numbered after them', () => {
    const call = callOf('openai', 'gpt-4o', { input: 10, output: 10 });
    const own: Use = { kind: 'stated', fact: call.fact, taskId: 'task-1', component: 'tooling', usd: '0.5' };
    const human: Use = { kind: 'remediation', fact: call.fact, taskId: 'task-1', costUsd: '10' };
    const charges = priced(book, human, own, call);
    expect(charges.map(({ class: name, component, line }) => `${line} ${component} ${name}`)).toEqual([
      '0 inference input',
      '1 inference output',
      '2 tooling usd',
      '3 remediation usd',
    ]);
  });

  test('above what a line can hold are no amount', () => {
    const use: Use = {
      kind: 'stated',
      fact: factOf(),
      taskId: 'task-1',
      component: 'tooling',
      usd: '99999999',
    };
    expect(priced(book, use)).toMatchObject([
      { amount: null, reason: 'usage_missing', flags: ['absurd_amount'] },
    ]);
  });
});

describe('remediation reported on a span', () => {
  const hourly = 100_000_000_000_000_000n as UsdFemto;
  const policy = openPolicy({
    defaultMode: 'root',
    modes: {},
    remediation: [{ taskType: 'tier1', hourly: (hourly / 2n) as UsdFemto }],
    hourly,
    taskQuietMs: 0,
    orphanRootMs: 0,
    openTaskMaxMs: 0,
  });
  const human = (more: { costUsd?: string; minutes?: string }): Use => ({
    kind: 'remediation',
    fact: factOf(),
    taskId: 'task-1',
    ...more,
  });

  test('an amount is taken as it is, before minutes', () => {
    const charges = priced(bookOf(), human({ costUsd: '10000.5', minutes: '5' }));
    expect(charges).toMatchObject([
      {
        component: 'remediation',
        class: 'usd',
        resource: 'human',
        amount: 10_000_500_000_000_000n,
        flags: ['reported'],
      },
    ]);
  });

  test('minutes cost the rate of that task’s kind, rounded once', () => {
    const book = bookOf(undefined, policy);
    expect(book.price(traceOf([human({ minutes: '1' })]))).toMatchObject([
      { class: 'minute', quantity: 1_000_000n, amount: 1_666_666_666_667n, rate: 1_666_666_666_666_667n },
    ]);
    expect(book.price(traceOf([human({ minutes: '3' })]))).toMatchObject([{ amount: 5_000_000_000_000n }]);
    expect(book.price(traceOf([human({ minutes: '3' })], { taskType: 'tier1' }))).toMatchObject([
      { amount: 2_500_000_000_000n },
    ]);
  });

  test('minutes without a rate, or that are none, have no amount', () => {
    expect(priced(bookOf(undefined, noPolicy), human({ minutes: '3' }))).toMatchObject([
      { class: 'minute', quantity: 3_000_000n, amount: null, reason: 'rate_missing' },
    ]);
    expect(priced(bookOf(undefined, policy), human({ minutes: '-3' }))).toMatchObject([
      { amount: null, reason: 'usage_missing', flags: ['bad_count'] },
    ]);
  });
});

describe('what one trace can cost', () => {
  const statedOf = (...amounts: readonly string[]): Use[] =>
    amounts.map((usd, index) => ({
      kind: 'stated',
      fact: factOf({ spanId: `${index}`.padStart(16, '0') }),
      taskId: 'task-1',
      component: 'tooling',
      usd,
    }));

  test('ends where a column of the ledger does: what is above has no amount, what fits still has', () => {
    expect(
      linesOf(priced(bookOf(UNITS), ...statedOf('9000000', '9000000', '223372.036854775807', '0.01'))),
    ).toEqual(['usd 1 9000000', 'usd 1 usage_missing', 'usd 1 223372.036854775807', 'usd 1 usage_missing']);
  });

  test('is not used up by lines that were taken back', () => {
    const call = actionOf(
      'tool',
      'lambda',
      { gb_second: '1', other: '1' },
      { stated: { usd: '9223372', component: 'tooling' } },
    );
    expect(linesOf(priced(bookOf(UNITS), call))).toContain('usd 1 9223372');
  });
});
