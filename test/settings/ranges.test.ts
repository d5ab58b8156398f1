import { describe, expect, test } from '@jest/globals';
import { envName, SETTING_NAMES, SETTINGS, type SettingName, yamlName } from '../../src/settings/table.ts';
import { table } from '../support/table.ts';
import { ok, refused } from './reading.ts';

/**
 * **Goal**: every setting takes what it says and refuses one step more, in its own words. **Method**: a table of all rows
 * with a least and a most, and one of what each row wants; a row that is not in its table fails.
 */

const RANGES = table(`
  setting                  least  low      most        high              below  above
  otlpGrpcPort             0      0        65535       65535             -1     65536
  otlpHttpPort             0      0        65535       65535             -1     65536
  webPort                  0      0        65535       65535             -1     65536
  memoryLimit              64MiB  67108864 1TiB        1099511627776     67108863  1099511627777
  backupsKeep              1        1        1000        1000           0      1001
  journalSegmentBytesMax   1MiB   1048576  4GiB        4294967296        1048575   4294967297
  chargesKeep              0ms    0        36500d      3153600000000     -1ms   3153600000001ms
  replicaLease             1s     1000     10m         600000            999ms     600001ms
  settleInterval           10ms   10       1h          3600000           9ms    3600001ms
  traceGrace               0ms    0        1h          3600000           -1ms   3600001ms
  pricesLook               0ms    0        24h         86400000          -1ms   86400001ms
  traceQuiet               0ms    0        24h         86400000          -1ms   86400001ms
  orphanRoot               0ms    0        7d          604800000         -1ms   604800001ms
  interimAfter             0ms    0        24h         86400000          -1ms   86400001ms
  taskQuiet                0ms    0        7d          604800000         -1ms   604800001ms
  openTaskMax              1s     1000     366d        31622400000       999ms  31622400001ms
  lateWindow               1s     1000     366d        31622400000       999ms  31622400001ms
  retryAfter               100ms  100      10m         600000            99ms   600001ms
  bodyBytesMax             1KiB   1024     256MiB      268435456         1023   1073741825
  inflightBytesMax         64MiB  67108864 64GiB       68719476736       1023   68719476737
  openSpansMax             1000   1000     1000000000  1000000000        999    1000000001
  seriesMax                1      1        1000000     1000000           0      1000001
`);

const DURATION = (from: string, to: string) =>
  `a duration from ${from} to ${to}, such as 500ms, 5s, 10m, 24h or 7d`;
const SIZE = (from: string, to: string) =>
  `a size from ${from} to ${to}, such as 64MiB, 1GB or a number of bytes`;
const DATABASE = 'the address of a PostgreSQL database, such as postgres://user:password@host:5432/database';
const PORT = 'a port from 0 to 65535 (0 picks a free one)';
const ATTRIBUTES = 'a list of attribute names';

