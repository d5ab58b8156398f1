import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Clause, hasPatterns, matcherOf, mentions, namesIn, restOf } from '../../src/price/clause.ts';
import { table } from '../support/table.ts';

const of = {
  equals: (text: string): Clause => ({ equals: text }),
  starts_with: (text: string): Clause => ({ starts_with: text }),
  ends_with: (text: string): Clause => ({ ends_with: text }),
  contains: (text: string): Clause => ({ contains: text }),
  regex: (text: string): Clause => ({ regex: text }),
} as const;

describe('a condition on a name', () => {
  const cases = table(`
    how          text       model             fits      mentioned
    equals       Abc        abc               sure      yes
    equals       abc        abcd              _         _
    starts_with  Abc        abc               sure      yes
    starts_with  abc        abc-latest        sure      yes
    starts_with  abc        abc-thinking      doubtful  yes
    starts_with  abc        abc-2             _         yes
    starts_with  abc        xabc              _         _
    ends_with    Abc        xabc              sure      yes
    ends_with    abc        abc               sure      yes
    ends_with    abc        abc-latest        _         _
    contains     Abc        xabc              sure      yes
    contains     abc        x-abc-latest      sure      yes
    contains     abc        x-abc-thinking    doubtful  yes
    contains     abc        x-abc-mini        _         yes
    contains     abc        ab-c              _         _
    regex        ^ABC-\\d$  abc-1             sure      yes
    regex        ^abc-\\d$  abc-12            _         _
    regex        b          abc               sure      yes
  `);
  test.each(cases)('$how "$text" and $model', ({ how, text, model, fits, mentioned }) => {
    const clause = of[how as keyof typeof of](text!);
    const fit = matcherOf(clause)(model!);
    expect(fit === undefined ? '' : fit.doubtful ? 'doubtful' : 'sure').toBe(fits);
    expect(mentions(clause)(model!)).toBe(mentioned === 'yes');
    expect(namesIn(clause)).toEqual(how === 'equals' ? [text!.toLowerCase()] : []);
    expect(hasPatterns(clause)).toBe(how !== 'equals');
  });

  test('ranks: word for word, a pattern, a longer text; a beginning before a part of its length, before an end', () => {
    const rank = (clause: Clause) => matcherOf(clause)('abcdef')?.rank ?? -1;
    const ordered = [
      of.contains('bcde'),
      of.ends_with('bcdef'),
      of.starts_with('abcdef'),
      of.regex('^a'),
      of.equals('abcdef'),
    ];
    expect(ordered.map(rank)).toEqual(ordered.map(rank).toSorted((one, other) => one - other));
    expect(rank(of.contains('abcdef'))).toBe(12);
    expect(rank(of.ends_with('abcdef'))).toBe(12);
    expect(rank(of.starts_with('abcdef'))).toBe(13);
    expect(rank(of.regex('abc'))).toBeGreaterThan(rank(of.starts_with('abcdef')));
    expect(rank(of.equals('abcdef'))).toBeGreaterThan(rank(of.regex('abcdef')));
  });
});

describe('several conditions', () => {
  const or: Clause = { or: [of.contains('b'), { or: [of.equals('ABC'), of.starts_with('abc')] }] };

  test('any of them: the best that fits', () => {
    expect(matcherOf(or)('abc')).toEqual(matcherOf(of.equals('abc'))('abc'));
    expect(matcherOf(or)('abc-latest')).toEqual(matcherOf(of.starts_with('abc'))('abc-latest'));
    expect(matcherOf(or)('xb')).toEqual(matcherOf(of.contains('b'))('xb'));
    expect(matcherOf(or)('x')).toBeUndefined();
    expect(namesIn(or)).toEqual(['abc']);
    expect(hasPatterns(or)).toBe(true);
    expect(hasPatterns({ or: [of.equals('a'), { or: [of.equals('b')] }] })).toBe(false);
    expect(['abc', 'xb-2', 'x'].map(mentions(or))).toEqual([true, true, false]);
    expect(matcherOf({ or: [] })('abc')).toBeUndefined();
  });

  test('of two that fit as well the first, doubt and all', () => {
    const twins: Clause = { or: [of.contains('abc'), of.ends_with('xyz')] };
    // Both rank 6; only the part is doubtful of what follows it.
    expect(matcherOf(twins)('abc-xyz')).toEqual({ rank: 6, doubtful: true });
    expect(matcherOf({ or: [of.ends_with('xyz'), of.contains('abc')] })('abc-xyz')).toEqual({
      rank: 6,
      doubtful: false,
    });
  });

  test('all of them: a pattern forbids, the part that names the model ranks', () => {
    const and: Clause = { and: [of.regex('^(?!.*-tts)'), of.starts_with('gemini'), of.contains('mini')] };
    expect(matcherOf(and)('gemini-tts')).toBeUndefined();
    expect(matcherOf(and)('gem')).toBeUndefined();
    expect(matcherOf(and)('gemini')).toEqual(matcherOf(of.starts_with('gemini'))('gemini'));
    expect(matcherOf({ and: [of.contains('mini'), of.starts_with('gemini')] })('gemini')?.rank).toBe(13);
    expect(matcherOf({ and: [of.regex('a'), of.regex('b')] })('ab')).toEqual(matcherOf(of.regex('a'))('ab'));
    expect(namesIn({ and: [of.equals('a')] })).toEqual([]);
    expect(hasPatterns(and)).toBe(true);
    expect(mentions(and)('gemini')).toBe(true);
    expect(mentions(and)('gemini-2')).toBe(false);
  });
});

