import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { UsdPico } from '../../src/domain/money.ts';
import { dollars, percent, rounded } from '../../src/show/figures.ts';
import { html } from '../../src/show/html.ts';
import { table } from '../support/table.ts';
import { usd } from '../support/tasks.ts';

describe('markup', () => {
  test('texts are escaped, markup and lists of it are not, undefined is nothing', () => {
    const name = '<script>alert("x")</script> & \'y\' `z`';
    const inner = html`<b>${name}</b>`;
    expect(html`<p title="${name}">${inner}${[inner, inner]}${undefined}${7}</p>`.text).toBe(
      '<p title="&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39; &#96;z&#96;">' +
        `${inner.text}${inner.text}${inner.text}7</p>`,
    );
  });

  test('no text gets out of its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = html`${text}`.text;
        expect(shown).not.toMatch(/[<>"'`]|&(?!(amp|lt|gt|quot|#39|#96);)/);
        expect(shown).not.toMatch(/[\0\u0008\u001b\u0085]/);
      }),
    );
  });
});

describe('figures for people', () => {
  const cases = table(`
    usd              shown
    0                $0.00
    5.5              $5.50
    11               $11.00
    2.631578947368   $2.63
    1234567.895      $1,234,567.90
    0.5              $0.50
    0.0021           $0.0021
    0.99999          $1.00
    0.00012          $0.0001
    0.0001           $0.0001
    0.00009          <$0.0001
    0.000000000001   <$0.0001
    2.005            $2.00
    2.015            $2.02
  `);
  test.each(cases)('$usd is $shown', ({ usd: amount, shown }) => {
    expect(dollars(usd(amount!))).toBe(shown);
    if (amount !== '0') expect(dollars(-usd(amount!) as UsdPico)).toBe(`-${shown}`);
  });

  const shares = table(`
    ratio     shown
    0         0·%
    0.5       50·%
    0.9473    94.7·%
    0.0001    <0.1·%
    0.9999    >99.9·%
    1         100·%
  `);
  test.each(shares)('$ratio is $shown', ({ ratio, shown }) => {
    expect(percent(Number(ratio))).toBe(shown);
  });

  test('tokens an action', () => {
    expect([0, 3.05001, 99.94, 571.4, 12345.6].map(rounded)).toEqual(['0.0', '3.1', '99.9', '571', '12,346']);
  });
});