/** What the sentence `... but should be` ends with. */
const WANTED: Readonly<Record<SettingName, string>> = {
  host: 'an address or host name, such as 127.0.0.1 or 0.0.0.0',
  otlpGrpcPort: PORT,
  otlpHttpPort: PORT,
  webPort: PORT,
  dataDir: 'a path',
  databaseUrl: DATABASE,
  memoryLimit: SIZE('64MiB', '1TiB'),
  backupsKeep: 'a whole number from 1 to 1000',
  journal: 'one of disk, database',
  journalSegmentBytesMax: SIZE('1MiB', '4GiB'),
  chargesKeep: DURATION('0ms', '36500d'),
  replica: 'a name of letters, digits, dots, dashes and underscores',
  replicaLease: DURATION('1s', '10m'),
  prices: 'a path',
  pricesLook: DURATION('0ms', '24h'),
  reportedCosts:
    'a mapping {default: computed | reported | fallback, sources: {<provider, dialect or glob>: the same}}',
  remediation: 'a list of rules, first match wins',
  remediationHourlyUsd: 'dollars an hour, such as "90"',
  suspectTwins: 'one of yes, no',
  outcomes: 'a mapping {default: root | explicit, agent_types: {<agent type or glob>: root | explicit}}',
  evaluations: 'a list of rules, first match wins',
  windows: 'a list of 1 to 8 durations, such as [1h, 24h, 7d]',
  dimensions: 'a list of at most 8 dimensions',
  sessionAttributes: ATTRIBUTES,
  taskAttributes: ATTRIBUTES,
  agentTypeAttributes: ATTRIBUTES,
  taskTypeAttributes: ATTRIBUTES,
  promptVersionAttributes: ATTRIBUTES,
  userAttributes: ATTRIBUTES,
  outcomeAttributes: ATTRIBUTES,
  valueAttributes: ATTRIBUTES,
  remediationCostAttributes: ATTRIBUTES,
  remediationMinutesAttributes: ATTRIBUTES,
  statedCostAttributes: ATTRIBUTES,
  statedComponentAttributes: ATTRIBUTES,
  settleInterval: DURATION('10ms', '1h'),
  traceGrace: DURATION('0ms', '1h'),
  traceQuiet: DURATION('0ms', '24h'),
  orphanRoot: DURATION('0ms', '7d'),
  interimAfter: DURATION('0ms', '24h'),
  taskQuiet: DURATION('0ms', '7d'),
  openTaskMax: DURATION('1s', '366d'),
  lateWindow: DURATION('1s', '366d'),
  retryAfter: DURATION('100ms', '10m'),
  bodyBytesMax: SIZE('1KiB', '1GiB'),
  inflightBytesMax: SIZE('1KiB', '64GiB'),
  openSpansMax: 'a whole number from 1000 to 1000000000',
  seriesMax: 'a whole number from 1 to 1000000',
  logLevel: 'one of debug, info, warn, error, silent',
};

describe('at the limit, and one step past it', () => {
  test.each(RANGES)('$setting from $least to $most', ({ setting, least, low, most, high, below, above }) => {
    const name = setting as SettingName;
    const key = yamlName(name);
    expect([ok(`${key}: ${least}`)[name], ok(`${key}: ${most}`)[name]]).toEqual([Number(low), Number(high)]);
    for (const text of [below!, above!])
      expect(refused(`${key}: ${text}`)).toEqual([
        `solvent.yaml:1: ${key} is "${text}", but should be ${WANTED[name]}`,
      ]);
  });

  test('a body may be as large as a gibibyte, where as many bytes may be in flight', () => {
    expect(ok('body_bytes_max: 1GiB\ninflight_bytes_max: 1GiB').bodyBytesMax).toBe(1_073_741_824);
    expect(ok('body_bytes_max: 1KiB\ninflight_bytes_max: 1KiB').inflightBytesMax).toBe(1024);
    expect(refused('body_bytes_max: 1025\ninflight_bytes_max: 1KiB')).toEqual([
      'inflight_bytes_max is 1024 bytes, but should be at least body_bytes_max, which is 1025',
    ]);
  });

  test('charges are kept as long as late spans can join them, or for ever', () => {
    expect(ok('charges_keep: 7d\nlate_window: 7d').chargesKeep).toBe(7 * 86_400_000);
    expect(ok('charges_keep: 0ms\nlate_window: 7d').chargesKeep).toBe(0);
    expect(refused('charges_keep: 1h\nlate_window: 2h')).toEqual([
      'charges_keep is 3600000 ms, but should be 0ms (for ever) or at least late_window, which is 7200000 ms',
    ]);
  });

  test('every row with a number is in the table', () => {
    const numbers = SETTING_NAMES.filter((name) =>
      /^a (port|size|duration|whole)/.test(SETTINGS[name].kind.wanted),
    );
    expect(RANGES.map(({ setting }) => setting).sort()).toEqual([...numbers].sort());
  });
});

describe('what is wanted is said in the same words wherever it was given', () => {
  const secret: SettingName = 'databaseUrl';
  test.each(SETTING_NAMES.filter((name) => name !== secret))('%s', (name) => {
    const shape =
      name === 'outcomes' || name === 'reportedCosts' ? ['[1]', 'a list'] : ['{a: 1}', 'a mapping'];
    const key = yamlName(name);
    expect(refused(`# a comment\n${key}: ${shape[0]}`)).toEqual([
      `solvent.yaml:2: ${key} is ${shape[1]}, but should be ${WANTED[name]}`,
    ]);
    const shown = SETTINGS[name].kind.structured ? shape[1] : `"${shape[0]}"`;
    const complaint = `${envName(name)} is ${shown}, but should be ${WANTED[name]}`;
    // A path and a text take any word from the environment.
    if (name !== 'dataDir' && name !== 'prices')
      expect(refused('', { [envName(name)]: shape[0]! })).toEqual([complaint]);
  });

  test('a secret is never shown', () => {
    expect(refused('database_url: {password: hunter2}')).toEqual([
      `solvent.yaml:1: database_url should be ${DATABASE}`,
    ]);
  });
});

