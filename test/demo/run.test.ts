import { status } from '@grpc/grpc-js';
import { afterEach, describe, expect, test } from '@jest/globals';
import { runDemo } from '../../src/demo/run.ts';
import { handClock } from '../support/clock.ts';
import { closeReceivers, receiver } from './receiver.ts';

afterEach(closeReceivers);

/** The reading side: each answer says that many tasks of each of the demo's agents are closed. */
function reading(...closed: (number | 'down')[]): typeof globalThis.fetch {
  return (async () => {
    const count = closed.length > 1 ? closed.shift() : closed[0];
    if (count === 'down') throw new TypeError('fetch failed');
    const tasks = { solved: count, remediated: 0, failed: 0, abandoned: 0 };
    const rows = ['frugal-agent', 'thorough-agent', 'somebody-else'].map((agent_type) => ({
      agent_type,
      tasks,
    }));
    return Response.json({ rows });
  }) as unknown as typeof globalThis.fetch;
}

/** A clock whose waits are over at once. */
function hurriedClock() {
  const clock = handClock();
  return {
    ...clock,
    after: (delayMs: number, task: () => void) => {
      const cancel = clock.after(delayMs, task);
      queueMicrotask(() => clock.advance(delayMs));
      return cancel;
    },
  };
}

async function demo(more: Partial<Parameters<typeof runDemo>[0]> & { grpcUrl: string }) {
  const out: string[] = [];
  const code = await runDemo({
    webUrl: 'http://127.0.0.1:9464',
    tasks: 10,
    fetch: reading(0, 0, 4, 10),
    write: (text) => out.push(text),
    clock: hurriedClock(),
    printReport: async () => {
      out.push('THE TABLE\n');
      return 0;
    },
    ...more,
  });
  return { code, out: out.join('') };
}

describe('the demo', () => {
  test('sends, waits until all is closed, prints the table and the addresses', async () => {
    const { grpcUrl, bodies } = await receiver();
    const { code, out } = await demo({ grpcUrl });
    expect({ code, requests: bodies.length }).toEqual({ code: 0, requests: 1 });
    expect(out).toBe(`sending: 20 of 20 tasks
settling: 20 tasks to go

THE TABLE

  pages    http://127.0.0.1:9464/
  metrics  http://127.0.0.1:9464/metrics
  API      http://127.0.0.1:9464/api/v1/openapi.json
  OTLP     ${grpcUrl}  (point your own agents at it)
`);
  });

  test('writes one line over itself on a terminal', async () => {
    const { grpcUrl } = await receiver();
    const { out } = await demo({ grpcUrl, live: true });
    expect(out).toContain('\r\u001b[Ksettling: 12 tasks to go');
    expect(out.split('\n')[0]).toMatch(/\r\u001b\[K$/);
  });

  test('counts only what this run adds, and bears a moment without an answer', async () => {
    const { grpcUrl } = await receiver();
    expect(await demo({ grpcUrl, fetch: reading(1000, 1000, 'down', 1010) })).toMatchObject({ code: 0 });
  });

  test('gives the exit code of the report', async () => {
    const { grpcUrl } = await receiver();
    expect(await demo({ grpcUrl, printReport: async () => 1 })).toMatchObject({ code: 1 });
  });
});

describe('what goes wrong is one line', () => {
  test('nothing answers: nothing is sent', async () => {
    const { grpcUrl, bodies } = await receiver();
    const { code, out } = await demo({ grpcUrl, fetch: reading('down') });
    expect({ code, requests: bodies.length }).toEqual({ code: 1, requests: 0 });
    expect(out).toBe('nothing answers at http://127.0.0.1:9464: the demo needs a running Solvent\n');
  });

  test('spans that were refused', async () => {
    const { grpcUrl } = await receiver(status.INVALID_ARGUMENT);
    const { code, out } = await demo({ grpcUrl });
    expect(code).toBe(1);
    expect(out).toMatch(/200 of 200 spans were not taken at http:.*said no\n$/);
  });

  test('tasks that stay open past the deadline: the table all the same, and a failure', async () => {
    const { grpcUrl } = await receiver();
    const { code, out } = await demo({ grpcUrl, fetch: reading(0, 7) });
    expect(code).toBe(1);
    expect(out).toContain('only 14 of 20 tasks are closed: the table is not complete\n');
    expect(out).toContain('THE TABLE');
  });
});
