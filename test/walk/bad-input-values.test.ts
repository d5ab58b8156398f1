import { describe, expect, test } from '@jest/globals';
import { sampleOf } from '../support/metrics.ts';
import { withService } from '../support/service.ts';
import { bodyOf, expectSound, getJson, post, span, tasksOf, Witnesses } from './witness.ts';

/**
 * Goal: a span that says nonsense is kept as far as it makes sense, with a flag, and the good spans of its request
 * are charged. Method: each comes in one request with a good one.
 */

const year = (of: number): string => String(BigInt(Date.UTC(of, 0, 1)) * 1_000_000n);
const at = (start: string, end: string) => ({ startTimeUnixNano: start, endTimeUnixNano: end });
const call = (counts: Readonly<Record<string, number | object>>) => ({
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-4o',
  ...counts,
});

const BAD_IDS: readonly (readonly [object, RegExp])[] = [
  [{ traceId: undefined }, /no trace id/],
  [{ traceId: '' }, /no trace id/],
  [{ traceId: '0'.repeat(32) }, /all-zero trace id/],
  [{ spanId: 'abc' }, /span id of 1.5 bytes, wanted 8/],
  [{ spanId: 'a'.repeat(64) }, /span id of 32 bytes, wanted 8/],
  [{ traceId: undefined, spanId: undefined }, /no trace id/],
];

test('spans without ids are refused and counted, those beside them are not', async () => {
  await withService({}, async (service) => {
    const witnesses = new Witnesses();
    for (const [ids, says] of BAD_IDS) {
      const list = [witnesses.span(), span({ 'agent.type': 'bad' }, { ...ids }), witnesses.span()];
      const { status, text } = await post(service, bodyOf(list));
      expect(status).toBe(200);
      expect(JSON.parse(text).partialSuccess).toEqual({
        rejectedSpans: '1',
        errorMessage: expect.stringMatching(says),
      });
    }
    await witnesses.charged(service);
    const samples = await expectSound(service);
    expect(sampleOf(samples, 'solvent_spans_refused_total')).toBe(BAD_IDS.length);
    expect(sampleOf(samples, 'solvent_requests_total', { answer: 'partial' })).toBe(BAD_IDS.length);
  });
});

/** Attributes, other fields of the span, what the task then costs, and its flags beside `stated`. */
type Nonsense = readonly [
  Record<string, number | string | object>,
  Record<string, string>,
  string,
  readonly string[],
];

const NONSENSE: Readonly<Record<string, Nonsense>> = {
  'negative tokens': [
    call({ 'gen_ai.usage.input_tokens': -5, 'gen_ai.usage.output_tokens': 8 }),
    {},
    '0.00008',
    ['bad_count'],
  ],
  'tokens without end': [
    call({ 'gen_ai.usage.input_tokens': { intValue: '9223372036854775807' } }),
    {},
    '0',
    ['lower_bound', 'bad_count'],
  ],
  'half a token': [
    call({ 'gen_ai.usage.input_tokens': 0.5, 'gen_ai.usage.output_tokens': 8 }),
    {},
    '0.00008',
    ['bad_count'],
  ],
  'tokens that are NaN': [
    call({ 'gen_ai.usage.input_tokens': Number.NaN, 'gen_ai.usage.output_tokens': 8 }),
    {},
    '0.00008',
    ['bad_count'],
  ],
  'tokens dearer than all the money there is': [
    call({ 'gen_ai.usage.input_tokens': 10 ** 12, 'gen_ai.usage.output_tokens': 10 ** 12 }),
    {},
    '2500000',
    ['lower_bound', 'absurd_amount'],
  ],
  'a cost that is NaN': [{ 'agent.cost.usd': Number.NaN }, {}, '0', ['bad_amount']],
  'a cost without end': [{ 'agent.cost.usd': Number.POSITIVE_INFINITY }, {}, '0', ['bad_amount']],
  'a negative cost': [{ 'agent.cost.usd': -3.5 }, {}, '0', ['bad_amount']],
  'a cost of 10^300': [{ 'agent.cost.usd': '1e300' }, {}, '0', ['bad_amount']],
  'a cost that is prose': [{ 'agent.cost.usd': 'a lot' }, {}, '0', ['bad_amount']],
  'a component that does not exist': [
    { 'agent.cost.usd': '2', 'agent.cost.component': '__proto__' },
    {},
    '2',
    ['bad_component'],
  ],
  'an outcome that does not exist': [
    { 'agent.cost.usd': '2', 'agent.task.outcome': 'constructor' },
    {},
    '2',
    ['bad_outcome'],
  ],
  'minutes below zero': [{ 'agent.remediation.minutes': -1 }, {}, '0', ['bad_amount']],
  'an end before its start': [{ 'agent.cost.usd': '2' }, { endTimeUnixNano: '1' }, '2', ['clock_skewed']],
  'the year 1970': [{ 'agent.cost.usd': '2' }, at('0', '1'), '2', ['clock_skewed']],
  'the year 2100': [{ 'agent.cost.usd': '2' }, at(year(2100), year(2100)), '2', ['clock_skewed']],
  'the end of time': [
    { 'agent.cost.usd': '2' },
    at('18446744073709551615', '18446744073709551615'),
    '2',
    ['clock_skewed'],
  ],
  'a span of 130 years': [{ 'agent.cost.usd': '2' }, at('0', year(2100)), '2', ['clock_skewed']],
};

