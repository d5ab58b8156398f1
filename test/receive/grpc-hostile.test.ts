/** Regressions of `reference/otlp.md` section 6 over gRPC, with frames that no client library would send. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';
import { gzipSync } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { expect, test } from '@jest/globals';
import { handClock } from '../support/clock.ts';
import { table } from '../support/table.ts';
import { until } from '../support/until.ts';
import { callGrpc, type Opened, TRACES_EXPORT, talk, type Wanted, withGrpc } from './opened.ts';
import { readStatus } from './rpc-schema.ts';

const MIB = 1024 * 1024;
const HEADERS = {
  ':method': 'POST',
  ':path': TRACES_EXPORT,
  'content-type': 'application/grpc',
  te: 'trailers',
};
const works = async ({ port }: Opened) => expect((await callGrpc(port, Buffer.from('x'))).code).toBe(0);

function framed(flag: number, content: Buffer, length = content.length): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(length, 1);
  return Buffer.concat([prefix, content]);
}

/** Runs on a bare HTTP/2 connection to an open door. */
const withSession = (wanted: Wanted, run: (opened: Opened, session: ClientHttp2Session) => Promise<void>) =>
  withGrpc(wanted, async (opened) => {
    const session = connect(`http://127.0.0.1:${opened.port}`);
    session.on('error', () => {});
    try {
      await run(opened, session);
    } finally {
      session.destroy();
    }
  });

/** The gRPC status, whether it comes in the headers or behind the body; with the HTTP status where there is none. */
function answerOf(stream: ClientHttp2Stream): Promise<{ grpc: number; http: number; violations?: boolean }> {
  return new Promise((resolve) => {
    let http = Number.NaN;
    const see = (headers: Record<string, unknown>) => {
      http = Number(headers[':status'] ?? http);
      if (headers['grpc-status'] === undefined) return;
      const details = headers['grpc-status-details-bin'];
      const read = typeof details === 'string' ? readStatus(Buffer.from(details, 'base64')) : undefined;
      resolve({ grpc: Number(headers['grpc-status']), http, violations: read?.violations !== undefined });
    };
    stream.on('response', see);
    stream.on('trailers', see);
    stream.on('error', () => {});
    stream.on('close', () => resolve({ grpc: Number.NaN, http }));
    stream.resume();
  });
}

const messages: [string, Buffer, string | undefined, number][] = [
  [
    'CVE-2026-48069: garbage that says it is gzip',
    framed(1, Buffer.from('garbage')),
    'gzip',
    status.INVALID_ARGUMENT,
  ],
  ['gzip cut short', framed(1, gzipSync('spans').subarray(0, 15)), 'gzip', status.INVALID_ARGUMENT],
  [
    'CVE-2026-48069: compressed, and nothing says how',
    framed(1, gzipSync('spans')),
    undefined,
    status.INVALID_ARGUMENT,
  ],
  ['compressed as identity', framed(1, gzipSync('spans')), 'identity', status.INVALID_ARGUMENT],
  ['a flag that does not exist', framed(2, Buffer.from('spans')), 'gzip', status.INVALID_ARGUMENT],
  ['garbage that says it is deflate', framed(1, Buffer.from('garbage')), 'deflate', status.INVALID_ARGUMENT],
  ['zstd', framed(1, Buffer.from('spans')), 'zstd', status.UNIMPLEMENTED],
  ['not compressed, though gzip is named', framed(0, Buffer.from('spans')), 'gzip', status.OK],
  [
    'two messages',
    Buffer.concat([framed(0, Buffer.from('a')), framed(0, Buffer.from('b'))]),
    undefined,
    status.INVALID_ARGUMENT,
  ],
  ['no message', Buffer.alloc(0), undefined, status.UNIMPLEMENTED],
  ['half a prefix', Buffer.from([0, 0]), undefined, status.UNIMPLEMENTED],
  ['less than it announced', framed(0, Buffer.from('spans'), 100), undefined, status.UNIMPLEMENTED],
  [
    'more than the limit announced',
    framed(0, Buffer.from('spans'), 2 ** 32 - 1),
    undefined,
    status.RESOURCE_EXHAUSTED,
  ],
];
test.each(messages)('%s', (_, bytes, encoding, code) =>
  withSession({}, async (opened, session) => {
    const stream = session.request({
      ...HEADERS,
      ...(encoding === undefined ? {} : { 'grpc-encoding': encoding }),
    });
    const answer = answerOf(stream);
    stream.end(bytes);
    expect((await answer).grpc).toBe(code);
    if (code === status.INVALID_ARGUMENT) expect((await answer).violations).toBe(true);
    expect(opened.received).toHaveLength(code === status.OK ? 1 : 0);
    stream.close();
    await until('nothing is held', () => opened.admission.bytes === 0);
    await works(opened);
  }),
);

