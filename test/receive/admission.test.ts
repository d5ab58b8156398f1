import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { openAdmission, type Reservation } from '../../src/receive/admission.ts';

describe('admission', () => {
  test('admits up to the bound, and not one byte past it', () => {
    const admission = openAdmission({ inflightBytesMax: 100 });
    const held = admission.take(60);
    expect(admission.take(41)).toBeUndefined();
    expect(admission.take(40)).toBeDefined();
    expect(admission.bytes).toBe(100);
    expect(held?.grow(1)).toBe(false);
    held?.release();
    expect(admission.bytes).toBe(40);
  });

  test('a reservation grows and shrinks, and releases what it has then, once', () => {
    const admission = openAdmission({ inflightBytesMax: 100 });
    const held = admission.take(10)!;
    expect(held.grow(20)).toBe(true);
    held.shrink(5);
    expect(admission.bytes).toBe(25);
    held.release();
    held.release();
    held.shrink(5);
    expect(held.grow(1)).toBe(false);
    expect(admission.bytes).toBe(0);
  });

  test('says overloaded while open, and unavailable while closing', () => {
    const admission = openAdmission({ inflightBytesMax: 100 });
    expect(admission.refusal(7)).toMatchObject({ reason: 'overloaded', retryAfterMs: 7 });
    void admission.drain();
    expect(admission.refusal(7)).toMatchObject({ reason: 'unavailable', retryAfterMs: 7 });
    expect(admission.take(0)).toBeUndefined();
  });

  test('drained when the last reservation is released, even one of no bytes', async () => {
    const admission = openAdmission({ inflightBytesMax: 100 });
    const first = admission.take(0)!;
    const last = admission.take(5)!;
    let drained = false;
    const done = admission.drain().then(() => {
      drained = true;
    });
    last.release();
    await Promise.resolve();
    expect(drained).toBe(false);
    first.release();
    await done;
    await admission.drain();
  });

  test('the bytes in flight are the sum of what is held, never above the bound, and 0 in the end', () => {
    const step = fc.record({
      act: fc.constantFrom('take', 'grow', 'shrink', 'release'),
      at: fc.nat(9),
      bytes: fc.nat(50),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const admission = openAdmission({ inflightBytesMax: 100 });
        const held: { reservation: Reservation; bytes: number }[] = [];
        for (const { act, at, bytes } of steps) {
          const one = held[at % Math.max(held.length, 1)];
          if (act === 'take') {
            const reservation = admission.take(bytes);
            if (reservation !== undefined) held.push({ reservation, bytes });
          } else if (one === undefined) continue;
          else if (act === 'grow') one.bytes += one.reservation.grow(bytes) ? bytes : 0;
          else if (act === 'shrink') {
            const less = Math.min(bytes, one.bytes);
            one.reservation.shrink(less);
            one.bytes -= less;
          } else held.splice(held.indexOf(one), 1)[0]?.reservation.release();
          expect(admission.bytes).toBe(held.reduce((sum, each) => sum + each.bytes, 0));
          expect(admission.bytes).toBeLessThanOrEqual(100);
        }
        for (const { reservation } of held) reservation.release();
        expect(admission.bytes).toBe(0);
      }),
    );
  });
});
