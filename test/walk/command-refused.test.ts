import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/service.ts';
import { type Ended, serving, solvent, stop } from './solvent.ts';
import { bodyOf, post, span } from './witness.ts';

/**
 * Goal: whoever starts Solvent wrongly is told what was wrong and what was wanted, one line for each mistake, and
 * nothing is left behind. Method: the built command line as a process; its exit code and standard error to the letter.
 */

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);
const data = { SOLVENT_DATA_DIR: at('data') };

const CONFIG = `web_port: 99999999
settle_interval: soon
windows: [1h, 25x]
colour: blue
outcomes: {default: maybe}
`;
const PRICES = `version: 1
prices:
  - {kind: tool, match: {exact: [a]}, usd: {call: "-1"}}
  - {kind: toole, match: {exact: [a]}, usd: {call: "1"}}
  - {match: {exact: [a]}, usd: {input: cheap}}
`;

beforeAll(() => {
  writeFileSync(at('config.yaml'), CONFIG);
  writeFileSync(at('prices.yaml'), PRICES);
  writeFileSync(at('good.yaml'), 'windows: [1h]\n');
  writeFileSync(at('no.yaml'), 'windows: [1h\n');
  writeFileSync(at('file'), '');
});
afterAll(folder.remove);

const FIVE_MISTAKES = [
  `${at('config.yaml')}:1: web_port is "99999999", but should be a port from 0 to 65535 (0 picks a free one)`,
  `${at('config.yaml')}:2: settle_interval is "soon", but should be a duration from 10ms to 1h, such as 500ms, 5s, 10m, 24h or 7d`,
  `${at('config.yaml')}:3: windows[1] is "25x", but should be a duration from 1m to 366d, such as 1h, 24h or 7d`,
  `${at('config.yaml')}:4: colour is no setting`,
  `${at('config.yaml')}:5: outcomes.default is "maybe", but should be one of root, explicit`,
];
const THREE_PRICES = [
  `${at('prices.yaml')}:3: prices[0].usd.call must be dollars as a decimal such as "2.50", not "-1"`,
  `${at('prices.yaml')}:4: prices[1].kind must be one of model, tool, vector, not "toole"`,
  `${at('prices.yaml')}:5: prices[2].usd.input must be dollars as a decimal such as "2.50", not "cheap"`,
];
const unwritable = (path: string, why: string): string =>
  `the data directory ${path} cannot be written: ${why}. Set SOLVENT_DATA_DIR to another one.`;

type Refused = readonly [
  args: readonly string[],
  env: Record<string, string>,
  code: 1 | 2,
  lines: readonly (string | RegExp)[],
];

const REFUSED: Readonly<Record<string, Refused>> = {
  'five mistakes in the config': [['serve', '--config', at('config.yaml')], data, 1, FIVE_MISTAKES],
  'a config that is no YAML': [['serve', '--config', at('no.yaml')], data, 1, [/no\.yaml:\d: is no YAML: /]],
  'a config that is not there': [
    ['serve', '--config', at('none')],
    data,
    1,
    [`${at('none')} (--config) cannot be read: there is no such file`],
  ],
  'mistakes in file and environment': [
    ['serve', '--config', at('config.yaml')],
    { ...data, SOLVENT_RETRY_AFTER: 'never', SOLVENT_COLOUR: 'blue' },
    1,
    [
      ...FIVE_MISTAKES,
      /^SOLVENT_RETRY_AFTER is "never", but should be a duration/,
      /^SOLVENT_COLOUR is no setting/,
    ],
  ],
  'three mistakes in the prices': [
    ['serve'],
    { ...data, SOLVENT_PRICES: at('prices.yaml') },
    1,
    THREE_PRICES,
  ],
  'prices that are not there': [
    ['serve'],
    { ...data, SOLVENT_PRICES: at('none') },
    1,
    [`${at('none')}: the price file cannot be read: there is no such file`],
  ],
  'a push to nowhere': [
    ['serve'],
    { ...data, OTEL_EXPORTER_OTLP_ENDPOINT: 'nope' },
    1,
    [/^OTEL_EXPORTER_OTLP_ENDPOINT is "nope", but should be a URL/],
  ],
  'a file in place of the data': [
    ['serve'],
    { SOLVENT_DATA_DIR: at('file') },
    1,
    [unwritable(at('file'), 'a file is in its place')],
  ],
  'data below a file': [
    ['serve'],
    { SOLVENT_DATA_DIR: at('file/data') },
    1,
    [unwritable(at('file/data'), 'a file is in its place')],
  ],
  'an address of another machine': [
    ['serve'],
    { ...data, SOLVENT_HOST: '192.0.2.1' },
    1,
    [/ cannot listen on 192\.0\.2\.1:0: this machine does not have that address\. Set SOLVENT_HOST/],
  ],
  'no such command': [
    ['sreve'],
    {},
    2,
    [
      'solvent has no command "sreve"; it has serve, demo, report, reprice, export, verify, prices, backup, restore, check-config, help',
    ],
  ],
  'no such option': [
    ['serve', '--colour'],
    data,
    2,
    ["solvent serve: Unknown option '--colour'; it takes --config …"],
  ],
  'an option without its value': [
    ['serve', '--config'],
    data,
    2,
    ["solvent serve: Option '--config <value>' argument missing; it takes --config …"],
  ],
  'a word too many': [
    ['check-config', 'x'],
    {},
    2,
    ["solvent check-config: Unexpected argument 'x'; it takes --config …"],
  ],
  'a demo of no tasks': [
    ['demo', '--tasks', '0'],
    {},
    2,
    ['solvent demo: --tasks is "0", but should be a whole number from 1 to 1000000'],
  ],
  'a bad config, checked': [['check-config', '--config', at('config.yaml')], {}, 1, FIVE_MISTAKES],
  'bad prices, checked': [['check-config'], { SOLVENT_PRICES: at('prices.yaml') }, 1, THREE_PRICES],
  'a report of nothing': [
    ['report', '--url', 'http://127.0.0.1:9'],
    {},
    1,
    [
      /^nothing answers at http:\/\/127\.0\.0\.1:9 \(.+\): start it with "solvent serve", or name it with --url$/,
    ],
  ],
  'a report from no address': [
    ['report', '--url', 'nope'],
    {},
    2,
    ['--url is "nope", but should be an address such as http://127.0.0.1:9464'],
  ],
};