test('a second message after the first is whole is refused, and neither is accepted', () =>
  withSession({}, async (opened, session) => {
    const stream = session.request(HEADERS);
    const answer = answerOf(stream);
    stream.write(framed(0, Buffer.from('a')));
    await until('the first is here', () => opened.admission.bytes === 6);
    stream.end(framed(0, Buffer.from('b')));
    expect((await answer).grpc).toBe(status.INVALID_ARGUMENT);
    expect([opened.received.length, opened.admission.bytes]).toEqual([0, 0]);
    expect(opened.answers).toEqual(new Map([['malformed', 1]]));
  }));

test('a sender that goes away while its message is inflated holds nothing and is not counted', () =>
  withSession({}, async (opened, session) => {
    const bytes = framed(1, Buffer.concat([gzipSync(Buffer.alloc(40 * MIB)), gzipSync('x')]));
    const stream = session.request({ ...HEADERS, 'grpc-encoding': 'gzip' });
    stream.on('error', () => {});
    stream.write(bytes);
    await until('it is being inflated', () => opened.admission.bytes > bytes.length);
    stream.close(8);
    await until('nothing is held', () => opened.admission.bytes === 0);
    await works(opened);
    expect(Object.fromEntries(opened.answers)).toEqual({ accepted: 1 });
  }));

test('CVE-2024-37168, CVE-2024-36129: a bomb is RESOURCE_EXHAUSTED, in bounded memory', () =>
  withSession({}, async (opened, session) => {
    const bomb = Buffer.concat(Array(20).fill(gzipSync(Buffer.alloc(64 * MIB))));
    const before = process.memoryUsage().rss;
    const stream = session.request({ ...HEADERS, 'grpc-encoding': 'gzip' });
    const answer = answerOf(stream);
    stream.end(framed(1, bomb));
    expect((await answer).grpc).toBe(status.RESOURCE_EXHAUSTED);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * MIB);
    await works(opened);
  }));

const starts = table(`
  what                header         value             grpc  http
  no·method           :method        _                 _     _
  GET                 :method        GET               _     _
  unknown·path        :path          /x                12    200
  a·path·of·nothing   :path          /                 12    200
  a·path·with·bytes   :path          /%ff%00           12    200
  wrong·type          content-type   application/json  _     415
  odd·type            content-type   application/grpcx _     _
  no·type             content-type   _                 _     415
  absurd·timeout      grpc-timeout   99999999999X      3     200
  negative·timeout    grpc-timeout   -5S               _     _
  no·te               te             _                 _     _
`);
test.each(starts)('CVE-2026-48068: a call that starts with $what leaves the door open', (row) =>
  withSession({}, async (opened, session) => {
    const { [row.header!]: _, ...others } = HEADERS as Record<string, string>;
    const stream = session.request(row.value === '' ? others : { ...others, [row.header!]: row.value! });
    const answer = answerOf(stream);
    stream.end(framed(0, Buffer.from('x')));
    const { grpc, http } = await answer;
    if (row.grpc !== '') expect(grpc).toBe(Number(row.grpc));
    if (row.http !== '') expect(http).toBe(Number(row.http));
    expect([status.INTERNAL, status.UNKNOWN]).not.toContain(grpc);
    await until('nothing is held', () => opened.admission.bytes === 0);
    await works(opened);
  }),
);

test('other protocols on this port end without harm', () =>
  withGrpc({}, async (opened) => {
    const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
    for (const text of [
      'GET http:// HTTP/1.1\r\n\r\n',
      'garbage'.repeat(10),
      `${preface}${'\xff'.repeat(40)}`,
    ])
      await talk(opened.port, Buffer.from(text, 'latin1'));
    await works(opened);
  }));

test('CVE-2023-44487: a thousand calls opened and reset hold nothing', () =>
  withSession({}, async (opened, session) => {
    for (let index = 0; index < 1000; index++) {
      const stream = session.request(HEADERS);
      stream.on('error', () => {});
      stream.write(framed(0, Buffer.from('spans'), 100));
      stream.close(8);
    }
    await works(opened);
    await until('nothing is held', () => opened.admission.bytes === 0);
  }));

test('CVE-2026-48854: a message that trickles is DEADLINE_EXCEEDED, which a sender resends, and holds nothing', async () => {
  const clock = handClock();
  await withSession({ clock, limits: { requestTimeoutMs: 1000 } }, async (opened, session) => {
    const slow = session.request(HEADERS);
    const answer = answerOf(slow);
    slow.write(framed(0, Buffer.from('sp'), 5));
    await until('its first bytes are held', () => opened.admission.bytes === 7);
    clock.advance(990);
    const fresh = session.request(HEADERS);
    fresh.write(framed(0, Buffer.from('sp'), 5));
    await until('both are held', () => opened.admission.bytes === 14);
    clock.advance(10);
    expect((await answer).grpc).toBe(status.DEADLINE_EXCEEDED);
    expect(opened.admission.bytes).toBe(7);
    const last = answerOf(fresh);
    clock.advance(1250);
    expect((await last).grpc).toBe(status.DEADLINE_EXCEEDED);
    await works(opened);
  });
});
