import { ATTRIBUTE_ROWS } from './attribute-rows.ts';
import { evaluations } from './evaluations.ts';
import {
  choice,
  databaseUrl,
  duration,
  hostName,
  integer,
  optional,
  path,
  port,
  replicaName,
  size,
} from './kinds.ts';
import { type Row, row } from './row.ts';
import { dimensions, hourlyUsd, outcomes, remediation, reportedCosts, windows } from './structured.ts';

/** Every setting, once: the parser, the help text and docs/settings.md read this table. */
export const SETTINGS = {
  host: row('Addresses', hostName, '127.0.0.1', 'Address that all ports listen on; the image sets 0.0.0.0.'),
  otlpGrpcPort: row('Addresses', port, '4317', 'Port for OTLP over gRPC.'),
  otlpHttpPort: row('Addresses', port, '4318', 'Port for OTLP over HTTP.'),
  webPort: row('Addresses', port, '9464', 'Port for the pages, the API, /metrics, /healthz and /readyz.'),

  dataDir: row('Storage', path, './data', 'Folder of the journal and the ledger; made if missing.'),
  databaseUrl: row(
    'Storage',
    optional(databaseUrl),
    undefined,
    'PostgreSQL that holds the ledger, for several replicas at once; unset, the ledger is a file in the data folder.',
    { secret: true },
  ),
  memoryLimit: row('Storage', size('64MiB', '1TiB'), '256MB', 'Memory that the database may use.'),
  backupsKeep: row(
    'Storage',
    integer(1, 1000),
    '1',
    'Backups that stay in the folder backups of the data directory; older ones go once a new one is whole.',
  ),
  journal: row(
    'Storage',
    choice(['disk', 'database']),
    'disk',
    'Where what was acked waits to be settled: on disk in the data folder; or in the database, where another replica can take it over.',
  ),
  journalSegmentBytesMax: row('Storage', size('1MiB', '4GiB'), '64MiB', 'Bytes of one journal file.'),

  chargesKeep: row(
    'Storage',
    duration('0ms', '36500d'),
    '400d',
    'Time for which the lines of a trace are kept after it was settled last, to the end of that month; tasks and sums stay for ever. At least late_window; 0ms keeps the lines for ever too.',
  ),
  replica: row(
    'Storage',
    optional(replicaName),
    undefined,
    'Name of this replica among those that share a database; unset, one is made and kept in the data folder, or made for each start where the journal is in the database.',
  ),
  replicaLease: row(
    'Storage',
    duration('1s', '10m'),
    '15s',
    'Time after which a replica that is not heard of counts as gone; it is heard of every third of that.',
  ),

  prices: row(
    'Money',
    optional(path),
    undefined,
    'File of your own prices, or a folder of them; they beat the bundled ones.',
  ),
  pricesLook: row(
    'Money',
    duration('0ms', '24h'),
    '5s',
    'Time between two looks whether the price file changed; 0ms waits for SIGHUP.',
  ),
  reportedCosts: row(
    'Money',
    reportedCosts,
    '{default: computed}',
    'Which cost of a call counts where its emitter reports one: computed, reported (as for gateways such as openrouter) or fallback (reported where there is no price).',
  ),
  remediation: row(
    'Money',
    remediation,
    '[]',
    'What a human costs where a task failed and nobody reported it; the first rule that matches wins.',
  ),
  remediationHourlyUsd: row(
    'Money',
    optional(hourlyUsd),
    undefined,
    'What an hour of a human costs, in dollars, where remediation is told in minutes and no rule has a rate.',
  ),

  suspectTwins: row(
    'Money',
    choice(['yes', 'no']),
    'yes',
    'Whether calls of one service, model, time and token counts that two traces show without a common response id are charged once, and flagged suspected_twin.',
  ),

  outcomes: row(
    'Outcomes',
    outcomes,
    '{default: root}',
    'Who says how a task ended: root (the root span, unless an outcome is reported) or explicit (only reports).',
  ),
  evaluations: row(
    'Outcomes',
    evaluations,
    '[]',
    'What results of evaluations (gen_ai.evaluation.result events) say of a task, first match wins: [{name: task_success, min_score: 0.8, outcome: solved}].',
  ),
  windows: row('Outcomes', windows, '[1h, 24h, 7d]', 'Time windows that the gauges look back over.'),
  dimensions: row(
    'Outcomes',
    dimensions,
    '[]',
    'Further labels of every task, each with the attributes it is read from.',
  ),

  ...ATTRIBUTE_ROWS,

  settleInterval: row(
    'Timing',
    duration('10ms', '1h'),
    '1s',
    'Time between two looks at the traces that are ripe.',
  ),
  traceGrace: row(
    'Timing',
    duration('0ms', '1h'),
    '1s',
    'Quiet time after which a trace whose root was seen is settled.',
  ),
  traceQuiet: row(
    'Timing',
    duration('0ms', '24h'),
    '5s',
    'Quiet time after which a trace without a root is settled.',
  ),
  orphanRoot: row(
    'Timing',
    duration('0ms', '7d'),
    '60s',
    'Quiet time after which a top-most span whose parent never came counts as a root.',
  ),
  interimAfter: row(
    'Timing',
    duration('0ms', '24h'),
    '10s',
    'Age at which a trace that is still running is shown.',
  ),
  taskQuiet: row(
    'Timing',
    duration('0ms', '7d'),
    '5s',
    'Quiet time after which the roots decide how a task ended.',
  ),
  openTaskMax: row(
    'Timing',
    duration('1s', '366d'),
    '24h',
    'Time after its last news at which an open task counts as abandoned.',
  ),
  lateWindow: row(
    'Timing',
    duration('1s', '366d'),
    '7d',
    'Time for which a settled trace is kept so that late spans can join it.',
  ),
  retryAfter: row(
    'Timing',
    duration('100ms', '10m'),
    '1s',
    'Wait that a sender is told when there is no room for its spans.',
  ),

  bodyBytesMax: row(
    'Limits',
    size('1KiB', '1GiB'),
    '64MiB',
    'Bytes of one request, before and after decompression.',
  ),
  inflightBytesMax: row(
    'Limits',
    size('1KiB', '64GiB'),
    '256MiB',
    'Bytes of all requests being taken; past it senders are told to retry.',
  ),
  openSpansMax: row(
    'Limits',
    integer(1000, 1_000_000_000),
    '1000000',
    'Spans waiting to be settled; past it senders are told to retry.',
  ),
  seriesMax: row(
    'Limits',
    integer(1, 1_000_000),
    '1000',
    'Label sets of one gauge; the rest is added up under __other__.',
  ),

  logLevel: row(
    'Log',
    choice(['debug', 'info', 'warn', 'error', 'silent']),
    'info',
    'Least level that is logged.',
  ),
} as const satisfies Record<string, Row<unknown>>;

export type SettingName = keyof typeof SETTINGS;

/** All settings, read. Durations are milliseconds, sizes bytes; unset ones are undefined. */
export type Settings = {
  readonly [N in SettingName]: (typeof SETTINGS)[N] extends Row<infer T> ? T : never;
};

export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[];

/** `webPort` in the file: `web_port`. */
export const yamlName = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** `webPort` in the environment: `SOLVENT_WEB_PORT`. */
export const envName = (name: string): string => `SOLVENT_${yamlName(name).toUpperCase()}`;
