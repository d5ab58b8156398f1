import { describe, expect, test } from '@jest/globals';
import { readSettings } from '../../src/settings/read.ts';
import { envName, SETTING_NAMES, SETTINGS, yamlName } from '../../src/settings/table.ts';
import { ok, refused } from './reading.ts';

describe('what is read', () => {
  test('nothing given: the defaults of the design', () => {
    const read = readSettings({ env: {} });
    expect(read.kind === 'ok' && read.settings).toMatchObject({
      host: '127.0.0.1',
      otlpGrpcPort: 4317,
      otlpHttpPort: 4318,
      webPort: 9464,
      dataDir: './data',
      databaseUrl: undefined,
      prices: undefined,
      logLevel: 'info',
      remediation: [],
      windows: [
        { name: '1h', ms: 3_600_000 },
        { name: '24h', ms: 86_400_000 },
        { name: '7d', ms: 604_800_000 },
      ],
      sessionAttributes: ['agent.session.id', 'agent_session_id', 'Agent_Session_ID'],
      traceGrace: 1000,
      bodyBytesMax: 64 * 1024 * 1024,
      memoryLimit: 256_000_000,
    });
  });

  test('the environment beats the file, the file beats the default, and an empty variable is unset', () => {
    expect(ok('web_port: 1').webPort).toBe(1);
    expect(ok('web_port: 1', { SOLVENT_WEB_PORT: '2' }).webPort).toBe(2);
    expect(ok('web_port: 1', { SOLVENT_WEB_PORT: ' ' }).webPort).toBe(1);
    expect(ok('web_port:').webPort).toBe(9464);
    expect(ok('').webPort).toBe(9464);
    expect(ok('# only a comment').webPort).toBe(9464);
  });

  test('the file takes camelCase too', () => {
    expect(ok('otlpGrpcPort: 5\ntraceQuiet: 2s')).toMatchObject({ otlpGrpcPort: 5, traceQuiet: 2000 });
  });

  test('the example of the design', () => {
    const settings = ok(`
outcomes:
  default: root
  agent_types: {support-tier1: explicit}
remediation:
  - {task_type: tier1-ticket, cost_usd: "10"}
  - {agent_type: "coder-*", minutes: 30, hourly_usd: "90"}
dimensions: [{name: team, from: [team, service.namespace]}]
windows: [1h, 24h, 7d]
prices: ./prices.yaml
`);
    expect(settings.outcomes.defaultMode).toBe('root');
    expect({ ...settings.outcomes.modes }).toEqual({ 'support-tier1': 'explicit' });
    expect(settings.remediation).toMatchObject([
      { taskType: 'tier1-ticket', cost: 10_000_000_000_000n },
      { agentType: 'coder-*', minutes: 30_000_000n, hourly: 90n * 10n ** 15n },
    ]);
    expect(settings.dimensions).toEqual([{ name: 'team', from: ['team', 'service.namespace'] }]);
  });

  test('structures in the environment: YAML, JSON, or a plain list', () => {
    expect(ok('', { SOLVENT_WINDOWS: '5m, 1h' }).windows.map(({ name }) => name)).toEqual(['5m', '1h']);
    expect(ok('', { SOLVENT_WINDOWS: '["5m"]' }).windows).toEqual([{ name: '5m', ms: 300_000 }]);
    expect(ok('', { SOLVENT_WINDOWS: '5m' }).windows).toEqual([{ name: '5m', ms: 300_000 }]);
    expect(ok('', { SOLVENT_OUTCOMES: '{"default":"explicit"}' }).outcomes.defaultMode).toBe('explicit');
    expect(ok('', { SOLVENT_REMEDIATION: '[{cost_usd: 0.1}]' }).remediation).toMatchObject([
      { cost: 100_000_000_000n },
    ]);
  });

  test.each([
    ['my.session,session.id', ['my.session', 'session.id']],
    [' my.session ', ['my.session']],
    ['a , b', ['a', 'b']],
    // Words that YAML would read as something else, or not at all.
    ['@session,*,-id,$x/y', ['@session', '*', '-id', '$x/y']],
    ['*', ['*']],
    ['a:b,c', ['a:b', 'c']],
    ['session (old), session', ['session (old)', 'session']],
    ['"quoted, too"', ['quoted', 'too']],
    ['[a, "b c"]', ['a', 'b c']],
    ['- a\n- b', ['a', 'b']],
    ['a', ['a']],
  ])('a list of attributes in a variable: %j', (given, wanted) => {
    expect(ok('', { SOLVENT_SESSION_ATTRIBUTES: given }).sessionAttributes).toEqual(wanted);
  });

  test('decimals keep the digits that a float would lose', () => {
    const [rule] = ok('remediation: [{cost_usd: 123456.123456789012}]').remediation;
    expect(rule?.cost).toBe(123_456_123_456_789_012n);
  });

  test('a relative path in the file is taken from its folder, one in the environment is left as it is', () => {
    const file = { path: '/etc/solvent/solvent.yaml', text: 'prices: ./p.yaml\ndata_dir: /var/lib/solvent' };
    const read = readSettings({ file, env: {} });
    expect(read).toMatchObject({ settings: { prices: '/etc/solvent/p.yaml', dataDir: '/var/lib/solvent' } });
    expect(ok('', { SOLVENT_PRICES: './p.yaml' }).prices).toBe('./p.yaml');
  });

  test('no agent type is found on the prototype of the modes', () => {
    expect(Object.getPrototypeOf(ok('').outcomes.modes)).toBeNull();
    const { modes } = ok('outcomes: {agent_types: {constructor: explicit}}').outcomes;
    expect(Object.entries(modes)).toEqual([['constructor', 'explicit']]);
  });
});

