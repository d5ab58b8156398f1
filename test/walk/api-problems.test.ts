import { describe, expect, test } from '@jest/globals';
import { timeOf } from '../support/house.ts';
import { complaintsAbout, type OpenApi } from '../support/openapi.ts';
import { table } from '../support/table.ts';
import { askedHouse } from './asked.ts';

/**
 * Goal: what the API of DESIGN.md section 7 says of its data, of its prices and of bad questions. Method: as in
 * api.test.ts; every answer is held against the document that the service itself serves.
 */

const at = askedHouse();

test('/unpriced, /data-health and /prices', async () => {
  const { unpriced } = (await at().ask('/unpriced')).body;
  expect(unpriced).toEqual([
    expect.objectContaining({
      component: 'tooling',
      resource: 'nothing',
      unit: 'call',
      calls: 1,
      quantity: 1,
      first_seen: timeOf(102),
    }),
  ]);
  expect((await at().ask('/data-health')).body).toMatchObject({
    tasks: 6,
    tasks_closed: 5,
    untagged_tasks: 0,
    inferred_tasks: 5,
    expired_tasks: 0,
    unpriced_calls: 0,
    model_calls: 7,
    late_tasks: 0,
    clock_skewed_tasks: 0,
    suppressed: {},
  });
  expect((await at().ask('/prices/acme/mini')).body).toMatchObject({
    source: 'user',
    price_id: 'acme/mini',
    rates: expect.arrayContaining([{ class: 'output', usd: '10', per: 1_000_000 }]),
  });
  expect((await at().ask('/prices/openai/gpt-4o?at=2026-01-01T00:00:00Z')).body).toMatchObject({
    source: 'snapshot',
    at: '2026-01-01T00:00:00Z',
  });
  expect((await at().ask('/prices/openrouter/openai/gpt-4o-mini')).status).toBe(200);
});

describe('problems', () => {
  const cases = table(`
    path                                        status  parameter
    /tasks/nobody                               404     _
    /tasks/nobody/charges                       404     _
    /tasks/nobody/history                       404     _
    /prices/acme/nothing                        404     _
    /nothing                                    404     _
    /tasks?sort=price                           400     sort
    /tasks?limit=0                              400     limit
    /tasks?limit=1001                           400     limit
    /tasks?outcome=great                        400     outcome
    /tasks?from=yesterday                       400     from
    /tasks?to=2026-13-01T00:00:00Z              400     to
    /tasks?min_cost_usd=-1                      400     min_cost_usd
    /tasks?min_cost_usd=1e400                   400     min_cost_usd
    /tasks?cursor=abc                           400     cursor
    /tasks?agent=red                            400     agent
    /tasks?limit=1&limit=2                      400     limit
    /cpst?group_by=color                        400     group_by
    /cpst?window=1y                             400     window
    /cpst?window=1h&from=2026-01-01T00:00:00Z   400     window
    /cpst?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z  400  from
    /prices/openai/gpt-4o?at=now                400     at
    /data-health?x=1                            400     x
  `);
  test.each(cases)('$path is $status', async ({ path, status, parameter }) => {
    const answer = await at().ask(path!);
    expect(answer.status).toBe(Number(status));
    expect(answer.type).toMatch(/^application\/problem\+json/);
    expect(answer.body).toMatchObject({
      type: 'about:blank',
      status: Number(status),
      title: expect.any(String),
    });
    if (parameter !== '') {
      expect(answer.body.parameter).toBe(parameter);
      expect(answer.body.detail).toContain(parameter);
    }
  });
});

/** Paths that are told something, that have no answer before they are, or that answer files. */
const TOLD = [
  '/api/v1/backup',
  '/api/v1/backups/{name}',
  '/api/v1/verify',
  ...['csv', 'json', 'ndjson', 'parquet'].map((format) => `/api/v1/export/charges.${format}`),
  '/api/v1/outcomes',
  '/api/v1/reprice',
  '/api/v1/repricings/{id}',
  '/api/v1/repricings/{id}/pause',
  '/api/v1/repricings/{id}/continue',
];

test('every answer is as the served document says', async () => {
  const document = (await at().ask('/openapi.json')).body as OpenApi;
  const calls = table(`
    path                                      asked
    /api/v1/tasks                             /tasks?limit=3
    /api/v1/tasks/{id}                        /tasks/t-5
    /api/v1/tasks/{id}/charges                /tasks/t-5/charges
    /api/v1/tasks/{id}/history                /tasks/t-5/history
    /api/v1/cpst                              /cpst?group_by=agent_type,task_type,model,team,region
    /api/v1/unpriced                          /unpriced
    /api/v1/data-health                       /data-health
    /api/v1/repricings                        /repricings
    /api/v1/backups                           /backups
    /api/v1/export/checksums                  /export/checksums
    /api/v1/prices/{provider}/{model}         /prices/openai/gpt-4o
  `);
  expect(Object.keys(document.paths).sort()).toEqual([...TOLD, ...calls.map((one) => one.path!)].sort());
  for (const { path, asked } of calls) {
    const { status, body } = await at().ask(asked!);
    expect([path, status, complaintsAbout(document, { path: path!, status }, body)]).toEqual([path, 200, []]);
  }
  const repriced = await at().post('/reprice', { dry_run: true });
  const [restated, mine] = ['/api/v1/repricings/{id}', `/repricings/${repriced.body.id}`];
  const said = [
    ['post', '/api/v1/reprice', repriced],
    ['post', '/api/v1/reprice', await at().post('/reprice', { dry_run: 'yes' })],
    ['get', restated, await at().ask(mine)],
    ['get', restated, await at().ask('/repricings/99')],
    ['post', `${restated}/pause`, await at().post('/repricings/99/pause')],
    ['post', `${restated}/continue`, await at().post('/repricings/99/continue')],
  ] as const;
  expect(said.map(([, , { status }]) => status)).toEqual([200, 400, 200, 404, 409, 409]);
  for (const [method, path, { status, body }] of said)
    expect([path, status, complaintsAbout(document, { method, path, status }, body)]).toEqual([
      path,
      status,
      [],
    ]);
  const told = await at().report({ task_id: 'told', outcome: 'solved' });
  expect(
    complaintsAbout(document, { method: 'post', path: '/api/v1/outcomes', status: told.status }, told.body),
  ).toEqual([]);
  const bad = await at().report([{ task_id: 'told', outcome: 'x' }]);
  expect(
    complaintsAbout(document, { method: 'post', path: '/api/v1/outcomes', status: bad.status }, bad.body),
  ).toEqual([]);
});
