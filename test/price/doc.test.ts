import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { Charge } from '../../src/domain/charge.ts';
import { formatUsd } from '../../src/domain/money.ts';
import { formatDecimal } from '../../src/lib/decimal.ts';
import {
  ADDRESS,
  CACHE_HIT,
  DEPLOYMENT,
  REGION,
  TIER_REQUESTED,
  TIER_SERVED,
} from '../../src/normalize/served.ts';
import { SPAN_START } from '../support/span-view.ts';
import { openSpans } from './spans.ts';
import { bookOf } from './uses.ts';

/**
 * **Goal**: docs/prices.md says what is. **Method**: every example of the page is a price file, a span and its lines;
 * the span goes from its attributes to its charges by the file, and the lines are compared as the page shows them.
 */

const page = readFileSync('docs/prices.md', 'utf8');
const EXAMPLE = /<!-- example -->\n```yaml\n([\s\S]*?)```\n```json\n([\s\S]*?)```\n```text\n([\s\S]*?)```/g;
const examples = [...page.matchAll(EXAMPLE)].map(([, yaml = '', json = '', lines = ''], index, all) => ({
  title: titleBefore(all[index]!.index),
  yaml,
  span: JSON.parse(json) as { readonly seconds?: number; readonly attributes: Record<string, string> },
  lines: lines.trim().split('\n'),
}));

function titleBefore(at: number): string {
  return page
    .slice(0, at)
    .match(/^#+ .*$/gm)!
    .at(-1)!;
}

const lineOf = ({ component, class: name, quantity, rate, amount, reason }: Charge): string => {
  const each = rate === null ? '_' : formatDecimal(rate, 15);
  const cost = amount === null ? reason : formatUsd(amount);
  return `${component} ${name} ${formatDecimal(quantity, 6)} × ${each} = ${cost}`;
};

describe('docs/prices.md', () => {
  test.each(examples)('$title', ({ yaml, span, lines }) => {
    const { seconds = 1, attributes } = span;
    const charges = openSpans(bookOf(yaml))({
      attributes,
      start: SPAN_START,
      end: SPAN_START + BigInt(Math.round(seconds * 1e9)),
    });
    expect(charges.map(lineOf)).toEqual(lines);
  });

  test('names every attribute that says how a call was served, best first', () => {
    const tableRow = (start: string) =>
      [
        ...page
          .split('\n')
          .find((line) => line.startsWith(`| ${start}`))!
          .matchAll(/`([\w.]+)`/g),
      ].map(([, name]) => name);
    expect(tableRow('the tier that served')).toEqual(TIER_SERVED);
    expect(tableRow('the tier that was asked for')).toEqual(TIER_REQUESTED);
    expect(tableRow('the region')).toEqual([...REGION, ...ADDRESS]);
    expect(tableRow('the deployment')).toEqual(DEPLOYMENT);
    expect(tableRow('an answer of')).toEqual(['cache_hit', ...CACHE_HIT]);
  });

  test('has an example wherever it has the mark of one', () => {
    expect(examples.length).toBe(page.match(/<!-- example -->/g)!.length);
    expect(examples.length).toBeGreaterThan(15);
  });
});
