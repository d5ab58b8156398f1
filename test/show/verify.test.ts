import { describe, expect, test } from '@jest/globals';
import type { LedgerReads } from '../../src/domain/ledger-reads.ts';
import { complaintsAbout, type OpenApi } from '../support/openapi.ts';
import { charge, ledgerOf, task } from '../support/tasks.ts';
import { until } from '../support/until.ts';
import { type Asked, withWeb } from '../support/web.ts';

/** Goal: a verification runs beside the service and tells how it stands. Method: a ledger that is wrong, waits or fails. */

const PATH = '/api/v1/verify';
const post = ({ json }: Asked) => json(PATH, { method: 'POST' });

async function ended(asked: Asked) {
  return until('it has ended', async () => {
    const { body } = await asked.json(PATH);
    return (body as { state: string }).state === 'running' ? undefined : (body as Record<string, unknown>);
  });
}

describe('POST and GET /api/v1/verify', () => {
  test('there is nothing before the first; then its end is told, as the document says', async () => {
    await withWeb(await ledgerOf({}), {}, async (asked) => {
      expect((await asked.json(PATH)).status).toBe(404);
      const begun = await post(asked);
      expect(begun).toMatchObject({ status: 200, body: { state: 'running', progress: 0 } });
      const end = await ended(asked);
      expect(end).toMatchObject({
        state: 'right',
        progress: 1,
        faults: [],
        counts: { tasks: 0, charges: 0 },
      });
      const document = (await asked.json('/api/v1/openapi.json')).body as OpenApi;
      for (const body of [begun.body, end])
        expect(complaintsAbout(document, { path: PATH, status: 200 }, body)).toEqual([]);
    });
  });

  test('a task that nothing adds up to is named', async () => {
    const wrong = await ledgerOf({
      tasks: [task({ taskId: 'T1', agentType: 'other' })],
      charges: [charge({ taskId: 'T1' })],
    });
    await withWeb(wrong, {}, async (asked) => {
      await post(asked);
      const { state, faults, counts } = (await ended(asked)) as {
        state: string;
        faults: { where: string; check: string }[];
        counts: Record<string, number>;
      };
      expect([state, counts.traces]).toEqual(['wrong', 1]);
      expect(faults[0]).toEqual({
        check: 'charges -> parts',
        where: 'trace 00000000000000000000000000000001, task "T1"',
        figure: 'costs.inference/openai/gpt-4o',
        kept: '0',
        computed: '2500000000',
      });
    });
  });

  test('one that cannot read the ledger fails, and says why', async () => {
    const reads = await ledgerOf({});
    const broken: LedgerReads = {
      ...reads,
      snapshot: async () => Promise.reject(new Error('the disk is gone')),
    };
    await withWeb(broken, {}, async (asked) => {
      await post(asked);
      expect(await ended(asked)).toMatchObject({ state: 'failed', why: 'the disk is gone' });
    });
  });

  test('a second one is the one that runs', async () => {
    const reads = await ledgerOf({});
    let [go, snapshots] = [() => {}, 0];
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const slow: LedgerReads = {
      ...reads,
      async snapshot() {
        snapshots += 1;
        await held;
        return reads.snapshot();
      },
    };
    await withWeb(slow, {}, async (asked) => {
      const first = await post(asked);
      expect((await post(asked)).body).toEqual(first.body);
      go();
      expect(await ended(asked)).toMatchObject({ state: 'right' });
      expect(snapshots).toBe(1);
      await post(asked);
      expect(await ended(asked)).toMatchObject({ state: 'right' });
      expect(snapshots).toBe(2);
    });
  });
});
