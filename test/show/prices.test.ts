import { describe, expect, test } from '@jest/globals';
import type { RateCard } from '../../src/domain/rate-card.ts';
import { table } from '../support/table.ts';
import { ledgerOf } from '../support/tasks.ts';
import { noPrices, withWeb } from '../support/web.ts';

const card: RateCard = {
  provider: 'anthropic',
  model: 'claude',
  priceId: 'anthropic/claude#2',
  tableHash: 'f00d',
  source: 'user',
  flags: ['prefix_match'],
  validFrom: Date.UTC(2026, 0, 1),
  validTo: undefined,
  rates: [
    { class: 'input', usd: '3', per: 1_000_000 },
    { class: 'output', usd: '15', per: 1_000_000 },
  ],
  note: '',
  when: '',
  basis: 'prompt_total',
  others: [],
  tiers: [{ above: 200_000, rates: [{ class: 'input', usd: '6', per: 1_000_000 }] }],
};

/** Serves a book that has every price, and remembers what it was asked for. */
async function asked(path: string) {
  const questions: unknown[] = [];
  const pricing = {
    ...noPrices,
    rates: (provider: string, model: string, atMs: number) => {
      questions.push({ provider, model, atMs });
      return provider === 'nobody' ? undefined : card;
    },
  };
  let answer = { status: 0, body: undefined as unknown };
  await withWeb(await ledgerOf({}), { pricing }, async ({ json }) => {
    answer = await json(path);
  });
  return { ...answer, questions };
}

describe('GET /api/v1/prices/{provider}/{model}', () => {
  test('the rates in force, with their source', async () => {
    const { status, body } = await asked('/api/v1/prices/anthropic/claude');
    expect(status).toBe(200);
    expect(body).toEqual({
      provider: 'anthropic',
      model: 'claude',
      at: '2026-11-23T12:00:00Z',
      price_id: 'anthropic/claude#2',
      table_hash: 'f00d',
      source: 'user',
      valid_from: '2026-01-01T00:00:00Z',
      valid_to: null,
      flags: ['prefix_match'],
      rates: [
        { class: 'input', usd: '3', per: 1_000_000 },
        { class: 'output', usd: '15', per: 1_000_000 },
      ],
      note: '',
      when: '',
      basis: 'prompt_total',
      others: [],
      tiers: [{ above: 200_000, rates: [{ class: 'input', usd: '6', per: 1_000_000 }] }],
    });
  });

  const names = table(`
    path                                    provider    model
    openai/gpt-4o                           openai      gpt-4o
    openrouter/meta-llama/llama-3-70b       openrouter  meta-llama/llama-3-70b
    openrouter/meta-llama%2Fllama-3-70b     openrouter  meta-llama/llama-3-70b
    aws/anthropic.claude:0%20x              aws         anthropic.claude:0·x
    x%2Fy/z                                 x/y         z
    fireworks/accounts/f/models/a%25b       fireworks   accounts/f/models/a%b
  `);
  test.each(names)('$path', async ({ path, provider, model }) => {
    const { questions } = await asked(`/api/v1/prices/${path}`);
    expect(questions).toEqual([{ provider, model, atMs: Date.UTC(2026, 10, 23, 12) }]);
  });

  test('at a time that is told, to the millisecond', async () => {
    const { body, questions } = await asked('/api/v1/prices/a/b?at=2026-02-03T04:05:06.789Z');
    expect(questions).toEqual([{ provider: 'a', model: 'b', atMs: Date.UTC(2026, 1, 3, 4, 5, 6, 789) }]);
    expect(body).toMatchObject({ at: '2026-02-03T04:05:06.789Z' });
  });

  test('a model without a price is 404 and named', async () => {
    const { status, body } = await asked('/api/v1/prices/nobody/acme/large');
    expect(status).toBe(404);
    expect(body).toMatchObject({ status: 404, detail: 'no price for nobody/acme/large at that time' });
  });
});
