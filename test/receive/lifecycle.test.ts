import { createServer } from 'node:net';
import { expect, test } from '@jest/globals';
import type { Answer } from '../../src/domain/request.ts';
import { bindFault } from '../../src/lib/bind-fault.ts';
import type { Door, DoorParts } from '../../src/receive/door.ts';
import { openOtlpGrpc } from '../../src/receive/grpc.ts';
import { openOtlpHttp } from '../../src/receive/http.ts';
import { handClock } from '../support/clock.ts';
import { table } from '../support/table.ts';
import { until } from '../support/until.ts';
import { ACCEPTED, callGrpc, PROTOBUF, partsOf, post } from './opened.ts';

interface Transport {
  readonly name: string;
  readonly setting: string;
  readonly open: (parts: DoorParts) => Door;
  /** 'accepted', 'resend' or 'gone'. */
  readonly send: (port: number, bytes?: number) => Promise<string>;
}
const transports: Transport[] = [
  {
    name: 'OTLP/HTTP',
    setting: 'SOLVENT_OTLP_HTTP_PORT',
    open: openOtlpHttp,
    async send(port, bytes = 5) {
      try {
        const { status } = await post({ port }, Buffer.alloc(bytes), PROTOBUF);
        return status === 200 ? 'accepted' : [429, 503].includes(status) ? 'resend' : String(status);
      } catch {
        return 'gone';
      }
    },
  },
  {
    name: 'OTLP/gRPC',
    setting: 'SOLVENT_OTLP_GRPC_PORT',
    open: openOtlpGrpc,
    async send(port, bytes = 5) {
      const { code, metadata } = await callGrpc(port, Buffer.alloc(bytes));
      if (code === 0) return 'accepted';
      return code === 14 && metadata?.get('grpc-status-details-bin').length === 1 ? 'resend' : 'gone';
    },
  },
];
const LOCAL = { host: '127.0.0.1', port: 0 };

/** An accept that waits until it is told to go on. */
function gate() {
  const waiting: (() => void)[] = [];
  return {
    waiting,
    accept: () => new Promise<Answer>((resolve) => waiting.push(() => resolve(ACCEPTED))),
  };
}

test.each(transports)('$name: a port in use is one clear line', async ({ name, setting, open }) => {
  const other = createServer().listen(0, '127.0.0.1');
  const { port } = await until('it listens', () => (other.address() as { port: number } | null) ?? undefined);
  const door = open(partsOf({}).parts);
  await expect(door.listen({ host: '127.0.0.1', port })).rejects.toThrow(
    `${name} cannot listen on 127.0.0.1:${port}: the port is in use. Set ${setting} to another one.`,
  );
  await door.close();
  other.close();
});

test.each(transports)('$name: an address of another machine is one clear line', async ({ name, open }) => {
  const door = open(partsOf({}).parts);
  await expect(door.listen({ host: '192.0.2.1', port: 0 })).rejects.toThrow(
    `${name} cannot listen on 192.0.2.1:0: this machine does not have that address. Set SOLVENT_HOST to one it has.`,
  );
  await door.close();
});

const faults = table(`
  said                                  says
  listen·EADDRINUSE:·address·in·use     the·port·is·in·use
  listen·EACCES:·permission·denied      may·not·open·that·port
  bind·EADDRNOTAVAIL                    does·not·have·that·address
  getaddrinfo·ENOTFOUND·nowhere         the·host·name·has·no·address
  something·else                        something·else
`);
test.each(faults)('bindFault: "$said" says "$says"', ({ said, says }) => {
  const door = { transport: 'OTLP/HTTP', setting: 'SOLVENT_OTLP_HTTP_PORT' };
  const fault = bindFault(door, { host: '::1', port: 4318 }, new Error(`${said}\nmore`));
  expect(fault.message).toMatch(/^OTLP\/HTTP cannot listen on \[::1\]:4318: [^\n]+$/);
  expect(fault.message).toContain(says);
});

test.each(transports)('$name: close lets what is in flight finish', async ({ open, send }) => {
  const { accept, waiting } = gate();
  const { parts } = partsOf({ accept });
  const door = open(parts);
  const { port } = await door.listen(LOCAL);
  const answer = send(port);
  await until('it is inside', () => waiting.length === 1);
  const closed = door.close();
  waiting[0]!();
  expect(await answer).toBe('accepted');
  await closed;
  expect(await send(port)).toBe('gone');
});

test.each(transports)('$name: close cuts off what hangs', async ({ open, send }) => {
  const clock = handClock();
  const { accept, waiting } = gate();
  const { parts } = partsOf({ accept, clock });
  const door = open(parts);
  const { port } = await door.listen(LOCAL);
  const answer = send(port);
  await until('it is inside', () => waiting.length === 1);
  const closed = door.close();
  clock.advance(parts.limits.closeTimeoutMs!);
  expect(await answer).toBe('gone');
  await closed;
  expect(parts.admission.bytes).toBeGreaterThan(0); // Its accept still works on them.
  waiting[0]!();
  await parts.admission.drain();
});

test.each(transports)(
  '$name: while admission drains, new requests are told to resend',
  async ({ open, send }) => {
    const { accept, waiting } = gate();
    const { parts } = partsOf({ accept });
    const door = open(parts);
    const { port } = await door.listen(LOCAL);
    const first = send(port);
    await until('it is inside', () => waiting.length === 1);
    const drained = parts.admission.drain();
    expect(await send(port)).toBe('resend');
    waiting[0]!();
    expect(await first).toBe('accepted');
    await drained;
    await door.close();
  },
);

test('both transports share one bound: never above it, everything answered, and 0 in the end', async () => {
  const inflightBytesMax = 400_000;
  let most = 0;
  const { parts, answers: counted } = partsOf({
    inflightBytesMax,
    accept: async () => {
      most = Math.max(most, parts.admission.bytes);
      await until('the bound is reached', () => counted.get('overloaded') !== undefined);
      return ACCEPTED;
    },
  });
  const doors = transports.map(({ open }) => open(parts));
  const ports = await Promise.all(doors.map((door) => door.listen(LOCAL)));
  const answers = await Promise.all(
    Array.from({ length: 120 }, (_, index) =>
      transports[index % 2]!.send(ports[index % 2]!.port, 20_000 + ((index * 7919) % 100_000)),
    ),
  );
  expect(new Set(answers)).toEqual(new Set(['accepted', 'resend']));
  expect(most).toBeLessThanOrEqual(inflightBytesMax);
  await until('nothing is held', () => parts.admission.bytes === 0);
  await Promise.all(doors.map((door) => door.close()));
});
