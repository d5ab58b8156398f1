/** Regressions of `reference/otlp.md` section 6 over HTTP: whatever is sent, an answer, bounded memory, and a door that still works. */
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { table } from '../support/table.ts';
import { until } from '../support/until.ts';
import { JSON_TYPE, type Opened, PROTOBUF, post, talk, withHttp } from './opened.ts';
import { readStatusJson } from './rpc-schema.ts';

const MIB = 1024 * 1024;
function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc');
}
const GZIP = { ...PROTOBUF, 'content-encoding': 'gzip' };
const works = async (opened: Opened) => expect((await post(opened, 'x')).status).toBe(200);
const statusOf = (said: string) => Number(/^HTTP\/1\.1 (\d+) /.exec(said)?.[1]);

test('CVE-2024-36129: a gzip bomb is 413, in bounded memory', () =>
  withHttp({}, async (opened) => {
    const members = Buffer.concat(Array(20).fill(gzipSync(Buffer.alloc(64 * MIB))));
    const before = process.memoryUsage().rss;
    for (const bomb of [members, gzipSync(members)]) {
      const response = await post(opened, bomb, GZIP);
      expect([413, 200]).toContain(response.status);
    }
    expect(opened.received.every(({ body }) => body.length < MIB * 2)).toBe(true);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * MIB);
    await works(opened);
  }));

test('broken gzip is 400 at every cut, and the next one is read (Collector #13228, #15237)', () =>
  withHttp({}, async (opened) => {
    const whole = gzipSync(Buffer.from('spans'.repeat(1000)));
    for (const cut of [0, 1, 5, 10, 30, whole.length - 1])
      expect((await post(opened, whole.subarray(0, cut), GZIP)).status).toBe(400);
    expect((await post(opened, Buffer.from('no gzip at all'), GZIP)).status).toBe(400);
    expect((await post(opened, whole, GZIP)).status).toBe(200);
  }));

/** `\\n` ends a line. The connection is closed by us or by the answer. */
const absurd = table(`
  line                                                  status
  GET·http://·HTTP/1.1\\nhost:·x                         400
  GET·http://:99999999/·HTTP/1.1\\nhost:·x               400
  GET·*·HTTP/1.1\\nhost:·x                               404
  OPTIONS·*·HTTP/1.1\\nhost:·x                           404
  GET·//·HTTP/1.1\\nhost:·x                              404
  GET·/?·HTTP/1.1\\nhost:·x                              404
  POST·/v1/traces·HTTP/1.1\\nhost:·x                     415
  POST·http://x/v1/traces·HTTP/1.1\\nhost:·x             415
  GET·/%00·HTTP/1.1\\nhost:·x                            404
  GET·/%·HTTP/1.1\\nhost:·x                              400
  GET·/%ff·HTTP/1.1\\nhost:·x                            400
  FOO·/v1/traces·HTTP/1.1\\nhost:·x                      400
  GET·/·HTTP/9.9\\nhost:·x                               400
  GET·/·HTTP/1.1                                        400
  GET·/·HTTP/1.1\\nbad·header                            400
  CONNECT·x:1·HTTP/1.1\\nhost:·x                         _
  garbage                                               400
  PRI·*·HTTP/2.0                                        400
`);
test.each(absurd)('CVE-2026-44902: "$line" leaves the door open', ({ line, status }) =>
  withHttp({}, async (opened) => {
    const text = `${line!.replaceAll('\\n', '\r\n')}\r\nconnection: close\r\n\r\n`;
    const said = await talk(opened.port, text);
    if (status !== '') expect(statusOf(said)).toBe(Number(status));
    await works(opened);
  }),
);

const paths = table(`
  path               status
  /v1%2Ftraces       404
  //v1/traces        404
  /V1/TRACES         404
  /v1/traces/        404
  /v1/./traces/../x  404
  /v1/traces;a=b     404
  /v1/traces?a=b     200
  /v1/trac%65s       200
`);
test.each(paths)('CVE-2026-6414: the path $path is $status', ({ path, status }) =>
  withHttp({}, async (opened) => {
    const head = `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n`;
    const said = await talk(opened.port, `${head}content-length: 2\r\n\r\n{}`);
    expect(statusOf(said)).toBe(Number(status));
  }),
);

test('CVE-2026-25223, CVE-2026-3419: a content type with a tail is 415, never read as what it begins with', () =>
  withHttp({}, async (opened) => {
    for (const type of [
      'application/json\ta',
      'application/json garbage',
      'application/json, application/x-protobuf',
    ]) {
      const head = `POST /v1/traces HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: ${type}\r\n`;
      expect(statusOf(await talk(opened.port, `${head}content-length: 2\r\n\r\n{}`))).toBe(415);
    }
    expect(opened.received).toEqual([]);
  }));

