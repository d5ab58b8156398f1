import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unknownVariables } from '../../src/settings/environment.ts';
import { nearest } from '../../src/settings/nearest.ts';
import { envName, SETTING_NAMES, yamlName } from '../../src/settings/table.ts';

describe('variables that are no setting', () => {
  test('every setting is known, and so is the file', () => {
    const env = Object.fromEntries(
      ['SOLVENT_CONFIG', ...SETTING_NAMES.map(envName)].map((name) => [name, '1']),
    );
    expect(unknownVariables(env)).toEqual([]);
  });

  test.each([
    ['SOLVENT_WEB_PROT', '1', 'SOLVENT_WEB_PROT is no setting; did you mean SOLVENT_WEB_PORT?'],
    ['SOLVENT_CONFG', '1', 'SOLVENT_CONFG is no setting; did you mean SOLVENT_CONFIG?'],
    ['SOLVENT_web_port', '1', 'SOLVENT_web_port is no setting; did you mean SOLVENT_WEB_PORT?'],
    ['SOLVENT_', '1', 'SOLVENT_ is no setting'],
    ['SOLVENT_XYZZY', '', 'SOLVENT_XYZZY is no setting'],
    // Almost what Kubernetes sets.
    ['SOLVENT_PORT', '9464', 'SOLVENT_PORT is no setting; did you mean SOLVENT_HOST?'],
    ['SOLVENT_PORT', 'http://10.0.0.1:80', 'SOLVENT_PORT is no setting; did you mean SOLVENT_HOST?'],
    ['SOLVENT_PORT', 'x-tcp://10.0.0.1:80', 'SOLVENT_PORT is no setting; did you mean SOLVENT_HOST?'],
    ['SOLVENT_SERVICE_HOSTS', '10.0.0.1', 'SOLVENT_SERVICE_HOSTS is no setting'],
    ['SOLVENT_PORT_9464_SCTP', 'x', 'SOLVENT_PORT_9464_SCTP is no setting'],
    ['SOLVENT_PORT_9464_TCP_NAME', 'x', 'SOLVENT_PORT_9464_TCP_NAME is no setting'],
    ['SOLVENT_PORT_WEB_TCP', 'x', 'SOLVENT_PORT_WEB_TCP is no setting'],
  ])('%s=%s', (name, value, complaint) => {
    expect(unknownVariables({ [name]: value })).toEqual([complaint]);
  });

  test.each([
    ['SOLVENT_SERVICE_HOST', '10.0.0.1'],
    ['SOLVENT_SERVICE_PORT', '9464'],
    ['SOLVENT_SERVICE_PORT_OTLP_GRPC', '4317'],
    ['SOLVENT_PORT', 'tcp://10.0.0.1:9464'],
    ['SOLVENT_PORT', 'udp://10.0.0.1:9464'],
    ['SOLVENT_PORT_9464_TCP', 'tcp://10.0.0.1:9464'],
    ['SOLVENT_PORT_9464_TCP_PROTO', 'tcp'],
    ['SOLVENT_PORT_9464_TCP_PORT', '9464'],
    ['SOLVENT_PORT_9464_UDP_ADDR', '10.0.0.1'],
    ['SOLVENT_WEB_SERVICE_HOST', '10.0.0.1'],
    ['SOLVENT_OTLP_GRPC_SERVICE_PORT_GRPC', '4317'],
    ['SOLVENT_WEB_PORT_9464_TCP_ADDR', '10.0.0.1'],
  ])('%s=%s is set by Kubernetes', (name, value) => {
    expect(unknownVariables({ [name]: value })).toEqual([]);
  });

  test('other programs’ variables are theirs', () => {
    expect(unknownVariables({ SOLVENTS_X: '1', XSOLVENT_Y: '1', solvent_web_port: '1', PATH: '/' })).toEqual(
      [],
    );
  });

  test('lines come in the order of the names', () => {
    expect(unknownVariables({ SOLVENT_ZZ: '1', SOLVENT_AA: '1' })).toEqual([
      'SOLVENT_AA is no setting',
      'SOLVENT_ZZ is no setting',
    ]);
  });
});

describe('the name that was meant', () => {
  const known = SETTING_NAMES.map(yamlName);
  test.each([
    ['otlp_grcp_port', 'otlp_grpc_port'],
    ['OtlpGrpcPort', 'otlp_grpc_port'],
    ['web-port', 'web_port'],
    ['web.port', 'web_port'],
    ['WEBPORT', 'web_port'],
    ['price', 'prices'],
    ['dimension', 'dimensions'],
    ['hots', undefined],
    ['hosts', 'host'],
    ['log', undefined],
    ['', undefined],
    ['completely_else', undefined],
    // A third of the letters may be wrong, and not one more.
    ['webpoxx', 'web_port'],
    ['webpxxx', undefined],
    ['webxxxt', undefined],
    ['trace_graxx', 'trace_grace'],
    ['trace_grxxx', 'trace_grace'],
    ['trace_gxxxx', undefined],
  ])('%s: %s', (typed, meant) => {
    expect(nearest(typed, known)).toBe(meant);
  });

  test('of two that are as near the first is taken, and the nearer before both', () => {
    expect(nearest('abcx', ['abcd', 'abce'])).toBe('abcd');
    expect(nearest('abcdxx', ['abcdyy', 'abcdxz'])).toBe('abcdxz');
  });

  test('one slip is always found', () => {
    const long = known.filter((name) => name.length > 5);
    fc.assert(
      fc.property(fc.constantFrom(...long), fc.nat(), (name, at) => {
        const index = at % name.length;
        expect(nearest(name.slice(0, index) + name.slice(index + 1), known)).toBeDefined();
        expect(nearest(`${name.slice(0, index)}q${name.slice(index)}`, known)).toBe(name);
      }),
    );
  });

  test('a name as long as a body is compared by its beginning, at once', () => {
    const start = performance.now();
    expect(nearest('x'.repeat(1_000_000), known)).toBeUndefined();
    expect(nearest(`web_port${'_'.repeat(56)}${'x'.repeat(1_000_000)}`, known)).toBe('web_port');
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
