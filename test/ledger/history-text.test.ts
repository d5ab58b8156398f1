import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TaskEvent } from '../../src/domain/history.ts';
import { eventOf, eventText } from '../../src/ledger/history-text.ts';
import { anyEvent } from './any-history.ts';

test('any event comes back from its text as it was', () => {
  fc.assert(
    fc.property(anyEvent, (event) => {
      const back = eventOf(event.taskId, event.atMs, eventText(event));
      expect(back).toEqual(event);
      // A field that is there without a value is not one that is not told of.
      expect(Object.keys(back.before ?? {})).toEqual(expect.arrayContaining(Object.keys(event.before ?? {})));
      expect(Object.keys(back.after ?? {})).toHaveLength(Object.keys(event.after ?? {}).length);
    }),
  );
});

test('a task that closed by itself, as most do, is a short line', () => {
  const cost = { inference: 12_345_678_901n, vector: 0n, tooling: 0n, compute: 0n, remediation: 0n };
  const event = {
    taskId: 'T',
    atMs: 1,
    by: [{ kind: 'policy' }],
    before: {
      state: 'open',
      outcome: undefined,
      closedBy: undefined,
      closedAt: undefined,
      cost,
      unpricedCalls: 0,
    },
    after: {
      state: 'closed',
      outcome: 'solved',
      closedBy: 'inferred',
      closedAt: 1_764_230_000_000_000_000n,
      cost,
      unpricedCalls: 0,
    },
    cameFrom: [],
    wentTo: [],
  } as unknown as TaskEvent;
  expect(eventText(event)).toBe(
    '[[{"kind":"policy"}],{"state":"open","cost":{"inference":"12345678901"},"unpricedCalls":0},' +
      '{"state":"closed","outcome":"solved","closedBy":"inferred","closedAt":"1764230000000000000",' +
      '"cost":{"inference":"12345678901"},"unpricedCalls":0}]',
  );
});
