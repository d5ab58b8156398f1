import { status } from '@grpc/grpc-js';
import { expect, test } from '@jest/globals';
import type { Refusal } from '../../src/domain/request.ts';
import { type DoorRefusal, TRANSPORT_REASONS } from '../../src/receive/door.ts';
import { grpcStatusOf } from '../../src/receive/grpc-status.ts';
import { httpStatusOf } from '../../src/receive/http-status.ts';
import { table } from '../support/table.ts';
import { readStatus } from './rpc-schema.ts';

/** `resend` is what OTLP makes a sender do with it. */
const cases = table(`
  reason              http  body_code  grpc                resend
  malformed           400   3          INVALID_ARGUMENT    no
  too_large           413   8          RESOURCE_EXHAUSTED  no
  overloaded          429   8          UNAVAILABLE         yes
  unavailable         503   14         UNAVAILABLE         yes
  unknown_path        404   12         UNIMPLEMENTED  no
  wrong_method        405   12         UNIMPLEMENTED  no
  unknown_media_type  415   3          INVALID_ARGUMENT  no
  unknown_coding      400   3          UNIMPLEMENTED  no
  bad_request         400   3          INVALID_ARGUMENT  no
  headers_too_large   431   3          INVALID_ARGUMENT  no
`);
const refusal = (reason: string) => ({ reason, message: 'why', retryAfterMs: 2500 }) as DoorRefusal;

test.each(cases)('$reason is $http', ({ reason, http, body_code, resend }) => {
  const answer = httpStatusOf(refusal(reason!));
  expect(answer.status).toBe(Number(http));
  expect(answer.body).toMatchObject({ code: Number(body_code), message: 'why' });
  expect([429, 502, 503, 504].includes(answer.status)).toBe(resend === 'yes');
  expect(answer.body.retryAfterMs).toBe(resend === 'yes' ? 2500 : undefined);
});

test.each(cases)('$reason is $grpc', ({ reason, grpc, resend }) => {
  const answer = grpcStatusOf(refusal(reason!));
  expect([status[answer.code], answer.details]).toEqual([grpc, 'why']);
  const [bytes] = answer.metadata.get('grpc-status-details-bin');
  const details = bytes === undefined ? {} : readStatus(bytes as Buffer);
  const more = {
    ...(resend === 'yes' && { retryMs: 2500 }),
    ...(reason === 'malformed' && { violations: ['why'] }),
  };
  expect(details).toEqual(
    Object.keys(more).length === 0 ? {} : { code: answer.code, message: 'why', ...more },
  );
});

test('the table above names every reason there is', () => {
  const own: Refusal['reason'][] = ['malformed', 'too_large', 'overloaded', 'unavailable'];
  expect(cases.map(({ reason }) => reason).sort()).toEqual([...own, ...TRANSPORT_REASONS].sort());
});

test('a reason that does not exist is a broken promise of ours', () => {
  expect(() => httpStatusOf(refusal('tired'))).toThrow('every case is answered');
  expect(() => grpcStatusOf(refusal('tired'))).toThrow('every case is answered');
});
