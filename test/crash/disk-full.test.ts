import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import type { Service } from '../../src/service.ts';
import { leanCorpus } from '../bench/corpus.ts';
import { callGrpc } from '../receive/opened.ts';
import { sampleOf, scrape } from '../support/metrics.ts';
import { requestJson, type TestSpan } from '../support/send.ts';
import { get, temporaryFolder, withService } from '../support/service.ts';
import { smallDisk } from '../support/small-disk.ts';
import { smallTask, WALK_PRICES } from '../support/spans.ts';
import { until } from '../support/until.ts';

/**
 * **Goal**: a service on a full disk tells senders to come again, says so where operators look, loses nothing that it
 * acknowledged, and goes on by itself when there is room. **Method**: a whole service over a real small file system that
 * is filled and freed; once under the journal, and once under the ledger alone.
 */

const disk = smallDisk(24 * 1024 * 1024);
const folder = temporaryFolder();
const prices = join(folder.path, 'prices.yaml');
writeFileSync(prices, WALK_PRICES);
afterAll(() => {
  disk?.remove();
  folder.remove();
});
afterEach(() => disk?.free());
const onDisk = disk === undefined ? test.skip : test;
/** What one of WALK_PRICES' small tasks costs, in thousandths of a dollar. */
const EACH = 2;

const taskOf = (number: number) =>
  smallTask((0xd000 + number).toString(16), { 'agent.session.id': `s${number}` });

const sendTask = (service: Service, number: number): Promise<Response> => sendSpans(service, taskOf(number));

/** Tasks of one request of `sendTasks`. */
const MANY = 100;

const sendTasks = (service: Service, request: number): Promise<Response> =>
  sendSpans(service, Array.from({ length: MANY }, (_, at) => taskOf(request * MANY + at)).flat());

const sendSpans = ({ addresses }: Service, spans: readonly TestSpan[]): Promise<Response> =>
  fetch(`${addresses.otlpHttp}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: requestJson(spans),
  });

async function ready(service: Service): Promise<{ readonly status: number; readonly why: string }> {
  const response = await fetch(`${service.addresses.web}/readyz`);
  return { status: response.status, why: ((await response.json()) as { why: string }).why };
}

const failing = async (service: Service, part: string) =>
  sampleOf(await scrape(service), 'solvent_failing', { part });

/** All of them are charged, each once. */
async function expectCharged(service: Service, tasks: number): Promise<void> {
  const health = await until(`${tasks} closed tasks`, async () => {
    const told = await get<{ tasks_closed: number; total_cost_usd: string }>(service, '/data-health');
    return told.tasks_closed >= tasks && told;
  });
  expect(health).toMatchObject({ tasks_closed: tasks, total_cost_usd: String((tasks * EACH) / 1000) });
}

describe('a full disk', () => {
  onDisk('under everything: senders are told to come again, and are heard when there is room', async () => {
    const env = { SOLVENT_DATA_DIR: join(disk!.path, 'all'), SOLVENT_PRICES: prices };
    await withService(env, async (service) => {
      let acked = 0;
      while (acked < 5) expect((await sendTask(service, acked++)).status).toBe(200);
      await expectCharged(service, acked);
      disk!.fill();
      const refused = await until('a refusal', async () => {
        const response = await sendTask(service, acked);
        if (response.status !== 200) return response;
        acked += 1;
        return undefined;
      });
      expect(refused.status).toBe(503);
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      const port = Number(service.addresses.otlpGrpc.split(':').at(-1));
      expect(await callGrpc(port, Buffer.from(leanCorpus(1)[0]!))).toMatchObject({
        code: status.UNAVAILABLE,
      });
      expect(await ready(service)).toEqual({
        status: 503,
        why: expect.stringMatching(/^the journal in .* takes no records: .*ENOSPC/),
      });
      expect(await failing(service, 'journal')).toBe(1);
      // What is known can be read all the while.
      const { tasks_closed: known } = await get<{ tasks_closed: number }>(service, '/data-health');
      expect(known).toBeGreaterThanOrEqual(5);

      disk!.free();
      await until('it is ready by itself', async () => (await ready(service)).status === 200);
      expect(await failing(service, 'journal')).toBe(0);
      for (const again of [acked - 1, acked]) expect((await sendTask(service, again)).status).toBe(200);
      await expectCharged(service, acked + 1);
    });
  });

  onDisk(
    'under the ledger alone: what is taken waits, then senders are told, and all is settled',
    async () => {
      const dataDir = join(disk!.path, 'ledger');
      mkdirSync(dataDir);
      mkdirSync(join(folder.path, 'journal'));
      symlinkSync(join(folder.path, 'journal'), join(dataDir, 'journal'));
      const env = { SOLVENT_DATA_DIR: dataDir, SOLVENT_PRICES: prices, SOLVENT_OPEN_SPANS_MAX: '1000' };
      const parts = { checkpointBytes: 50_000 };
      await withService(
        env,
        async (service) => {
          let acked = 0;
          while (acked < 5) expect((await sendTasks(service, acked++)).status).toBe(200);
          await expectCharged(service, acked * MANY);
          disk!.fill();
          const refused = await until('too much waits', async () => {
            const response = await sendTasks(service, acked);
            if (response.status !== 200) return response;
            acked += 1;
            return undefined;
          });
          expect(refused.status).toBe(429);
          expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
          await until('a settle step failed', async () => (await failing(service, 'ledger')) === 1);
          expect(await ready(service)).toEqual({
            status: 503,
            why: expect.stringMatching(/^the ledger .* cannot be .*; what is taken waits in the journal$/),
          });

          disk!.free();
          await expectCharged(service, acked * MANY);
          // The charges are there as soon as they are committed; that the step succeeded is known a moment later.
          await until('it is ready again', async () => (await ready(service)).status === 200);
          expect(await ready(service)).toEqual({ status: 200, why: '' });
          expect(await failing(service, 'ledger')).toBe(0);
          expect((await sendTasks(service, acked)).status).toBe(200);
          await expectCharged(service, (acked + 1) * MANY);
        },
        parts,
      );
    },
  );
});