describe('words', () => {
  const cases = table(`
    setting     given              read
    host        a                  a
    host        ::1                ::1
    host        fe80::1%eth0       fe80::1%eth0
    host        my_host-1.example  my_host-1.example
    host        a/b                _
    host        http://a           _
    host        ä                  _
    logLevel    INFO               info
    logLevel    Silent             silent
    logLevel    ·warn·             warn
    logLevel    information        _
    webPort     ·80·               80
    webPort     0080               80
    webPort     +80                _
    webPort     8e1                _
    webPort     99999999999999999  _
    traceGrace  5·s                5000
    traceGrace  ·5s·               5000
    traceGrace  5ss                _
    traceGrace  5sec               _
    traceGrace  0005s              5000
    bodyBytesMax  64·mib           67108864
    bodyBytesMax  ·64MiB·          67108864
    bodyBytesMax  64M              _
    bodyBytesMax  64mibi           _
  `);
  test.each(cases)('$setting "$given"', ({ setting, given, read }) => {
    const name = setting as SettingName;
    for (const [text, env] of [
      [`${yamlName(name)}: "${given}"`, {}],
      ['', { [envName(name)]: given! }],
    ] as const) {
      if (read === '') expect(refused(text, env)[0]).toContain(`but should be ${WANTED[name]}`);
      else expect(String(ok(text, env)[name])).toBe(read);
    }
  });

  test('a host name has at most 255 characters', () => {
    expect(ok(`host: ${'a'.repeat(255)}`).host).toHaveLength(255);
    expect(refused(`host: ${'a'.repeat(256)}`)).toEqual([
      `solvent.yaml:1: host is "${'a'.repeat(80)}…", but should be ${WANTED.host}`,
    ]);
  });

  test('numbers as long as anybody writes them, and no longer', () => {
    expect(ok(`seriesMax: ${'5'.padStart(15, '0')}`).seriesMax).toBe(5);
    expect(refused(`seriesMax: ${'5'.padStart(16, '0')}`)).toHaveLength(1);
    expect(ok(`traceGrace: ${'5'.padStart(12, '0')}s`).traceGrace).toBe(5000);
    expect(refused(`traceGrace: ${'5'.padStart(13, '0')}s`)).toHaveLength(1);
    expect(ok(`memoryLimit: ${'5'.padStart(15, '0')}GB`).memoryLimit).toBe(5e9);
    expect(refused(`memoryLimit: ${'5'.padStart(16, '0')}GB`)).toHaveLength(1);
  });

  test('a value of 80 characters is shown whole, one of 81 is cut', () => {
    const complaint = (length: number) => refused('', { SOLVENT_LOG_LEVEL: 'x'.repeat(length) });
    const wanted = `but should be ${WANTED.logLevel}`;
    expect(complaint(80)).toEqual([`SOLVENT_LOG_LEVEL is "${'x'.repeat(80)}", ${wanted}`]);
    expect(complaint(81)).toEqual([`SOLVENT_LOG_LEVEL is "${'x'.repeat(80)}…", ${wanted}`]);
  });
});

describe('money', () => {
  const cases = table(`
    text              hourly
    90                90000000000000000
    0                 0
    0.25              250000000000000
    1e2               100000000000000000
    500000            500000000000000000000
    500000.000000000000001  _
    500001            _
    -1                _
    NaN               _
    $90               _
  `);
  test.each(cases)('an hour at "$text"', ({ text, hourly }) => {
    for (const given of [text!, `"${text}"`]) {
      if (hourly !== '')
        expect(ok(`remediation_hourly_usd: ${given}`).remediationHourlyUsd).toBe(BigInt(hourly!));
      else
        expect(refused(`remediation_hourly_usd: ${given}`)).toEqual([
          `solvent.yaml:1: remediation_hourly_usd is "${text}", but should be ${WANTED.remediationHourlyUsd}`,
        ]);
    }
  });
});
