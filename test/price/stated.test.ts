import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { USD_PICO_MAX, type UsdFemto } from '../../src/domain/money.ts';
import { openPolicy } from '../../src/domain/policy.ts';
import { table } from '../support/table.ts';
import { actionOf, bookOf, callOf, factOf, linesOf, priced, traceOf } from './uses.ts';

const book = bookOf(`
version: 1
prices:
  - {kind: tool, match: {glob: "*"}, usd: {call: "0.5"}}
  - {kind: tool, match: {exact: crawl}, usd: {call: "1"}}
`);

describe('minutes', () => {
  const policy = openPolicy({
    defaultMode: 'root',
    modes: {},
    taskQuietMs: 0,
    orphanRootMs: 0,
    openTaskMaxMs: 0,
    remediation: [{ agentType: 'coder', taskType: 'default', hourly: (6n * 10n ** 15n) as UsdFemto }],
    hourly: (3n * 10n ** 15n) as UsdFemto,
  });
  const human = (minutes: string | undefined) =>
    ({
      kind: 'remediation',
      fact: factOf(),
      taskId: 'task-1',
      ...(minutes !== undefined && { minutes }),
    }) as const;
  const cases = table(`
    minutes      line                         flag
    10           minute·10·1                  reported
    0            minute·0·0                   reported
    0.5          minute·0.5·0.05              reported
    -0.000001    minute·0·usage_missing       bad_count
    soon         minute·0·usage_missing       bad_count
    1e30         minute·0·usage_missing       absurd_amount
  `);
  test.each(cases)('"$minutes" of a task of the kind that the rule is for', ({ minutes, line, flag }) => {
    const charges = bookOf(undefined, policy).price(traceOf([human(minutes)]));
    expect([linesOf(charges).join(';'), charges[0]!.flags]).toEqual([line, [flag]]);
    expect(charges[0]).toMatchObject({
      component: 'remediation',
      resource: 'human',
      provider: '',
      model: '',
    });
  });

  test('neither an amount nor minutes is no amount', () => {
    expect(linesOf(bookOf(undefined, policy).price(traceOf([human(undefined)])))).toEqual([
      'minute 0 usage_missing',
    ]);
  });

  test('of a task that nobody claims cost the general rate', () => {
    const use = { ...human('10'), taskId: 'another' };
    expect(linesOf(bookOf(undefined, policy).price(traceOf([use])))).toEqual(['minute 10 0.5']);
  });
});

describe('a stated cost and the lines of its own span', () => {
  const span = (usd: string, component: 'tooling' | 'compute') => ({ stated: { usd, component } });

  test('takes back only its own lines, and numbers go on', () => {
    const spanId = 'a'.repeat(16);
    const before = actionOf('tool', 'search', {}, { spanId });
    const partly = actionOf('tool', 'search', { moon: '1', sun: '1' }, { spanId, ...span('4', 'tooling') });
    const after = actionOf('tool', 'crawl', {}, { spanId });
    const lines = priced(book, before, partly, after).map(({ line, class: name }) => `${line} ${name}`);
    expect(lines).toEqual(['0 call', '1 usd', '2 call']);
    expect(linesOf(priced(book, before, partly, after))).toEqual(['call 1 0.5', 'usd 1 4', 'call 1 1']);
  });

  test('of nothing stands for what has no price: the agent says that it is free', () => {
    const own = bookOf('version: 1\nprices: [{kind: tool, match: {exact: other}, usd: {call: "1"}}]');
    expect(linesOf(priced(own, actionOf('tool', 'mine', {}, span('0', 'tooling'))))).toEqual(['usd 1 0']);
    expect(linesOf(priced(own, actionOf('tool', 'mine', {}, span('x', 'tooling'))))).toEqual([
      'usd 1 usage_missing',
    ]);
    expect(linesOf(priced(own, actionOf('tool', 'mine', {}, span('5', 'compute'))))).toEqual([
      'call 1 no_rate',
    ]);
  });

  test('gives way to its own lines, whatever another span lacks', () => {
    const unpriced = actionOf('vector', 'pinecone', { moon: '1' });
    const charges = priced(book, unpriced, actionOf('tool', 'crawl', {}, span('9', 'tooling')));
    expect(linesOf(charges)).toEqual(['moon 1 unit_unknown', 'call 1 1']);
    expect(charges[1]!.flags).toEqual(['stated_ignored']);
  });

  test('stands alone where the span used nothing, and under its own component', () => {
    const own = bookOf(`
version: 1
units: {page: {component: compute}}
prices: [{kind: tool, match: {exact: other}, usd: {page: "1"}}]
`);
    const idle = actionOf(
      'vector',
      'pinecone',
      { pinecone_read_unit: '0' },
      { stated: { usd: '3', component: 'vector' } },
    );
    expect(linesOf(priced(own, idle))).toEqual(['usd 1 3']);
    // The unit's lines were of compute; what replaces them is of the tool again.
    const paged = actionOf('tool', 'crawl', { page: '1' }, span('3', 'tooling'));
    expect(priced(own, paged)).toMatchObject([{ class: 'usd', component: 'tooling', resource: 'crawl' }]);
    for (const kind of ['embedding', 'rerank'] as const) {
      const call = callOf(
        'nobody',
        'x',
        { input: 5 },
        { stated: { usd: '3', component: 'inference' } },
        kind,
      );
      expect(linesOf(priced(own, call))).toEqual(['usd 1 3']);
      const known = callOf(
        'openai',
        'gpt-4o',
        { input: 5 },
        { stated: { usd: '3', component: 'inference' } },
        kind,
      );
      expect(priced(own, known)[0]).toMatchObject({ class: 'input', flags: ['stated_ignored'] });
    }
  });

  test('is flagged beside the doubts of its span', () => {
    const use = actionOf('tool', 'crawl', {}, { ...span('9', 'tooling'), flags: ['text_cut'] });
    expect(priced(book, use)[0]!.flags).toEqual(['text_cut', 'stated_ignored']);
  });

  test('leaves the room of the lines that it replaced to others', () => {
    const dear = bookOf('version: 1\nprices: [{kind: tool, match: {exact: x}, usd: {call: "9000"}}]');
    const stated = fc.array(fc.integer({ min: 0, max: 9_223_372 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(stated, (dollars) => {
        const uses = dollars.map((usd) => actionOf('tool', 'x', { odd: '1' }, span(String(usd), 'tooling')));
        let room = USD_PICO_MAX as bigint;
        const wanted = dollars.map((usd) => {
          const amount = BigInt(usd) * 10n ** 12n;
          if (amount > room) return null;
          room -= amount;
          return amount;
        });
        expect(priced(dear, ...uses).map(({ amount }) => amount)).toEqual(wanted);
      }),
    );
  });
});