function expectRefused(ended: Ended, code: number, lines: readonly (string | RegExp)[]): void {
  const wanted = lines.map((line) => (typeof line === 'string' ? line : expect.stringMatching(line)));
  expect(ended).toEqual({ code, signal: null, stdout: '', complaints: wanted });
}

/** `run` over all items, three processes at once. */
async function threeAtOnce<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const worker = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await run(item);
  };
  await Promise.all([worker(), worker(), worker()]);
}

describe('what cannot start says why, each mistake on one line', () => {
  const results = new Map<string, Ended>();
  beforeAll(
    () =>
      threeAtOnce(Object.entries(REFUSED), async ([name, [args, env]]) => {
        results.set(name, await solvent(args, env).ended);
      }),
    60_000,
  );

  test.each(Object.entries(REFUSED))('%s', (name, [, , code, lines]) => {
    expectRefused(results.get(name)!, code, lines);
  });

  test('and leaves no lock behind', () => {
    expect(readdirSync(folder.path).sort()).not.toContain('solvent.lock');
    expect(readdirSync(at('data'))).not.toContain('solvent.lock');
  });
});

test('good settings are good, and help helps, also behind a command', async () => {
  const good = await solvent(['check-config', '--config', at('good.yaml')]).ended;
  expect(good).toEqual({ code: 0, signal: null, stdout: 'the settings are good\n', complaints: [] });
  const [help, asked] = await Promise.all([solvent(['--help']).ended, solvent(['serve', '--help']).ended]);
  expect(help).toMatchObject({ code: 0, complaints: [] });
  for (const command of ['serve', 'demo', 'report', 'check-config'])
    expect(help.stdout).toContain(`solvent ${command} `);
  expect(asked.stdout).toBe(help.stdout);
});

describe('a port in use is named with its setting', () => {
  let taken: Server;
  let port = '';
  beforeAll(async () => {
    taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    port = String((taken.address() as { port: number }).port);
  });
  afterAll(() => void taken.close());

  test.each([
    ['OTLP/gRPC', 'SOLVENT_OTLP_GRPC_PORT'],
    ['OTLP/HTTP', 'SOLVENT_OTLP_HTTP_PORT'],
    ['the reading side', 'SOLVENT_WEB_PORT'],
  ])('%s', async (door, setting) => {
    const ended = await solvent(['serve'], { SOLVENT_DATA_DIR: at('ports'), [setting]: port }).ended;
    const line = `${door} cannot listen on 127.0.0.1:${port}: the port is in use. Set ${setting} to another one.`;
    expectRefused(ended, 1, [line]);
    expect(readdirSync(at('ports'))).not.toContain('solvent.lock');
  });
});

describe('data that is not to be had', () => {
  test('a directory in use is left to whoever holds it', async () => {
    const first = await serving(at('held'));
    const second = await solvent(['serve'], { SOLVENT_DATA_DIR: at('held') }).ended;
    const { pid } = first.child;
    expectRefused(second, 1, [
      `the data directory ${at('held')} is in use by process ${pid}; stop it or set another one`,
    ]);
    expect((await post(first, bodyOf([span({ 'agent.type': 'still' })]))).status).toBe(200);
    expect(await stop(first)).toMatchObject({ code: 0, complaints: [] });
    expect(readdirSync(at('held'))).not.toContain('solvent.lock');
  });

  test('a damaged database is one line, and is not touched', async () => {
    const real = await serving(at('real'));
    expect((await post(real, bodyOf([span({ 'agent.type': 'real', 'agent.cost.usd': '1' })]))).status).toBe(
      200,
    );
    await stop(real);
    const whole = readFileSync(at('real/solvent.duckdb'));
    const damages = {
      garbage: Buffer.from('garbage '.repeat(4096)),
      'a few bytes': Buffer.from('x'),
      'its head only': whole.subarray(0, 5000),
      'its first half': whole.subarray(0, whole.length >> 1),
      'a head of zeros': Buffer.concat([Buffer.alloc(12_288), whole.subarray(12_288)]),
    };
    await threeAtOnce(Object.entries(damages), async ([name, bytes]) => {
      const path = at(`damaged ${name}`);
      mkdirSync(path);
      writeFileSync(join(path, 'solvent.duckdb'), bytes);
      const ended = await solvent(['serve'], { SOLVENT_DATA_DIR: path }).ended;
      expectRefused(ended, 1, [new RegExp(`^the ledger ${path}/solvent.duckdb cannot be opened: .*$`)]);
      expect({ name, same: readFileSync(join(path, 'solvent.duckdb')).equals(bytes) }).toEqual({
        name,
        same: true,
      });
      expect(readdirSync(path)).not.toContain('solvent.lock');
    });
  });
});