describe('what is refused', () => {
  test('five mistakes are five lines', () => {
    const text = 'web_port: 99999\ntrace_grace: soon\nwimdows: [1h]\nlog_level: loud\n';
    expect(refused(text, { SOLVENT_OPEN_SPANS_MAX: '-1' })).toEqual([
      'solvent.yaml:1: web_port is "99999", but should be a port from 0 to 65535 (0 picks a free one)',
      'solvent.yaml:2: trace_grace is "soon", but should be a duration from 0ms to 1h, such as 500ms, 5s, 10m, 24h or 7d',
      'solvent.yaml:3: wimdows is no setting; did you mean windows?',
      'solvent.yaml:4: log_level is "loud", but should be one of debug, info, warn, error, silent',
      'SOLVENT_OPEN_SPANS_MAX is "-1", but should be a whole number from 1000 to 1000000000',
    ]);
  });

  test.each([
    [
      'web_port: 1.5',
      'solvent.yaml:1: web_port is "1.5", but should be a port from 0 to 65535 (0 picks a free one)',
    ],
    [
      'web_port: 0x10',
      'solvent.yaml:1: web_port is "0x10", but should be a port from 0 to 65535 (0 picks a free one)',
    ],
    [
      'web_port: true',
      'solvent.yaml:1: web_port is "true", but should be a port from 0 to 65535 (0 picks a free one)',
    ],
    ['web_port: 1\nwebPort: 2', 'solvent.yaml:2: webPort is given twice'],
    ['web_port:\nwebPort: 2', 'solvent.yaml:2: webPort is given twice'],
    ['web_port: 1\nweb_port: 2', 'solvent.yaml:2: is no YAML: Map keys must be unique'],
    ['- a\n- b', 'solvent.yaml is a list, but should be a mapping such as {web_port: 9464}'],
    ['just words', 'solvent.yaml is "just words", but should be a mapping such as {web_port: 9464}'],
    ['\thost: a', 'solvent.yaml:1: is no YAML: Tabs are not allowed as indentation'],
    [
      'host: a\n---\nhost: b',
      'solvent.yaml:2: is no YAML: Source contains multiple documents; please use YAML.parseAllDocuments()',
    ],
    [
      'host: "a b"',
      'solvent.yaml:1: host is "a b", but should be an address or host name, such as 127.0.0.1 or 0.0.0.0',
    ],
    ['prices: ""', 'solvent.yaml:1: prices is "", but should be a path'],
    ['prices: "a\\0b"', 'solvent.yaml:1: prices is "a\\u0000b", but should be a path'],
    ['? [a, b]\n: 1', 'solvent.yaml:1: ? is no setting'],
    ['~: 1', 'solvent.yaml:1: null is no setting'],
    ['<<: {web_port: 1}', 'solvent.yaml:1: << is no setting'],
    ['otlp_grpc_port: 9464', 'web_port is 9464, but should be another port than otlp_grpc_port'],
    ['otlp_http_port: 4317', 'otlp_http_port is 4317, but should be another port than otlp_grpc_port'],
    ['web_port: 4318', 'web_port is 4318, but should be another port than otlp_http_port'],
    [
      'inflight_bytes_max: 1KiB',
      'inflight_bytes_max is 1024 bytes, but should be at least body_bytes_max, which is 67108864',
    ],
    [
      'journal: database',
      'journal is database, but should be disk where there is no database_url (SOLVENT_DATABASE_URL)',
    ],
  ])('%j', (text, complaint) => {
    expect(refused(text)).toEqual([complaint]);
  });

  test('an alias is no value, and is said to be none', () => {
    expect(refused('host: &x a\nweb_port: *x')).toEqual([
      'solvent.yaml:2: web_port is an alias, but should be written out: aliases are not read here',
    ]);
    expect(refused('a: [1')[0]).toMatch(/^solvent\.yaml:1: is no YAML: /);
  });

  test('one slip of syntax is a few lines, however deep it goes', () => {
    const complaints = refused('['.repeat(20_000));
    expect(complaints.length).toBeGreaterThan(0);
    expect(complaints.length).toBeLessThanOrEqual(5);
    const slips = refused('a: [\n'.repeat(20));
    expect(slips).toHaveLength(5);
    for (const line of slips) expect(line).toMatch(/^solvent\.yaml:\d+: is no YAML: \S[^\n]*$/);
  });

  test('a mistake beside two equal ports is told with them', () => {
    expect(refused('otlp_grpc_port: 1\notlp_http_port: 1\nweb_port: no')).toHaveLength(2);
    // What cannot be read is not taken for its default, either.
    expect(refused('web_port: no\notlp_grpc_port: 9464')).toHaveLength(1);
    expect(refused('body_bytes_max: no\ninflight_bytes_max: 1KiB')).toHaveLength(1);
  });

  test('ports that pick themselves may be equal', () => {
    expect(ok('otlp_grpc_port: 0\notlp_http_port: 0\nweb_port: 0').webPort).toBe(0);
  });

  test('a mistake in a structured variable names the variable and the place in it', () => {
    expect(refused('', { SOLVENT_REMEDIATION: '[{cost_usd: x}]' })).toEqual([
      'SOLVENT_REMEDIATION: [0].cost_usd is "x", but should be dollars, such as "10" or "0.25"',
    ]);
    expect(refused('', { SOLVENT_REMEDIATION: '[{' })[0]).toMatch(/^SOLVENT_REMEDIATION is no YAML: /);
  });

  test.each([
    [
      'SOLVENT_WINDOWS',
      '1h;2h',
      'is "1h;2h", but should be a duration from 1m to 366d, such as 1h, 24h or 7d',
    ],
    ['SOLVENT_WINDOWS', '1h,,2h', 'is "", but should be a duration from 1m to 366d, such as 1h, 24h or 7d'],
    [
      'SOLVENT_WINDOWS',
      '{a: 1}',
      'is a mapping, but should be a list of 1 to 8 durations, such as [1h, 24h, 7d]',
    ],
    ['SOLVENT_SESSION_ATTRIBUTES', 'a.b, c.d,', 'is "", but should be a text'],
    [
      'SOLVENT_OUTCOMES',
      'explicit',
      'is "explicit", but should be a mapping {default: root | explicit, agent_types: {<agent type or glob>: root | explicit}}',
    ],
    ['SOLVENT_DIMENSIONS', 'team', 'is "team", but should be a mapping {name, from: [attribute, ...]}'],
  ])('%s=%s is one line about the variable', (name, value, complaint) => {
    expect(refused('', { [name]: value })).toEqual([`${name} ${complaint}`]);
  });

  test('a long value is cut and control characters are escaped', () => {
    const [line = ''] = refused('', { SOLVENT_LOG_LEVEL: `\u001b[31m${'x'.repeat(5000)}` });
    expect(line.length).toBeLessThan(250);
    expect(line).not.toContain('\u001b');
    const [key = ''] = refused('"\\e[31m\\n": 1');
    expect(key).toBe('solvent.yaml:1: �[31m� is no setting');
  });
});