describe('what follows a known name', () => {
  const SAME = (
    '-20260101 -2026-01-01 -01-31 -01-2026 -001 -0613 -latest -preview -exp -experimental -default -v1 -v12 ' +
    '@001 @20260101 @latest @default :0 :12 :latest .0 -preview-05-06 -20250929-v1:0 -001@latest -v1-v2-v3-v4'
  ).split(' ');
  test.each(SAME)('model%s is the model', (rest) => {
    expect(restOf(`model${rest}`, 'model', 5)).toBe('same');
  });

  const SOLD_APART = (
    'mini nano lite pro max ultra turbo flash high low small medium large xl fast highspeed codex image audio video live ' +
    'tts transcribe realtime search embed embedding rerank moderation deep-research distill native free extended vision ' +
    'ocr voice math code coder'
  ).split(' ');
  test.each(SOLD_APART)('model-%s is another model, by whatever sign it is joined', (word) => {
    for (const join of ['-', '_', ':', '.']) {
      expect(restOf(`model${join}${word}`, 'model', 5)).toBe('foreign');
      expect(restOf(`model${join}${word}-20260101`, 'model', 5)).toBe('foreign');
      // A longer word that only begins so is nobody's.
      expect(restOf(`model${join}${word}q`, 'model', 5)).toBe('doubtful');
    }
  });

  test.each([
    '1',
    '12',
    '-1',
    '-12',
    '.1',
    '_2',
    '@3',
    'v2',
    '-v2x',
    '.5-turbo',
    '-8b',
    '-1-20250805',
    '-2.5',
    '-70b-instruct',
    '.0.1x',
    '-v1-v2-v3-v4-v5',
  ])('model%s is another model', (rest) => {
    expect(restOf(`model${rest}`, 'model', 5)).toBe('foreign');
  });

  test.each([
    '-thinking',
    'x',
    '-it',
    '-instruct',
    '-20260101x',
    '-12345',
    '-123b',
    '-v',
    '-latest-thinking',
    '-latest-latest-latest-latest-latest',
    '-',
    '--latest',
  ])('model%s is doubtful', (rest) => {
    expect(restOf(`model${rest}`, 'model', 5)).toBe('doubtful');
  });

  test.each([
    ['family-', '27b-it', 'doubtful'],
    ['family/', '2', 'doubtful'],
    ['family:', 'mini', 'doubtful'],
    ['family.', '1', 'doubtful'],
    ['family@', '1', 'doubtful'],
    // A number that is cut in two is read whole.
    ['model-1', '0', 'foreign'],
    ['model-2025', '0514', 'same'],
    ['model-4-2025', '0514', 'same'],
    ['model-4', '-20250514', 'same'],
    ['model-4', '-thinking-2', 'doubtful'],
    ['model-0', '01', 'same'],
    ['model-4', 'b', 'doubtful'],
    ['model-20', '26-01-01', 'same'],
  ])('%s and %s: %s', (known, rest, verdict) => {
    expect(restOf(known + rest, known, known.length)).toBe(verdict);
  });

  test('the verdict is the same wherever in the name the known part stands', () => {
    const rest = fc.oneof(
      fc.constantFrom(...SAME, '-mini', '-4', '-thinking', ''),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 5 }), rest, (before, after) => {
        expect(restOf(`${before}model${after}`, 'model', before.length + 5)).toBe(
          restOf(`model${after}`, 'model', 5),
        );
      }),
    );
  });
});
