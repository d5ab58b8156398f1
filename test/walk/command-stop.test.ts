import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/service.ts';
import { until } from '../support/until.ts';
import { serving, solvent, stop } from './solvent.ts';
import { type Asked, bodyOf, expectSound, post, tasksOf, Witnesses } from './witness.ts';

/**
 * Goal: a service that is told to stop finishes, loses nothing that it acked and leaves nothing behind; told twice it
 * leaves at once. Method: the built command line as a process, and the same folder opened again.
 */

const folder = temporaryFolder();
afterAll(folder.remove);
const at = (name: string): string => join(folder.path, name);
/** Nothing is settled before it is told to stop. */
const LATE = { SOLVENT_SETTLE_INTERVAL: '1h', SOLVENT_TRACE_GRACE: '1h', SOLVENT_INTERIM_AFTER: '1h' };
const QUICK_MS = 8000;

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test('ends it with 0, and what it acked is there when it is started again', async () => {
    const data = at(signal);
    const witnesses = new Witnesses();
    const first = await serving(data, LATE);
    for (let request = 0; request < 20; request += 1)
      expect((await post(first, bodyOf([witnesses.span()]))).status).toBe(200);
    const toldAt = Date.now();
    first.child.kill(signal);
    expect(await first.ended).toMatchObject({ code: 0, signal: null, complaints: [] });
    expect(Date.now() - toldAt).toBeLessThan(QUICK_MS);
    expect(readdirSync(data)).not.toContain('solvent.lock');

    const again = await serving(data);
    await witnesses.charged(again);
    await expectSound(again);
    expect(await stop(again)).toMatchObject({ code: 0, complaints: [] });
  });
});

/** A request that never ends, so that a close has something to wait for. */
function endless({ addresses }: Asked): () => void {
  const { hostname, port } = new URL(addresses.otlpHttp);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(
    'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
  );
  return () => socket.destroy();
}

test('told twice it leaves at once, and what it acked is kept all the same', async () => {
  const witnesses = new Witnesses();
  const first = await serving(at('twice'), { ...LATE, SOLVENT_LOG_LEVEL: 'info' });
  expect((await post(first, bodyOf([witnesses.span()]))).status).toBe(200);
  const end = endless(first);
  let said = '';
  first.child.stderr!.on('data', (data) => {
    said += data;
  });
  await until('the request is being read', async () => {
    const page = await (await fetch(`${first.addresses.web}/metrics`)).text();
    return /^solvent_bytes_in_flight 99$/m.test(page);
  });
  first.child.kill('SIGTERM');
  await until('it closes', () => said.includes('closing: '));
  const toldAt = Date.now();
  first.child.kill('SIGTERM');
  expect(await first.ended).toMatchObject({ code: 1, signal: null });
  expect(Date.now() - toldAt).toBeLessThan(1500);
  end();

  const again = await serving(at('twice'));
  await witnesses.charged(again);
  expect(await stop(again)).toMatchObject({ code: 0, complaints: [] });
});

test('told while it starts, it closes what it had opened', async () => {
  const starting = solvent(['serve'], { SOLVENT_DATA_DIR: at('starting') });
  await until('it holds the folder', () => existsSync(at('starting/solvent.lock')), { everyMs: 2 });
  expect(await stop(starting)).toMatchObject({ code: 0, signal: null, complaints: [] });
  expect(readdirSync(at('starting'))).not.toContain('solvent.lock');
});

test('a reader of its output that goes away does not end it', async () => {
  const service = await serving(at('unread'));
  service.child.stdout!.destroy();
  service.child.stderr!.destroy();
  const witnesses = new Witnesses();
  for (const body of ['{{{', bodyOf([witnesses.span()])]) await post(service, body);
  await witnesses.charged(service);
  service.child.kill('SIGTERM');
  expect(await service.ended).toMatchObject({ code: 0, signal: null });
  const help = solvent(['help']);
  help.child.stdout!.destroy();
  expect(await help.ended).toMatchObject({ code: 0, complaints: [] });
});

test('a damaged journal is one line that names the place; without the damage all is there', async () => {
  const data = at('journal');
  const witnesses = new Witnesses();
  const first = await serving(data, LATE);
  for (const _ of [1, 2, 3]) expect((await post(first, bodyOf([witnesses.span()]))).status).toBe(200);
  first.child.kill('SIGKILL');
  await first.ended;
  const [name = ''] = readdirSync(join(data, 'journal'));
  const path = join(data, 'journal', name);
  const whole = readFileSync(path);
  const damaged = Buffer.from(whole);
  damaged[60]! ^= 0xff;
  writeFileSync(path, damaged);
  const refused = await solvent(['serve'], { SOLVENT_DATA_DIR: data }).ended;
  expect(refused).toEqual({ code: 1, signal: null, stdout: '', complaints: [expect.stringContaining(name)] });
  expect(readdirSync(data)).not.toContain('solvent.lock');

  writeFileSync(path, whole);
  const again = await serving(data);
  await witnesses.charged(again);
  expect((await tasksOf(again)).length).toBe(3);
  await stop(again);
});