describe('the PostgreSQL ledger', () => {
  test.each(['postgres://me:hunter2@db/solvent', 'postgresql://db:5433/s?sslmode=require'])(
    'is at %s',
    (url) => {
      expect(ok(`database_url: ${url}\njournal: database\nreplica: solvent-0`)).toMatchObject({
        databaseUrl: url,
        journal: 'database',
        replica: 'solvent-0',
      });
    },
  );

  test.each([
    ['as another database', '"mysql://me:hunter2@db/solvent"'],
    ['as a file', '"me:hunter2@db"'],
    ['as a list', '[postgres://me:hunter2@db]'],
  ])('is refused %s without printing the password', (_how, value) => {
    const complaints = refused(`database_url: ${value}`);
    expect(complaints).toHaveLength(1);
    expect(complaints.join()).not.toContain('hunter2');
  });
});

describe('unknown variables', () => {
  test('are mistakes, with the name that was meant', () => {
    expect(refused('', { SOLVENT_OTLP_PORT_GRPC: '1', SOLVENT_WEBPORT: '1', SOLVENT_QQQQ: '1' })).toEqual([
      'SOLVENT_OTLP_PORT_GRPC is no setting',
      'SOLVENT_QQQQ is no setting',
      'SOLVENT_WEBPORT is no setting; did you mean SOLVENT_WEB_PORT?',
    ]);
  });
});

describe('the table', () => {
  test.each(SETTING_NAMES)(
    '%s can be given by file and by environment, as its default is written',
    (name) => {
      const fallback = SETTINGS[name].default;
      if (fallback === undefined) return;
      const read = ok('')[name];
      expect(ok(`${yamlName(name)}: ${fallback}`)[name]).toEqual(name === 'dataDir' ? 'data' : read);
      expect(ok('', { [envName(name)]: fallback })[name]).toEqual(read);
    },
  );

  test('names are derived', () => {
    expect([yamlName('otlpGrpcPort'), envName('otlpGrpcPort')]).toEqual([
      'otlp_grpc_port',
      'SOLVENT_OTLP_GRPC_PORT',
    ]);
  });
});