test('CVE-2026-7768: distinct header values leave nothing behind', () =>
  withHttp({}, async (opened) => {
    const ask = (index: number) =>
      post(opened, '{}', {
        'content-type': `application/json;v=${index}`,
        accept: `x/${index}`,
        'x-who': `${index}`,
      });
    for (let index = 0; index < 200; index++) await ask(index);
    const collect = garbageCollector();
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 3000; index++) await (await ask(1000 + index)).arrayBuffer();
    collect();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(20 * MIB);
    expect([...opened.answers.keys()]).toEqual(['accepted']);
  }));

test('headers past 16 KiB are 431 with a Status body', () =>
  withHttp({}, async (opened) => {
    const said = await talk(opened.port, `GET / HTTP/1.1\r\nhost: x\r\na: ${'b'.repeat(20_000)}\r\n\r\n`);
    expect(statusOf(said)).toBe(431);
    expect(readStatusJson(said.slice(said.indexOf('\r\n\r\n'))).message).toBe('the headers are too large');
  }));

test('CVE-2026-48854: a body that trickles is cut off in time, told to resend, and holds nothing', () =>
  withHttp({ limits: { requestTimeoutMs: 150 } }, async (opened) => {
    const head =
      'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n';
    const said = talk(opened.port, `${head}{`);
    await until('the announced bytes are held', () => opened.admission.bytes === 1000);
    expect(statusOf(await said)).toBe(503);
    await until('nothing is held', () => opened.admission.bytes === 0);
    expect(statusOf(await talk(opened.port, 'POST /v1/tra'))).toBe(503);
    await works(opened);
  }));

test('a sender that goes away in its body holds nothing, and one that goes away later is not missed', async () => {
  let finish = () => {};
  const accept = () =>
    new Promise<{ kind: 'accepted'; rejectedSpans: 0; message: '' }>((resolve) => {
      finish = () => resolve({ kind: 'accepted', rejectedSpans: 0, message: '' });
    });
  await withHttp({ accept }, async (opened) => {
    const head = 'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    for (const body of ['content-length: 50\r\n\r\n{', 'transfer-encoding: chunked\r\n\r\n1\r\n{\r\n']) {
      const socket = connect(opened.port, '127.0.0.1', () => socket.write(head + body));
      await until('some is held', () => opened.admission.bytes > 0);
      socket.destroy();
      await until('nothing is held', () => opened.admission.bytes === 0);
    }
    const socket = connect(opened.port, '127.0.0.1', () =>
      socket.write(`${head}content-length: 2\r\n\r\n{}`),
    );
    await until('it is accepted', () => opened.received.length === 1);
    socket.destroy();
    expect(opened.admission.bytes).toBe(2);
    finish();
    await opened.admission.drain();
    expect(opened.logged).toEqual([]);
  });
});

test('garbage behind a request does not answer for it', async () => {
  let finish = () => {};
  const accept = () =>
    new Promise<{ kind: 'accepted'; rejectedSpans: 0; message: '' }>((resolve) => {
      finish = () => resolve({ kind: 'accepted', rejectedSpans: 0, message: '' });
    });
  await withHttp({ accept }, async (opened) => {
    const head =
      'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}';
    expect(await talk(opened.port, `${head}garbage\r\n\r\n`)).toBe('');
    finish();
    await opened.admission.drain();
  });
});

test('a chunked body that breaks off its framing is 400, and nothing is held', () =>
  withHttp({}, async (opened) => {
    const head =
      'POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
    const said = await talk(opened.port, `${head}2\r\n{}\r\nzz\r\n`);
    expect(statusOf(said)).toBe(400);
    await until('nothing is held', () => opened.admission.bytes === 0);
    expect(opened.received).toEqual([]);
    await works(opened);
  }));

test('announcing two lengths, or a length and chunks, is no request', () =>
  withHttp({}, async (opened) => {
    const head =
      'POST /v1/traces HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n';
    for (const lengths of [
      'content-length: 2\r\ncontent-length: 3',
      'content-length: 2\r\ntransfer-encoding: chunked',
      'content-length: -1',
      'content-length: 2x',
    ])
      expect(statusOf(await talk(opened.port, `${head}${lengths}\r\n\r\n{}`))).toBe(400);
    expect(opened.received).toEqual([]);
    expect((await post(opened, '{}', JSON_TYPE)).status).toBe(200);
  }));

test('connections past the limit are dropped, and the others go on', () =>
  withHttp({ limits: { connectionsMax: 1 } }, async (opened) => {
    const socket = connect(opened.port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    expect(await talk(opened.port, 'GET / HTTP/1.1\r\nhost: x\r\n\r\n')).toBe('');
    socket.end('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    const [said] = await new Promise<Buffer[]>((resolve) => socket.once('data', (chunk) => resolve([chunk])));
    expect(statusOf(String(said))).toBe(404);
    socket.destroy();
  }));
