import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  FRAME_HEAD_BYTES,
  frameAt,
  frameHead,
  laterCommit,
  SEGMENT_MAGIC,
  walkFrames,
} from '../../src/ledger/journal-frame.ts';
import { nameOf, numberOf } from '../../src/ledger/journal-segment.ts';

interface Written {
  readonly payload: Uint8Array;
  readonly commit: number;
}
const segmentOf = (frames: readonly Written[]) =>
  Buffer.concat([
    SEGMENT_MAGIC,
    ...frames.flatMap(({ payload, commit }) => [frameHead(payload, commit), payload]),
  ]);
const payload = fc.uint8Array({ minLength: 1, maxLength: 40 });
const frames = fc.array(fc.tuple(payload, fc.integer({ min: 0, max: 1 })), { maxLength: 8 }).map((list) => {
  let commit = 1;
  return list.map(([bytes, step]): Written => {
    commit += step;
    return { payload: bytes, commit };
  });
});
const walked = (segment: Buffer) => {
  const seen: Written[] = [];
  const { end, commit } = walkFrames(segment, (frame) =>
    seen.push({ payload: Uint8Array.from(frame.payload), commit: frame.commit }),
  );
  return { seen, end, commit };
};

describe('a segment', () => {
  test('gives back its frames, in order, to its end', () => {
    fc.assert(
      fc.property(frames, (list) => {
        const segment = segmentOf(list);
        const { seen, end, commit } = walked(segment);
        expect(seen).toEqual(list);
        expect(end).toBe(segment.length);
        expect(commit).toBe(list.at(-1)?.commit ?? 0);
      }),
    );
  });

  test('cut anywhere gives the frames that are whole before the cut', () => {
    fc.assert(
      fc.property(frames, fc.nat(), (list, at) => {
        const whole = segmentOf(list);
        const cut = SEGMENT_MAGIC.length + (at % (whole.length - SEGMENT_MAGIC.length + 1));
        const { seen, end } = walked(whole.subarray(0, cut));
        expect(seen).toEqual(list.slice(0, seen.length));
        expect(end).toBeLessThanOrEqual(cut);
        expect(segmentOf(list.slice(0, seen.length + 1)).length > cut || seen.length === list.length).toBe(
          true,
        );
      }),
    );
  });

  test('with any one bit turned gives no frame that was not written', () => {
    fc.assert(
      fc.property(frames, fc.nat(), fc.integer({ min: 0, max: 7 }), (list, at, bit) => {
        fc.pre(list.length > 0);
        const segment = segmentOf(list);
        const place = SEGMENT_MAGIC.length + (at % (segment.length - SEGMENT_MAGIC.length));
        segment[place]! ^= 1 << bit;
        const { seen } = walked(segment);
        expect(seen.length).toBeLessThan(list.length);
        expect(seen).toEqual(list.slice(0, seen.length));
      }),
    );
  });

  test('followed by zeros, as a file system leaves them, ends before them', () => {
    fc.assert(
      fc.property(frames, fc.integer({ min: 0, max: 100 }), (list, zeros) => {
        const segment = segmentOf(list);
        expect(walked(Buffer.concat([segment, Buffer.alloc(zeros)])).end).toBe(segment.length);
      }),
    );
  });
});

describe('a frame', () => {
  test('has a head of length, commit and CRC, little endian', () => {
    const head = frameHead(Buffer.from('abc'), 258);
    expect(head).toHaveLength(FRAME_HEAD_BYTES);
    expect([...head.subarray(0, 8)]).toEqual([3, 0, 0, 0, 2, 1, 0, 0]);
  });

  test('whose length points past the end, or is none, is none', () => {
    const segment = segmentOf([{ payload: Buffer.from('abc'), commit: 1 }]);
    const at = SEGMENT_MAGIC.length;
    expect(frameAt(segment, at)?.payload.toString()).toBe('abc');
    for (const length of [0, 2, 4, 0xffffffff]) {
      const broken = Buffer.from(segment);
      broken.writeUInt32LE(length, at);
      expect(frameAt(broken, at)).toBeUndefined();
    }
    expect(walked(segmentOf([{ payload: new Uint8Array(0), commit: 1 }])).seen).toEqual([]);
    expect(frameAt(segment, segment.length)).toBeUndefined();
    expect(frameAt(segment, segment.length - FRAME_HEAD_BYTES + 1)).toBeUndefined();
  });
});

describe('what lies behind a bad frame', () => {
  const record = (text: string, commit: number) => ({ payload: Buffer.from(text), commit });
  /** The first frame is bad, in commit 1; the last good commit before it is 0. */
  const behind = (list: readonly Written[]) => {
    const segment = segmentOf([record('bad', 1), ...list]);
    segment[SEGMENT_MAGIC.length + FRAME_HEAD_BYTES]! ^= 1;
    return laterCommit(segment, SEGMENT_MAGIC.length, 0);
  };

  test.each<[string, readonly Written[], boolean]>([
    ['nothing', [], false],
    ['more of the same group', [record('same', 1), record('same', 1)], false],
    ['a later group: the bad one was acked', [record('later', 2)], true],
    ['a later group behind the same', [record('same', 1), record('later', 2)], true],
  ])('%s', (_, list, wanted) => {
    expect(behind(list)).toBe(wanted);
  });
});

describe("a segment's name", () => {
  test.each([
    ['0000000001.journal', 1],
    ['9999999999.journal', 9_999_999_999],
    ['1.journal', undefined],
    ['0000000001.journal.bak', undefined],
    ['x0000000001.journal', undefined],
    ['solvent.duckdb', undefined],
    ['000000000a.journal', undefined],
  ])('%s', (name, number) => {
    expect(numberOf(name)).toBe(number);
    if (number !== undefined) expect(nameOf(number)).toBe(name);
  });
});
