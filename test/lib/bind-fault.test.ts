import { describe, expect, test } from '@jest/globals';
import { bindFault } from '../../src/lib/bind-fault.ts';

const door = { transport: 'OTLP over HTTP', setting: 'SOLVENT_OTLP_HTTP_PORT' };
const at = { host: '127.0.0.1', port: 4318 };

describe('a port that cannot be opened is one line that says what to do', () => {
  test.each([
    [
      'listen EADDRINUSE: address already in use 127.0.0.1:4318',
      'the port is in use. Set SOLVENT_OTLP_HTTP_PORT to another one.',
    ],
    [
      'No address added out of total 1 resolved errors: [listen EADDRINUSE]',
      'the port is in use. Set SOLVENT_OTLP_HTTP_PORT to another one.',
    ],
    [
      'listen EACCES: permission denied 0.0.0.0:80',
      'this user may not open that port. Set SOLVENT_OTLP_HTTP_PORT to one above 1023.',
    ],
    [
      'listen EADDRNOTAVAIL: address not available 10.9.9.9:4318',
      'this machine does not have that address. Set SOLVENT_HOST to one it has.',
    ],
    ['getaddrinfo ENOTFOUND nowhere', 'the host name has no address. Set SOLVENT_HOST to another one.'],
    ['getaddrinfo EAI_AGAIN nowhere', 'the host name has no address. Set SOLVENT_HOST to another one.'],
    [
      'Name resolution failed for target dns:nowhere',
      'the host name has no address. Set SOLVENT_HOST to another one.',
    ],
    ['something else\nwith a second line', 'something else with a second line'],
  ])('%j', (said, why) => {
    const fault = new Error(said);
    const told = bindFault(door, at, fault);
    expect(told.message).toBe(`OTLP over HTTP cannot listen on 127.0.0.1:4318: ${why}`);
    expect(told.cause).toBe(fault);
  });

  test('an address of IPv6 stands in brackets', () => {
    expect(bindFault(door, { host: '::1', port: 1 }, 'no').message).toBe(
      'OTLP over HTTP cannot listen on [::1]:1: no',
    );
  });
});
