import { describe, expect, test } from '@jest/globals';
import type { RateCard } from '../../src/domain/rate-card.ts';
import { complaintsAbout, type OpenApi } from '../support/openapi.ts';
import { table } from '../support/table.ts';
import { charge, everyEvent, everyMetric, ledgerOf, NOON, openTask, task, usd } from '../support/tasks.ts';
import { noPrices, serving, withWeb } from '../support/web.ts';

const card: RateCard = {
  provider: 'openai',
  model: 'gpt-4o',
  priceId: 'openai/gpt-4o',
  tableHash: 'abc',
  source: 'snapshot',
  flags: [],
  validFrom: 0,
  validTo: undefined,
  rates: [{ class: 'input', usd: '2.5', per: 1_000_000 }],
  note: '',
  when: '',
  basis: 'prompt_total',
  others: [],
  tiers: [{ above: 200_000, rates: [] }],
};

/** Tasks in which every field that may be null is set once, and null once. */
const fullTasks = () =>
  ledgerOf({
    tasks: [
      task({
        taskId: 'full',
        value: usd('3'),
        promptVersion: 'v2',
        user: 'u-2',
        flags: ['late'],
        closedAt: NOON + 1n,
      }),
      openTask({ taskId: 'open' }),
    ],
    charges: [
      charge({ taskId: 'full' }),
      charge({ taskId: 'full', line: 1, rate: null, amount: null, reason: 'no_rate' }),
    ],
    history: everyEvent('full'),
  });

describe('the OpenAPI document', () => {
  const calls = table(`
    path                                   asked
    /api/v1/tasks                          /api/v1/tasks
    /api/v1/tasks                          /api/v1/tasks?limit=1&sort=cost
    /api/v1/tasks                          /api/v1/tasks?sort=nonsense
    /api/v1/tasks/{id}                     /api/v1/tasks/full
    /api/v1/tasks/{id}                     /api/v1/tasks/open
    /api/v1/tasks/{id}                     /api/v1/tasks/unknown
    /api/v1/tasks/{id}/charges             /api/v1/tasks/full/charges
    /api/v1/tasks/{id}/history             /api/v1/tasks/full/history
    /api/v1/tasks/{id}/history             /api/v1/tasks/full/history?limit=1
    /api/v1/tasks/{id}/history             /api/v1/tasks/unknown/history
    /api/v1/cpst                           /api/v1/cpst
    /api/v1/cpst                           /api/v1/cpst?group_by=agent_type,task_type,model,team
    /api/v1/cpst                           /api/v1/cpst?window=1h&from=2026-01-01T00:00:00Z
    /api/v1/unpriced                       /api/v1/unpriced
    /api/v1/export/charges.json            /api/v1/export/charges.json
    /api/v1/export/charges.json            /api/v1/export/charges.json?from=2030-01-01
    /api/v1/export/charges.json            /api/v1/export/charges.json?from=x
    /api/v1/export/checksums               /api/v1/export/checksums
    /api/v1/export/checksums               /api/v1/export/checksums?from=2030-01-01
    /api/v1/data-health                    /api/v1/data-health
    /api/v1/prices/{provider}/{model}      /api/v1/prices/openai/gpt-4o
    /api/v1/prices/{provider}/{model}      /api/v1/prices/nobody/x
  `);
  const pricing = { ...noPrices, rates: (provider: string) => (provider === 'openai' ? card : undefined) };
  const given = { pricing, dimensions: ['team'] };
  const ledgers = [serving(everyMetric, given), serving(fullTasks, given)];
  test.each(calls)('describes what $asked answers', async ({ path, asked }) => {
    for (const served of ledgers) {
      const document = (await served().json('/api/v1/openapi.json')).body as OpenApi;
      const { status, body } = await served().json(asked!);
      expect(complaintsAbout(document, { path: path!, status }, body)).toEqual([]);
    }
  });

  test('would complain of a field too many, one too few and a wrong one', async () => {
    await withWeb(await ledgerOf({}), {}, async ({ json }) => {
      const document = (await json('/api/v1/openapi.json')).body as OpenApi;
      const call = { path: '/api/v1/tasks', status: 200 };
      expect(complaintsAbout(document, call, { tasks: [], next_cursor: null })).toEqual([]);
      expect(complaintsAbout(document, call, { tasks: [], next_cursor: null, more: 1 })).not.toEqual([]);
      expect(complaintsAbout(document, call, { tasks: [] })).not.toEqual([]);
      expect(complaintsAbout(document, call, { tasks: [], next_cursor: 7 })).not.toEqual([]);
    });
  });

  test('describes what POST /outcomes takes and answers', async () => {
    await withWeb(await ledgerOf({}), {}, async ({ json, post }) => {
      const document = (await json('/api/v1/openapi.json')).body as OpenApi;
      const call = { method: 'post', path: '/api/v1/outcomes' };
      for (const report of [{ task_id: 't', outcome: 'solved' }, [], { task_id: '' }]) {
        const { status, body } = await post(report);
        expect(complaintsAbout(document, { ...call, status }, body)).toEqual([]);
      }
      expect(document.paths[call.path]?.post?.requestBody?.content['application/json'].schema).toBeDefined();
    });
  });

  test('has every call and parameter once, and nothing else', async () => {
    await withWeb(await ledgerOf({}), {}, async ({ json }) => {
      const document = (await json('/api/v1/openapi.json')).body as OpenApi;
      expect(document.openapi).toBe('3.1.0');
      const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { parameters = [] }]) =>
          `${method} ${path} ${parameters.map(({ name }) => name).join(',')}`.trim(),
        ),
      );
      expect(calls.sort()).toEqual([
        'get /api/v1/backups',
        'get /api/v1/backups/{name} name',
        'get /api/v1/cpst group_by,window,from,to',
        'get /api/v1/data-health',
        'get /api/v1/export/charges.csv from,to,agent_type,task_type,model',
        'get /api/v1/export/charges.json from,to,agent_type,task_type,model',
        'get /api/v1/export/charges.ndjson from,to,agent_type,task_type,model',
        'get /api/v1/export/charges.parquet from,to,agent_type,task_type,model',
        'get /api/v1/export/checksums from,to',
        'get /api/v1/prices/{provider}/{model} provider,model,at,service_tier,region,deployment',
        'get /api/v1/repricings',
        'get /api/v1/repricings/{id} id',
        'get /api/v1/tasks agent_type,task_type,outcome,model,from,to,min_cost_usd,sort,limit,cursor',
        'get /api/v1/tasks/{id} id',
        'get /api/v1/tasks/{id}/charges id',
        'get /api/v1/tasks/{id}/history id,limit,cursor',
        'get /api/v1/unpriced',
        'get /api/v1/verify',
        'post /api/v1/backup',
        'post /api/v1/outcomes',
        'post /api/v1/reprice',
        'post /api/v1/repricings/{id}/continue id',
        'post /api/v1/repricings/{id}/pause id',
        'post /api/v1/verify',
      ]);
    });
  });
});
