import { describe, expect, test } from '@jest/globals';
import { assert, InvariantError, unreachable } from '../../src/lib/assert.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { silentLog } from '../../src/lib/log.ts';

describe('a broken promise', () => {
  test.each([[false], [undefined], [null], [0], ['']])(
    '%j breaks it, and the promise is the message',
    (kept) => {
      const check = () => assert(kept, 'the ledger is open');
      expect(check).toThrow(InvariantError);
      expect(check).toThrow(/^the ledger is open$/);
    },
  );

  test.each([[true], [1], ['x'], [{}]])('%j keeps it', (kept) => {
    expect(() => assert(kept, 'the ledger is open')).not.toThrow();
  });

  test('is told apart from other errors by its name', () => {
    expect(new InvariantError('x').name).toBe('InvariantError');
  });

  test('a case that nobody answers is named', () => {
    expect(() => unreachable({ kind: 'new' } as never)).toThrow(
      'every case is answered, but not {"kind":"new"}',
    );
  });
});

describe('the clock of the system', () => {
  test('tells the time, and runs a task once after its delay', async () => {
    const before = Date.now();
    await new Promise<void>((resolve) => systemClock.after(1, resolve));
    expect(systemClock.now()).toBeGreaterThanOrEqual(before);
    expect(systemClock.now()).toBeLessThanOrEqual(Date.now());
  });

  test('a task that was taken back never runs', async () => {
    const ran: string[] = [];
    const cancel = systemClock.after(0, () => ran.push('taken back'));
    cancel();
    cancel();
    await new Promise<void>((resolve) => systemClock.after(5, resolve));
    expect(ran).toEqual([]);
  });
});

test('the silent log takes every level', () => {
  for (const level of ['debug', 'info', 'warn', 'error'] as const)
    expect(silentLog[level]({}, 'nobody hears')).toBeUndefined();
});
