import type { Ledger } from '../../src/domain/ledger.ts';
import { repricePortion } from '../../src/repricing.ts';
import { bookOf, lifePolicy } from '../pipeline/any-life.ts';
import { handClock } from '../support/clock.ts';
import { BASE_MS, type TestSpan } from '../support/send.ts';
import { openTestWalk } from '../support/walk.ts';

const call = (trace: string, span: string, more: Readonly<Record<string, unknown>> = {}): TestSpan => ({
  trace,
  span,
  parent: '1',
  name: 'chat mini',
  attributes: {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'acme',
    'gen_ai.request.model': 'mini',
    'gen_ai.usage.input_tokens': 1000,
    'gen_ai.usage.output_tokens': 100,
    'gen_ai.response.id': `resp-${trace}-${span}`,
    ...more,
  },
});

const root = (trace: string, session: string): TestSpan => ({
  trace,
  span: '1',
  name: 'invoke_agent helper',
  attributes: {
    'gen_ai.operation.name': 'invoke_agent',
    'gen_ai.agent.name': 'helper',
    'session.id': session,
  },
});

/** Two tasks, one of them revised by a human, and a re-pricing: rows in every table, the same on every engine. */
export async function liveThrough(ledger: Ledger): Promise<void> {
  const walk = await openTestWalk({ ledger, policy: lifePolicy, clock: handClock(BASE_MS + 60_000) });
  Object.assign(walk.rooms, { prices: bookOf('cheap') });
  const cost = { 'gen_ai.usage.cost': 0.5 };
  await walk.take([root('a1', 's1'), call('a1', '2', cost), call('a1', '3')]);
  await walk.take([root('a2', 's2'), call('a2', '2')]);
  await walk.settleAfter(200_000);
  await walk.report([
    {
      taskId: 's2',
      outcome: 'failed',
      at: BigInt(BASE_MS + 60_000) * 1_000_000n,
      remediation: { cost: 5_000_000_000_000n as never },
      value: undefined,
      source: 'desk',
      key: 'k1',
    },
  ]);
  await walk.settleAfter(1000);
  await repricePortion(
    {
      run: {
        id: 1,
        by: 'ana',
        startedAt: 0,
        scope: { from: undefined, to: undefined, model: undefined, only: 'all' },
        tableHash: 'x',
        state: 'running',
        why: '',
        done: 0,
        until: await ledger.lastTrace(),
        rows: [],
      },
      book: bookOf('dear'),
      asIfAt: undefined,
      write: true,
    },
    { ledger, policy: lifePolicy },
    walk.clock.now() + 1,
  );
}
