import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { COMPONENTS, UNPRICED_REASONS } from '../../src/domain/charge.ts';
import { FACT_FLAGS, FACT_KINDS } from '../../src/domain/fact.ts';
import * as layout from '../../src/domain/fact-layout.ts';
import { InvalidCursor } from '../../src/domain/ledger-reads.ts';
import { LIMITS } from '../../src/domain/limits.ts';
import { CALL_KINDS, isOutcome, OUTCOMES } from '../../src/domain/task.ts';
import { NO_USAGE, TOKEN_CLASSES, TOKENS_MAX, tokensOf } from '../../src/domain/usage.ts';
import { SUPPRESSION_RULES } from '../../src/domain/use.ts';

/**
 * **Goal**: what is written to disk or told outside keeps its name and its number. **Method**: the lists, once more and
 * by hand. The journal writes some by their position: a new word goes behind the last, and none is ever taken out.
 */

describe('written to the journal by position', () => {
  test.each([
    ['components', COMPONENTS, 'inference vector tooling compute remediation'],
    ['outcomes', OUTCOMES, 'solved remediated failed abandoned'],
    ['kinds of facts', FACT_KINDS, 'edge inference embedding rerank tool vector retrieval agent workflow'],
    [
      'flags',
      FACT_FLAGS,
      'assumed_inclusive clamped bad_count clock_skewed text_cut bad_amount bad_outcome bad_component',
    ],
    [
      'texts of an identity',
      layout.IDENTITY_TEXTS,
      'session dialectSession task agentType agentName taskType promptVersion',
    ],
  ])('%s begin as the first version has them', (_, words, wanted) => {
    const first = wanted.split(' ');
    expect(words.slice(0, first.length)).toEqual(first);
    expect(new Set<string>(words).size).toBe(words.length);
  });

  test('bits are single, and none is used twice', () => {
    for (const bits of [layout.FACT_BIT, layout.HAS, layout.HAS_USAGE]) {
      const values = Object.values<number>(bits);
      for (const bit of values) expect(Math.log2(bit) % 1).toBe(0);
      expect(values.reduce((sum, bit) => sum + bit, 0)).toBe(2 ** values.length - 1);
    }
    expect(layout.HAS_TEXT.length).toBe(layout.IDENTITY_TEXTS.length);
    const identity = [...layout.HAS_TEXT, layout.HAS_DIMENSIONS];
    expect(identity.reduce((sum, bit) => sum + bit, 0)).toBe(2 ** identity.length - 1);
    // As the first version has them, so that its journals and skeletons are still read.
    expect(layout.HAS_TEXT.slice(0, 7)).toEqual([1, 2, 4, 8, 16, 32, 64]);
    expect(layout.HAS_DIMENSIONS).toBe(128);
  });

  test('the flags of a fact fit in a number', () => {
    expect(FACT_FLAGS.length).toBeLessThan(31);
  });
});

describe('told outside', () => {
  test.each([
    ['call kinds', CALL_KINDS, 'inference embedding rerank vector tool'],
    [
      'reasons',
      UNPRICED_REASONS,
      'model_missing model_unknown provider_unknown price_not_yet_effective usage_missing unit_unknown rate_missing no_rate',
    ],
    ['token classes', TOKEN_CLASSES, 'input cache_read cache_write_5m cache_write_1h output reasoning'],
    [
      'rules of suppression',
      SUPPRESSION_RULES,
      'wrapper_over_children nested_call response_twin nested_tool outer_vector retrieval_over_vector',
    ],
  ])('%s', (_, words, wanted) => {
    expect([...words].sort()).toEqual(expect.arrayContaining(wanted.split(' ')));
    for (const word of words) expect(word).toMatch(/^[a-z][a-z0-9_]*$/);
  });

  test.each(OUTCOMES)('%s is an outcome', (word) => expect(isOutcome(word)).toBe(true));
  test.each(['', 'open', 'Solved', 'solved ', 'constructor', 'length', '0'])('%j is none', (word) => {
    expect(isOutcome(word)).toBe(false);
  });

  test('a cursor that is not ours has an error of its own', () => {
    expect(new InvalidCursor('x')).toMatchObject({ name: 'InvalidCursor', message: 'x' });
  });
});

describe('usage', () => {
  test('its fields are the token classes', () => {
    const usage = { input: 1, cacheRead: 2, cacheWrite5m: 3, cacheWrite1h: 4, output: 5, reasoning: 6 };
    const tokens = tokensOf(usage);
    expect(TOKEN_CLASSES.map((name) => tokens[name])).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Object.keys(tokens)).toHaveLength(TOKEN_CLASSES.length);
    expect(Object.values(tokensOf(NO_USAGE))).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test('the most tokens of a call are exact in a float, and so is the sum of a thousand such calls', () => {
    expect(TOKENS_MAX).toBe(10 ** 12);
    expect(Number.isSafeInteger(TOKENS_MAX * 1000)).toBe(true);
  });
});

describe('limits', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(join('src', path), 'utf8'));

  test.each(Object.entries(LIMITS))(
    '%s is %d, a whole number with its unit last, and is kept somewhere',
    (name, limit) => {
      expect(limit).toBeGreaterThan(0);
      expect(Number.isSafeInteger(limit)).toBe(true);
      expect(name).toMatch(/^[a-z][A-Za-z]*Max$/);
      const keepers = sources.filter((text) =>
        new RegExp(`LIMITS\\.${name}\\b`).test(text.replace(/\/\*\*.*?\*\//gs, '')),
      );
      expect(keepers.length).toBeGreaterThan(0);
    },
  );

  test('do not change unseen: what is cut or refused at one value is not at another', () => {
    expect(LIMITS).toMatchObject({
      textBytesMax: 1024,
      nestingMax: 64,
      attributesMax: 4096,
      textsMax: 256,
      eventsMax: 256,
      messageBytesMax: 1024,
      futureMsMax: 3_600_000,
    });
    // A level of AnyValue takes four brackets of JSON, and the span around it some more.
    expect(LIMITS.jsonNestingMax).toBeGreaterThan(LIMITS.nestingMax * 4);
  });
});
