import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { type House, openHouse } from '../support/house.ts';
import type { TestSpan } from '../support/send.ts';

/**
 * Goal: docs/money.md cannot lie. Method: its price file and settings are what a service runs with; each block after
 * `<!-- example -->` is a list of steps that is sent to a service of its own: spans to send, a report to post, and
 * what the API then answers below /api/v1, of which the block shows a part. `/metrics` stands for sums of metrics.
 */

interface Step {
  readonly send?: readonly TestSpan[];
  readonly report?: object;
  readonly expect?: Readonly<Record<string, object>>;
}

const page = readFileSync('docs/money.md', 'utf8');

function blocks(mark: string, language: string): string[] {
  const pattern = new RegExp(`<!-- ${mark} -->\n+\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g');
  return [...page.matchAll(pattern)].map(([, text]) => text!);
}

/** Each example under the heading that it stands below. */
const examples = blocks('example', 'json').map((text) => ({
  heading: page
    .slice(0, page.indexOf(text))
    .match(/^## .+$/gm)!
    .at(-1)!
    .slice(3),
  steps: JSON.parse(text) as readonly Step[],
}));

const [prices = ''] = blocks('prices', 'yaml');
const [settings = ''] = blocks('settings', 'yaml');
const asVariables = Object.fromEntries(
  Object.entries(parse(settings) as Record<string, unknown>).map(([name, value]) => [
    `SOLVENT_${name.toUpperCase()}`,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]),
);

describe('docs/money.md', () => {
  test('every json block is an example, and every example expects something', () => {
    expect(page.match(/^```json$/gm)).toHaveLength(examples.length);
    expect(examples.length).toBeGreaterThanOrEqual(9);
    expect(examples.filter(({ steps }) => steps.at(-1)?.expect === undefined)).toEqual([]);
  });

  test.each(examples.map((one, index) => ({ ...one, index: index + 1 })))(
    'example $index: $heading',
    async ({ steps }) => {
      const house = await openHouse({ prices, settings: asVariables });
      try {
        for (const step of steps) await walk(house, step);
      } finally {
        await house.close();
      }
    },
  );
});

async function walk(house: House, { send, report, expect: wanted = {} }: Step): Promise<void> {
  if (send !== undefined) await house.tell(send);
  if (report !== undefined) {
    expect(await house.report(report)).toMatchObject({ status: 200 });
    await house.pass();
  }
  for (const [path, part] of Object.entries(wanted)) {
    if (path === '/metrics') expect(await sums(house)).toMatchObject(part);
    else expect(await house.ask(path)).toMatchObject({ status: 200, body: part });
  }
}

async function sums(house: House): Promise<Record<string, number>> {
  const sum: Record<string, number> = {};
  for (const { name, value } of await house.metrics())
    sum[name] = Math.round(((sum[name] ?? 0) + value) * 1e12) / 1e12;
  return sum;
}
