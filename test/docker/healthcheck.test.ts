import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const script = fileURLToPath(new URL('../../docker/healthcheck.js', import.meta.url));

async function exitCodeAt(port: number): Promise<number> {
  const child = spawn(process.execPath, [script], {
    stdio: 'inherit',
    env: { PATH: process.env.PATH, SOLVENT_WEB_PORT: String(port) },
  });
  const [code] = await once(child, 'exit');
  return code as number;
}

test.each([
  [200, 0],
  [503, 1],
])('a service that answers %i has exit code %i', async (status, code) => {
  const asked: (string | undefined)[] = [];
  const server = createServer(({ url }, response) => {
    asked.push(url);
    response.writeHead(status).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    expect(await exitCodeAt((server.address() as AddressInfo).port)).toBe(code);
    expect(asked).toEqual(['/healthz']);
  } finally {
    server.close();
  }
});

test('a service that does not answer has exit code 1, and nothing is printed', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  expect(await exitCodeAt(port)).toBe(1);
});
