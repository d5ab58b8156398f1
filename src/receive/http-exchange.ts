import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer, Encoding } from '../domain/request.ts';
import type { LabelsOf } from '../domain/self-metrics.ts';
import type { Admission, Reservation } from './admission.ts';
import { type AnswerName, answerLabels, bodyBytesMaxOf, type DoorParts, type DoorRefusal } from './door.ts';
import { readBody } from './http-body.ts';
import { httpStatusOf } from './http-status.ts';
import { inflateGzip } from './inflate.ts';
import { type Coding, codingOf, encodingOf } from './media-type.ts';
import { encodeResponse, encodeStatus } from './status-message.ts';

const CONTENT_TYPES = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;

/** One POST to /v1/traces after the other: `receive` is the walk, `refuse` the way out. */
export class HttpExchanges {
  readonly #parts: DoorParts;
  readonly #admission: Admission;
  readonly #bodyBytesMax: number;
  readonly #labels: Readonly<Record<AnswerName, LabelsOf<'requests'>>> = answerLabels('http');
  readonly #bytesLabels: LabelsOf<'request_bytes'> = { transport: 'http' };

  constructor(parts: DoorParts) {
    this.#parts = parts;
    this.#admission = parts.admission;
    this.#bodyBytesMax = bodyBytesMaxOf(parts);
  }

  /** Never rejects: what goes wrong on our side is answered 503, for 500 makes the sender drop its spans. */
  async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const encoding = encodingOf(request.headers['content-type']);
    if (encoding === undefined) return this.refuse(response, 'json', UNKNOWN_MEDIA_TYPE);
    const coding = codingOf(request.headers['content-encoding']);
    if (coding === undefined) return this.refuse(response, encoding, UNKNOWN_CODING);
    const length = request.headers['content-length'];
    const announced = length === undefined ? undefined : Number(length);
    if (announced !== undefined && announced > this.#bodyBytesMax)
      return this.refuse(response, encoding, this.#tooLarge());
    const reservation = this.#admission.take(announced ?? 0);
    if (reservation === undefined) return this.refuse(response, encoding, this.#noRoom());
    try {
      const body = await this.#bodyOf(request, { announced, coding, reservation });
      if (body === 'gone') return;
      if (!Buffer.isBuffer(body)) return this.refuse(response, encoding, body);
      this.#parts.count('request_bytes', body.length, this.#bytesLabels);
      this.#send(response, encoding, await this.#parts.accept(body, encoding));
    } catch (fault) {
      this.#parts.log.error(
        { err: fault },
        'a request over OTLP/HTTP failed; its sender is told to resend it',
      );
      this.refuse(response, encoding, this.#ourFault());
    } finally {
      reservation.release();
    }
  }

  refuse(response: ServerResponse, encoding: Encoding, refusal: DoorRefusal): void {
    if (response.destroyed || response.headersSent) return;
    const { status, body } = httpStatusOf(refusal);
    const bytes = encodeStatus(body, encoding);
    if (body.retryAfterMs !== undefined)
      response.setHeader('retry-after', Math.max(1, Math.ceil(body.retryAfterMs / 1000)));
    if (refusal.reason === 'wrong_method') response.setHeader('allow', 'POST');
    this.#end(response, { status, encoding, bytes, name: refusal.reason });
  }

  async #bodyOf(
    request: IncomingMessage,
    of: { announced: number | undefined; coding: Coding; reservation: Reservation },
  ): Promise<Buffer | DoorRefusal | 'gone'> {
    const room = { announced: of.announced, bytesMax: this.#bodyBytesMax, reservation: of.reservation };
    const read = await readBody(request, room);
    if (read.kind === 'gone') return 'gone';
    if (read.kind === 'too_large') return this.#tooLarge();
    if (read.kind === 'overloaded') return this.#noRoom();
    if (of.coding === 'identity') return read.body;
    const inflated = await inflateGzip(read.body, room);
    of.reservation.shrink(read.body.length);
    if (inflated.kind === 'too_large') return this.#tooLarge();
    if (inflated.kind === 'overloaded') return this.#noRoom();
    return inflated.kind === 'malformed' ? BAD_GZIP : inflated.body;
  }

  #send(response: ServerResponse, encoding: Encoding, answer: Answer): void {
    if (response.destroyed) return;
    if (answer.kind === 'refused') {
      this.refuse(response, encoding, answer.refusal);
      return;
    }
    const bytes = encodeResponse(answer.rejectedSpans, answer.message, encoding);
    const whole = answer.rejectedSpans === 0 && answer.message === '';
    this.#end(response, { status: 200, encoding, bytes, name: whole ? 'accepted' : 'partial' });
  }

  #end(
    response: ServerResponse,
    {
      status,
      encoding,
      bytes,
      name,
    }: { status: number; encoding: Encoding; bytes: Buffer; name: AnswerName },
  ): void {
    this.#parts.count('requests', 1, this.#labels[name]);
    response.writeHead(status, { 'content-type': CONTENT_TYPES[encoding], 'content-length': bytes.length });
    response.end(bytes);
  }

  #noRoom(): DoorRefusal {
    return this.#admission.refusal(this.#parts.limits.retryAfterMs);
  }

  #tooLarge(): DoorRefusal {
    return { reason: 'too_large', message: `the body is larger than ${this.#bodyBytesMax} bytes` };
  }

  #ourFault(): DoorRefusal {
    return {
      reason: 'unavailable',
      message: 'Solvent could not keep these spans; send them again',
      retryAfterMs: this.#parts.limits.retryAfterMs,
    };
  }
}

const UNKNOWN_MEDIA_TYPE: DoorRefusal = {
  reason: 'unknown_media_type',
  message: 'Content-Type must be application/x-protobuf or application/json',
};
const UNKNOWN_CODING: DoorRefusal = {
  reason: 'unknown_coding',
  message: 'Content-Encoding must be gzip or identity',
};
const BAD_GZIP: DoorRefusal = { reason: 'malformed', message: 'the body is not a whole gzip stream' };
