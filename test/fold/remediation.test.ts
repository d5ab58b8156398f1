import { describe, expect, test } from '@jest/globals';
import { totalCost } from '../../src/domain/economics.ts';
import { formatUsd } from '../../src/domain/money.ts';
import type { OutcomeReport, TaskPart } from '../../src/domain/task.ts';
import { cost, fold, ns, part, policyOf, report, usd } from './tasks.ts';

const failed = { root: { end: ns(10), error: true } };
const human = (amount: string) => ({ costs: [cost('0.5'), cost(amount, 'remediation')] });

const ended = (parts: readonly TaskPart[], reports: readonly OutcomeReport[] = [], policy = policyOf()) => {
  const { task, charges } = fold(parts, reports, { policy });
  const lines = charges.map(
    (one) => `${one.class}:${one.amount === null ? one.reason : formatUsd(one.amount)}`,
  );
  return `${task.outcome} ${formatUsd(task.cost.remediation)} ${lines.join(' ')}`.trim();
};

describe('what humans cost', () => {
  test.each([
    ['a failed task is imputed', [part({ claim: failed })], [], 'remediated 10 intervention:10'],
    ['where a rule matches', [part({ claim: { ...failed, taskType: 'other' } })], [], 'failed 0'],
    ['a solved one is not', [part()], [], 'solved 0'],
    ['an abandoned one neither: nobody solved it', [part()], [report('abandoned', 12)], 'abandoned 0'],
    ['nor one that is said to be remediated', [part()], [report('remediated', 12)], 'remediated 0'],
    ['a reported amount on a span wins', [part({ claim: failed, ...human('4') })], [], 'remediated 4'],
    ['an amount of zero is reported too', [part({ claim: failed, ...human('0') })], [], 'failed 0'],
    [
      'minutes on a span without a rate are reported too',
      [part({ claim: failed, flags: ['remediation_unpriced'], unpricedCalls: 1 })],
      [],
      'remediated 0',
    ],
    ['money spent stays when the task is solved', [part(human('4'))], [report('solved', 12)], 'solved 4'],
    ['and when it is abandoned', [part(human('4'))], [report('abandoned', 12)], 'abandoned 4'],
    [
      'an imputed amount goes when it is solved',
      [part({ claim: failed })],
      [report('solved', 99)],
      'solved 0',
    ],
    ['the API’s amount', [part()], [report('failed', 12, { costs: '7' })], 'remediated 7 usd:7'],
    [
      'the API’s amount takes the place of an imputed one, and the outcome stays',
      [part({ claim: failed })],
      [report('failed', 12, { costs: '7' })],
      'remediated 7 usd:7',
    ],
    [
      'the API’s amount takes the place of the spans’',
      [part({ claim: failed, ...human('4') }), part({ traceId: 't2', claim: failed, ...human('5') })],
      [report('failed', 12, { costs: '7' })],
      'remediated 7 usd:7 usd:-9',
    ],
    [
      'minutes at the hourly rate',
      [part()],
      [report('failed', 12, { minutes: 30 })],
      'remediated 30 minute:30',
    ],
    [
      'an amount before minutes',
      [part()],
      [report('failed', 12, { minutes: 30, costs: '7' })],
      'remediated 7 usd:7',
    ],
    ['an amount of zero by the API', [part()], [report('failed', 12, { costs: '0' })], 'failed 0 usd:0'],
    [
      'the latest report that carries one',
      [part()],
      [report('failed', 12, { costs: '7' }), report('failed', 14, { costs: '8' }), report('failed', 16)],
      'remediated 8 usd:8',
    ],
    [
      'for a task that only reports speak of',
      [],
      [report('remediated', 12, { costs: '7' })],
      'remediated 7 usd:7',
    ],
    [
      'kept when a later report says solved',
      [part()],
      [report('failed', 12, { costs: '7' }), report('solved', 13)],
      'solved 7 usd:7',
    ],
    ['nothing while it is open', [part({ claim: { ...failed, receivedAt: 9e15 } })], [], 'undefined 0'],
  ] as const)('%s', (_, parts, reports, expected) => expect(ended(parts, reports)).toBe(expected));

  test('minutes without a rate make the task a lower bound', () => {
    const policy = policyOf({ hourly: undefined });
    const { task, charges } = fold([part()], [report('failed', 12, { minutes: 30 })], { policy });
    expect(charges).toMatchObject([
      { class: 'minute', quantity: 30_000_000n, amount: null, reason: 'rate_missing' },
    ]);
    expect(task).toMatchObject({ outcome: 'remediated', unpricedCalls: 1, flags: ['lower_bound'] });
  });

  test('a rule’s own hourly rate', () => {
    const hourly = (90n * 10n ** 15n) as NonNullable<ReturnType<ReturnType<typeof policyOf>['hourlyRate']>>;
    const policy = policyOf({ remediation: [{ agentType: 'help*', hourly }] });
    expect(ended([part()], [report('failed', 12, { minutes: 20 })], policy)).toBe('remediated 30 minute:30');
  });

  test('the lines themselves', () => {
    const imputed = fold([part({ claim: failed })]);
    expect(imputed.charges).toEqual([
      {
        traceId: '',
        spanId: '',
        line: 0,
        taskId: 'T',
        at: ns(10),
        component: 'remediation',
        provider: '',
        model: '',
        resource: 'human',
        class: 'intervention',
        quantity: 1_000_000n,
        rate: 10_000_000_000_000_000n,
        amount: usd('10'),
        priceId: null,
        tableHash: null,
        flags: ['imputed'],
        reason: null,
      },
    ]);
    expect(imputed.task.flags).toEqual(['imputed_remediation']);
    const replaced = fold([part(human('4'))], [report('failed', 12, { costs: '7' })]);
    expect(replaced.charges.map((one) => [one.line, one.at, one.flags])).toEqual([
      [0, ns(12), ['reported']],
      [1, ns(12), ['replaced_by_report']],
    ]);
    expect(replaced.task.flags).toEqual(['replaced_by_report']);
  });
});

