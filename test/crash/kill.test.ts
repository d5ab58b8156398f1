import { describe, expect, test } from '@jest/globals';
import type { CrashPoint } from '../../src/ledger/crash-point.ts';
import { send, type TestSpan } from '../support/send.ts';
import { get, temporaryFolder } from '../support/service.ts';
import { until } from '../support/until.ts';
import { type ServiceProcess, startProcess } from './process.ts';

/**
 * Goal: acked means kept, and kept means once. Method: twenty senders send all the time; the service kills
 * itself at a named point between two durable steps, again and again; each time it is started anew over the same
 * folder, and each sender resends what it was not told to forget, and now and then something that it was.
 * At the end every task is there once and the sums are exact to the picodollar.
 */

const SENDERS = 20;
const REQUESTS = 8;
const TASKS_PER_REQUEST = 3;
/** Dollars a task, chosen so that no float could hold their sum: a lost or doubled task shows in the last digits. */
const COST_PICO = 10_000_000_000_001n;

interface Request {
  readonly spans: readonly TestSpan[];
  acked: boolean;
}

function requestsOf(sender: number): Request[] {
  return Array.from({ length: REQUESTS }, (_, request) => ({
    acked: false,
    spans: Array.from({ length: TASKS_PER_REQUEST }, (_, task) =>
      taskSpans(`${sender}-${request}-${task}`),
    ).flat(),
  }));
}

function taskSpans(id: string): TestSpan[] {
  const trace = Buffer.from(id.padStart(16, '_')).toString('hex');
  const identity = { 'agent.session.id': id, 'agent.type': 'crash-test' };
  return [
    { trace, span: '1', attributes: { ...identity, 'agent.cost.usd': '10.000000000001' } },
    {
      trace,
      span: '2',
      parent: '1',
      attributes: { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'search' },
    },
  ];
}

/** Sends what is not acked until the service is dead or nothing is left; says whether anything is left. */
async function sendAll(service: ServiceProcess, requests: readonly Request[]): Promise<void> {
  for (const request of requests) {
    if (request.acked) continue;
    try {
      if ((await send(service, request.spans)) !== 200) continue;
      request.acked = true;
      // An exporter that lost the answer sends again.
      if (request.spans.length % 2 === 0) await send(service, request.spans);
    } catch {
      return;
    }
  }
}

async function runUntilAcked(
  dataDir: string,
  point: CrashPoint,
  senders: readonly (readonly Request[])[],
): Promise<number> {
  for (let crashes = 0; ; crashes += 1) {
    const crashAt = crashes < 3 ? { crashAt: { point, times: 2 + crashes * 2 } } : {};
    const service = await startProcess({ dataDir, ...crashAt });
    await Promise.all(senders.map((requests) => sendAll(service, requests)));
    const allAcked = senders.every((requests) => requests.every((request) => request.acked));
    if (crashes < 3)
      await Promise.race([
        service.dead,
        until('its death', () => false as const, { deadlineMs: 3000 }).catch(() => {}),
      ]);
    await service.kill();
    if (allAcked && crashes >= 3) return crashes;
  }
}

interface Cpst {
  readonly rows: readonly { tasks: { solved: number }; cost_usd: { total: string } }[];
}

/** The points that every life with senders passes often. */
const POINTS: readonly CrashPoint[] = [
  'before_journal',
  'journal_written',
  'after_journal',
  'before_apply',
  'after_apply',
];

describe.each(POINTS)('killed %s, with twenty senders sending', (point) => {
  test('every task that was acked is charged exactly once', async () => {
    const folder = temporaryFolder();
    const senders = Array.from({ length: SENDERS }, (_, sender) => requestsOf(sender));
    const tasks = SENDERS * REQUESTS * TASKS_PER_REQUEST;
    try {
      const crashes = await runUntilAcked(folder.path, point, senders);
      expect(crashes).toBeGreaterThanOrEqual(3);
      const service = await startProcess({ dataDir: folder.path });
      try {
        const row = await until(`${tasks} solved tasks`, async () => {
          const { rows } = await get<Cpst>(service, '/cpst?group_by=agent_type');
          return rows[0]?.tasks.solved === tasks && rows[0];
        });
        const total = BigInt(tasks) * COST_PICO;
        expect(row.cost_usd.total).toBe(
          `${total / 10n ** 12n}.${(total % 10n ** 12n).toString().padStart(12, '0').replace(/0+$/, '')}`,
        );
      } finally {
        await service.stop();
      }
    } finally {
      folder.remove();
    }
  }, 120_000);
});
