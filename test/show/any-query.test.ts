import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NO_COST } from '../../src/domain/economics.ts';
import type { Ledger } from '../../src/domain/ledger.ts';
import { ENGINES } from '../support/any-ledger.ts';
import { charge, ledgerOf, NOON, openTask, task, usd } from '../support/tasks.ts';
import { type Asked, dig, withWeb } from '../support/web.ts';

/** What a parameter may be given, whether it takes it or not. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('', '0', '-1', '1', '1000', '1001', '1e3', '9999999999999999999', 'NaN', 'null', '\0', ','),
  fc.constantFrom(
    'solved',
    'open',
    'cost',
    'closed_at',
    'agent_type,model',
    'team',
    'dimension:0',
    '__proto__',
  ),
  fc.constantFrom('1h', '0h', '36525d', '36526d', '9999999999d', '2.5', '9223372.036854775807', '9223372.04'),
  fc.constantFrom('0000-01-01T00:00:00Z', '9999-12-31T23:59:60Z', '1677-09-21T00:12:43.145224193Z'),
  fc.constantFrom('2262-04-11T23:47:16.854775807Z', '2026-11-23T12:00:00 02:00', '2026-02-30T00:00:00Z'),
  fc
    .tuple(
      fc.constantFrom('cost', 'closed_at', 'x'),
      fc.constantFrom(null, '1', '-9'.repeat(20), 7),
      fc.string(),
    )
    .map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url')),
);
const NAMES = [
  ...['agent_type', 'task_type', 'outcome', 'model', 'from', 'to', 'min_cost_usd', 'sort', 'limit', 'cursor'],
  ...['group_by', 'window', 'at', '__proto__', 'toString', ''],
];
const anyName = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...NAMES) }, fc.string({ maxLength: 8 }));
const anyQuery = fc
  .array(fc.tuple(anyName, anyText), { maxLength: 3 })
  .map((pairs) => new URLSearchParams(pairs).toString());
const anyPath = fc.constantFrom(
  ...['/', '/api/v1/tasks', '/api/v1/tasks', '/api/v1/cpst', '/api/v1/unpriced', '/api/v1/data-health'],
  ...[
    '/api/v1/tasks/a',
    '/api/v1/tasks/a/charges',
    '/api/v1/tasks/a/history',
    '/api/v1/prices/openai/gpt-4o',
  ],
);

const kept = {
  tasks: [
    task({ taskId: 'a', dimensions: ['red'], cost: { ...NO_COST, inference: usd('9223372') } }),
    task({ taskId: 'b', dimensions: [''], outcome: 'failed', agentType: '', closedAt: NOON }),
    openTask({ taskId: 'o', dimensions: ['red'] }),
  ],
  charges: [charge({ taskId: 'a' })],
};

describe.each(Object.entries(ENGINES))('any question, over the %s ledger', (_name, open) => {
  let ledger: Ledger;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const opened = await open();
    close = opened.close;
    ledger = await ledgerOf(kept, opened.ledger);
  });
  afterAll(() => close());
  const asking = (run: (asked: Asked) => Promise<void>) => withWeb(ledger, { dimensions: ['team'] }, run);

  test('is answered, or refused with the name of a parameter that was given', async () => {
    const seen = new Set<string>();
    await asking(async ({ get }) => {
      await fc.assert(
        fc.asyncProperty(anyPath, anyQuery, async (path, query) => {
          const { status, text } = await get(`${path}?${query}`);
          seen.add(`${path} ${status}`);
          if (status === 200 || (status === 404 && path.startsWith('/api/v1/prices/'))) return;
          const problem = JSON.parse(text) as Record<string, unknown>;
          expect(problem).toMatchObject({ type: 'about:blank', title: 'Bad Request', status: 400 });
          expect([...new URLSearchParams(query).keys()]).toContain(problem.parameter);
          expect(problem.detail).toContain(problem.parameter);
        }),
        { numRuns: 400 },
      );
    });
    // The generator is worth something: it finds both answers.
    expect([...seen]).toEqual(expect.arrayContaining(['/api/v1/tasks 200', '/api/v1/tasks 400']));
    expect([...seen]).toEqual(
      expect.arrayContaining(['/api/v1/cpst 200', '/api/v1/cpst 400', '/ 200', '/ 400']),
    );
  });

  test('any cursor is a page or a 400 that names it', async () => {
    const part = fc.oneof(
      fc.constantFrom('cost', 'closed_at', null, '5', '-5', '9'.repeat(39)),
      fc.jsonValue(),
    );
    const cursor = fc.oneof(
      fc.string(),
      fc
        .array(part, { maxLength: 4 })
        .map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url')),
    );
    await asking(async ({ json }) => {
      await fc.assert(
        fc.asyncProperty(cursor, fc.constantFrom('cost', 'closed_at', 'started_at'), async (given, sort) => {
          const { status, body } = await json(
            `/api/v1/tasks?${new URLSearchParams({ cursor: given, sort })}`,
          );
          if (status === 200) expect(dig(body, 'tasks')).toBeInstanceOf(Array);
          else expect(body).toMatchObject({ status: 400, parameter: 'cursor' });
        }),
        { numRuns: 150 },
      );
    });
  });

  test('any task id is a task or unknown, whatever it is made of', async () => {
    const id = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 30 })
      .filter((text) => !/^\.\.?$/.test(text));
    await asking(async ({ json }) => {
      await fc.assert(
        fc.asyncProperty(id, fc.constantFrom('', '/charges', '/history'), async (given, more) => {
          const { status, body } = await json(`/api/v1/tasks/${encodeURIComponent(given)}${more}`);
          if (status === 200) expect(dig(body, 'task_id')).toBe(given);
          else expect(dig(body, 'detail')).toBe(`no task has the id ${JSON.stringify(given)}`);
        }),
        { numRuns: 60 },
      );
    });
  });
});