describe('money past what a column holds', () => {
  const dear = (traceId: string, ...costs: Parameters<typeof cost>[]) =>
    part({ traceId, costs: costs.map((one) => cost(...one)) });

  test('a task of 9.2 million dollars is capped there, and says that it costs at least that', () => {
    const whole = fold([dear('t1', ['9000000'], ['200000', 'remediation'])]).task;
    expect(whole).toMatchObject({ unpricedCalls: 0, flags: [] });
    const { task } = fold([dear('t1', ['9000000']), dear('t2', ['9000000', 'remediation'])]);
    expect(formatUsd(totalCost(task.cost))).toBe('9223372.036854775807');
    expect(formatUsd(task.cost.inference)).toBe('9000000');
    expect(task).toMatchObject({ unpricedCalls: 1, flags: ['lower_bound', 'absurd_amount'] });
  });

  test('a dear human has an amount and no rate', () => {
    const rates = ['9223', '9224', '1000000'].map((amount) => {
      const policy = policyOf({ remediation: [{ cost: usd(amount) }] });
      const [charge] = fold([part({ claim: failed })], [], { policy }).charges;
      return [formatUsd(charge!.amount!), charge!.rate];
    });
    expect(rates).toEqual([
      ['9223', 9_223_000_000_000_000_000n],
      ['9224', null],
      ['1000000', null],
    ]);
  });

  test('what spans told is credited up to what one line holds', () => {
    const told = [dear('t1', ['9000000', 'remediation']), dear('t2', ['9000000', 'remediation'])];
    const { charges } = fold(told, [report('failed', 12, { costs: '7' })]);
    expect(charges.map(({ amount }) => formatUsd(amount!))).toEqual(['7', '-9223372.036854775807']);
  });
});
