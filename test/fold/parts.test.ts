import { describe, expect, test } from '@jest/globals';
import type { Charge } from '../../src/domain/charge.ts';
import type { Fact } from '../../src/domain/fact.ts';
import { NO_USAGE, tokensOf } from '../../src/domain/usage.ts';
import type { Use } from '../../src/domain/use.ts';
import { partsOf } from '../../src/fold/parts.ts';
import { charge, claim, cost, usd } from './tasks.ts';

const fact = (given: Partial<Fact>): Fact => ({
  traceId: 't1',
  spanId: 'a',
  parentId: '',
  remoteParent: false,
  start: 0n,
  end: 1n,
  error: false,
  receivedAt: 0,
  kind: 'edge',
  context: {},
  dialect: '',
  ...given,
});

const call = (input: number, output: number, given: Partial<Fact> = {}, taskId = 'T'): Use => ({
  kind: 'inference',
  fact: fact({ provider: 'openai', model: 'gpt', ...given }),
  taskId,
  usage: { ...NO_USAGE, input, output },
  units: [],
});
const tool = (name: string, error = false): Use => ({
  kind: 'tool',
  fact: fact({ tool: name, error }),
  taskId: 'T',
  units: [],
});

const partOf = (uses: readonly Use[], charges: readonly Charge[] = []) =>
  partsOf({ traceId: 't1', uses, claims: [claim()], repeats: 0 }, charges)[0]!;

describe('what one trace adds to one task', () => {
  test('tokens by provider and model, of calls without a price too', () => {
    const { tokens, calls } = partOf([
      call(10, 1),
      call(20, 2),
      call(5, 5, { model: 'claude', provider: 'anthropic' }),
      {
        kind: 'embedding',
        fact: fact({ model: 'gpt' }),
        taskId: 'T',
        usage: { ...NO_USAGE, input: 7 },
        units: [],
      },
      { kind: 'rerank', fact: fact({}), taskId: 'T', usage: undefined, units: [] },
    ]);
    expect(tokens).toEqual([
      { provider: 'openai', model: 'gpt', tokens: tokensOf({ ...NO_USAGE, input: 30, output: 3 }) },
      { provider: 'anthropic', model: 'claude', tokens: tokensOf({ ...NO_USAGE, input: 5, output: 5 }) },
      { provider: '', model: 'gpt', tokens: tokensOf({ ...NO_USAGE, input: 7 }) },
    ]);
    expect(calls).toEqual({ inference: 3, embedding: 1, rerank: 1, vector: 0, tool: 0 });
  });

  test('actions by tool and status; statements are neither calls nor actions', () => {
    const { actions, calls } = partOf([
      tool('search'),
      tool('search'),
      tool('search', true),
      tool('fetch'),
      { kind: 'vector', fact: fact({ error: true }), taskId: 'T', units: [] },
      { kind: 'stated', fact: fact({}), taskId: 'T', component: 'tooling', usd: '1' },
      { kind: 'remediation', fact: fact({}), taskId: 'T', costUsd: '1' },
    ]);
    expect(actions).toEqual([
      { tool: 'search', status: 'ok', count: 2 },
      { tool: 'search', status: 'error', count: 1 },
      { tool: 'fetch', status: 'ok', count: 1 },
    ]);
    expect(calls).toEqual({ inference: 0, embedding: 0, rerank: 0, vector: 1, tool: 4 });
  });

  test('costs by component, provider and model', () => {
    const gpt = { provider: 'openai', model: 'gpt' };
    const { costs } = partOf(
      [],
      [
        charge({ ...gpt, amount: usd('1') }),
        charge({ ...gpt, amount: usd('2') }),
        charge({ ...gpt, component: 'tooling', amount: usd('4') }),
        charge({ model: 'gpt', amount: usd('0') }),
      ],
    );
    expect(costs).toEqual([
      cost('3'),
      { ...gpt, component: 'tooling', amount: usd('4') },
      { component: 'inference', provider: '', model: 'gpt', amount: usd('0') },
    ]);
  });

  test('unpriced calls: by span, not by line; a tool without a rate is free', () => {
    const { unpricedCalls, costs } = partOf(
      [],
      [
        charge({ reason: 'model_unknown' }),
        charge({ reason: 'model_unknown', line: 1 }),
        charge({ reason: 'unit_unknown', spanId: 'b' }),
        charge({ reason: 'no_rate', spanId: 'c' }),
      ],
    );
    expect(unpricedCalls).toBe(2);
    expect(costs).toEqual([]);
  });

  test('flags once each, and a human without a rate is known', () => {
    const { flags } = partOf(
      [],
      [
        charge({ amount: usd('1'), flags: ['stated', 'assumed_inclusive'] }),
        charge({ amount: usd('1'), flags: ['stated'] }),
        charge({ component: 'remediation', reason: 'rate_missing', class: 'minute' }),
      ],
    );
    expect(flags).toEqual(['assumed_inclusive', 'remediation_unpriced', 'stated']);
  });
});

describe('a trace of several tasks', () => {
  const claims = [claim({ taskId: 'T' }), claim({ taskId: 'U' })];

  test('one part per claim, each with its own', () => {
    const parts = partsOf({ traceId: 't1', uses: [call(1, 1), call(2, 2, {}, 'U')], claims, repeats: 0 }, [
      charge({ amount: usd('1'), taskId: 'U' }),
    ]);
    expect(parts.map((one) => [one.taskId, one.calls.inference, one.costs.length])).toEqual([
      ['T', 1, 0],
      ['U', 1, 1],
    ]);
    expect(parts.map((one) => one.claim)).toEqual(claims);
  });

  test('a charge of a task that the trace does not claim is our own mistake', () => {
    const strange = [charge({ amount: usd('1'), taskId: 'X' })];
    expect(() => partsOf({ traceId: 't1', uses: [], claims, repeats: 0 }, strange)).toThrow(
      'every use and charge of a trace belongs to a task that the trace claims',
    );
  });
});