describe('values that make no sense', () => {
  test('are left out and flagged; the rest of the span and its neighbours count', async () => {
    await withService({}, async (service) => {
      const witnesses = new Witnesses();
      for (const [name, [attributes, given]] of Object.entries(NONSENSE)) {
        const list = [
          span({ 'agent.session.id': name, 'agent.type': 'odd', ...attributes }, given),
          witnesses.span(),
        ];
        const { status, text } = await post(service, bodyOf(list));
        expect({ name, status, text }).toEqual({ name, status: 200, text: '{}' });
      }
      await witnesses.charged(service);
      await service.settleNow();
      const odd = (await tasksOf(service)).filter(({ agent_type }) => agent_type === 'odd');
      const found = odd.map(({ task_id, cost_usd, state, flags }) => [
        task_id,
        [cost_usd.total, state, flags.filter((flag) => flag !== 'stated')],
      ]);
      const wanted = Object.entries(NONSENSE).map(([name, [, , cost, flags]]) => [
        name,
        [cost, 'closed', flags],
      ]);
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));

      const samples = await expectSound(service);
      for (const flag of ['bad_count', 'bad_amount', 'bad_component', 'bad_outcome', 'clock_skewed'])
        expect(sampleOf(samples, 'solvent_span_flags_total', { flag })).toBeGreaterThan(0);
    });
  });

  test('two spans that together cost more than a column holds stop nobody', async () => {
    await withService({ SOLVENT_REMEDIATION: '[{cost_usd: "20000"}]' }, async (service) => {
      const witnesses = new Witnesses();
      const rich = { 'agent.session.id': 'rich', 'agent.type': 'odd', 'agent.cost.usd': '9000000' };
      const one = span(rich) as { traceId: string };
      const list = [one, span(rich, { traceId: one.traceId }), span(rich), witnesses.span()];
      expect((await post(service, bodyOf(list))).status).toBe(200);
      const failed = span({ 'agent.session.id': 'dear', 'agent.type': 'odd' }, { status: { code: 2 } });
      expect((await post(service, bodyOf([failed, witnesses.span()]))).status).toBe(200);
      await witnesses.charged(service);
      await service.settleNow();
      const tasks = Object.fromEntries((await tasksOf(service)).map((task) => [task.task_id, task]));
      expect(tasks.rich).toMatchObject({
        cost_usd: { total: '9223372.036854775807' },
        flags: ['lower_bound', 'absurd_amount', 'stated'],
      });
      expect(tasks.dear).toMatchObject({ outcome: 'remediated', cost_usd: { total: '20000' } });
      await expectSound(service);
    });
  });

  test('a task of the future closed when it was heard, so that it is in the windows of today', async () => {
    await withService({}, async (service) => {
      const future = { 'agent.type': 'ahead', 'agent.cost.usd': '2' };
      const told = { ...future, 'agent.session.id': 'told', 'agent.task.outcome': 'solved' };
      const list = [
        span({ ...future, 'agent.session.id': 'root' }, at(year(2100), year(2100))),
        span(told, at(year(2100), year(2101))),
      ];
      const witnesses = new Witnesses();
      await post(service, bodyOf([...list, witnesses.span()]));
      await witnesses.charged(service);
      await service.settleNow();
      expect(await getJson(service, '/api/v1/cpst?group_by=agent_type&window=1h')).toMatchObject({
        rows: [
          { agent_type: 'ahead', tasks: { solved: 2 }, cost_usd: { total: '4' } },
          { agent_type: 'witness' },
        ],
      });
    });
  });
});
