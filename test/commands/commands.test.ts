import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { checkConfigCommand } from '../../src/commands/check-config.ts';
import { type CommandContext, readOptions, UsageFault } from '../../src/commands/context.ts';
import { demoCommand } from '../../src/commands/demo.ts';
import { helpCommand } from '../../src/commands/help.ts';
import { reportCommand } from '../../src/commands/report.ts';
import { serveCommand } from '../../src/commands/serve.ts';
import {
  closeService,
  serviceOrComplaints,
  settingsOrComplaints,
  stopSignal,
} from '../../src/commands/start.ts';
import { silentLog } from '../../src/lib/log.ts';
import { envName, SETTING_NAMES } from '../../src/settings/table.ts';
import { LOG_LEVELS } from '../../src/telemetry/log.ts';
import { temporaryFolder, testSettings } from '../support/service.ts';

const folder = temporaryFolder();
afterAll(folder.remove);
const file = (name: string, text: string): string => {
  writeFileSync(join(folder.path, name), text);
  return join(folder.path, name);
};

/** A command's surroundings, which remember what it says, and through which a test sends signals. */
function surroundings(args: readonly string[] = [], env: Record<string, string> = {}) {
  const [out, err, exits]: [string[], string[], unknown[]] = [[], [], []];
  const heard = new Map<string, (signal: string) => void>();
  const signals = {
    on: (name: string, hear: (signal: string) => void) => void heard.set(name, hear),
    exit: (code: number) => void exits.push(code),
  } as unknown as CommandContext['signals'];
  const context: CommandContext = {
    args,
    env,
    write: (text) => void out.push(text),
    complain: (line) => void err.push(line),
    signals,
  };
  return { context, out, err, exits, heard, send: (name: string) => heard.get(name)!(name) };
}

describe('options', () => {
  const known = { config: { type: 'string' }, json: { type: 'boolean' } } as const;
  const read = (...args: string[]) => readOptions('try', args, known);

  test('are read in any order, by either form; the last of one name counts', () => {
    expect(read()).toEqual({});
    expect(read('--json', '--config', 'a')).toEqual({ json: true, config: 'a' });
    expect(read('--config=a=b', '--config=')).toEqual({ config: '' });
  });

  test.each([
    [['--yaml'], "solvent try: Unknown option '--yaml'; it takes --config …, --json"],
    [['-j'], "solvent try: Unknown option '-j'; it takes --config …, --json"],
    [['--config'], "solvent try: Option '--config <value>' argument missing; it takes --config …, --json"],
    [['--json=1'], "solvent try: Option '--json' does not take an argument; it takes --config …, --json"],
    [['a.yaml'], "solvent try: Unexpected argument 'a.yaml'; it takes --config …, --json"],
    [['--', 'a'], "solvent try: Unexpected argument 'a'; it takes --config …, --json"],
  ])('%j is a fault of usage that says what the command takes', (args, message) => {
    expect(() => read(...args)).toThrow(UsageFault);
    expect(() => read(...args)).toThrow(message);
  });

  test.each([
    ['serve', serveCommand, '--config …'],
    ['check-config', checkConfigCommand, '--config …'],
    ['report', reportCommand, '--url …, --window …, --group-by …, --json, --csv'],
    ['demo', demoCommand, '--tasks …, --exit'],
  ])('solvent %s names its own', async (name, command, takes) => {
    const { context, out, err } = surroundings(['--nonsense']);
    await expect(command(context)).rejects.toThrow(
      new UsageFault(`solvent ${name}: Unknown option '--nonsense'; it takes ${takes}`),
    );
    expect([out, err]).toEqual([[], []]);
  });

  test.each(['0', '-1', '1.5', '1000001', 'many', '', 'NaN', 'Infinity'])('--tasks %j', async (tasks) => {
    const { context } = surroundings([`--tasks=${tasks}`]);
    await expect(demoCommand(context)).rejects.toThrow(
      `solvent demo: --tasks is ${JSON.stringify(tasks)}, but should be a whole number from 1 to 1000000`,
    );
  });
});

describe('solvent help', () => {
  test('names every command, and every setting by its variable', async () => {
    const { context, out } = surroundings();
    expect(await helpCommand(context)).toBe(0);
    const text = out.join('');
    for (const name of ['serve', 'demo', 'report', 'check-config', 'help'])
      expect(text).toMatch(new RegExp(`^  solvent ${name} `, 'm'));
    expect(SETTING_NAMES.length).toBeGreaterThan(20);
    for (const name of SETTING_NAMES) expect(text).toContain(envName(name));
  });
});

describe('solvent check-config', () => {
  const checked = async (args: readonly string[], env: Record<string, string> = {}) => {
    const { context, out, err } = surroundings(args, env);
    return { code: await checkConfigCommand(context), out: out.join(''), err };
  };

  test('says one good word of good settings', async () => {
    const good = file('good.yaml', 'windows: [1h]\n');
    expect(await checked(['--config', good])).toEqual({ code: 0, out: 'the settings are good\n', err: [] });
  });

  test('names every mistake, one line each, and says nothing good', async () => {
    const bad = file('bad.yaml', 'windows: [1x]\ncolour: red\n');
    expect(await checked(['--config', bad], { SOLVENT_WEB_PORT: 'x' })).toEqual({
      code: 1,
      out: '',
      err: [
        `${bad}:1: windows[0] is "1x", but should be a duration from 1m to 366d, such as 1h, 24h or 7d`,
        `${bad}:2: colour is no setting`,
        'SOLVENT_WEB_PORT is "x", but should be a port from 0 to 65535 (0 picks a free one)',
      ],
    });
  });

  test('reads the prices too', async () => {
    const prices = file('prices.yaml', 'version: 1\nprices:\n  - {match: {exact: [m]}, usd: {input: x}}\n');
    const { code, out, err } = await checked([], { SOLVENT_PRICES: prices });
    expect([code, out]).toEqual([1, '']);
    expect(err).toEqual([
      `${prices}:3: prices[0].usd.input must be dollars as a decimal such as "2.50", not "x"`,
    ]);
  });
});

describe('a start', () => {
  test('that is refused gives its complaints, and no service', async () => {
    const { context, err } = surroundings();
    const settings = testSettings({ SOLVENT_DATA_DIR: file('in-place', '') });
    const parts = { log: silentLog, env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'nope' } };
    expect(await serviceOrComplaints(context, settings, parts)).toBeUndefined();
    expect(err.length).toBeGreaterThan(0);
    for (const line of err) expect(line).toMatch(/Set SOLVENT_DATA_DIR|but should be a URL/);
  });

  test('without good settings gives none', async () => {
    const { context, err } = surroundings([], { SOLVENT_LOG_LEVEL: 'loud' });
    expect(await settingsOrComplaints(context, undefined)).toBeUndefined();
    expect(err).toEqual([`SOLVENT_LOG_LEVEL is "loud", but should be one of ${LOG_LEVELS.join(', ')}`]);
  });
});

describe('signals', () => {
  test.each(['SIGTERM', 'SIGINT'])(
    '%s is told once; the next one of either kind leaves at once',
    async (name) => {
      const { context, exits, send } = surroundings();
      const stop = stopSignal(context);
      send(name);
      expect([await stop, exits]).toEqual([name, []]);
      send('SIGINT');
      expect(exits).toEqual([1]);
    },
  );

  test('closing says when it begins and when it is done, in that order', async () => {
    const said: unknown[] = [];
    const log = {
      ...silentLog,
      info: (fields: object, message: string) => said.push({ ...fields, message }),
    };
    const service = { close: async () => void said.push('closes') } as Parameters<typeof closeService>[0];
    await closeService(service, log, 'SIGTERM');
    expect(said).toEqual([
      { signal: 'SIGTERM', message: 'closing: no more is taken, what is in flight is finished' },
      'closes',
      { message: 'closed' },
    ]);
  });

  test('solvent serve prints one line, answers, and ends well by a signal', async () => {
    const env = { SOLVENT_OTLP_GRPC_PORT: '0', SOLVENT_OTLP_HTTP_PORT: '0', SOLVENT_WEB_PORT: '0' };
    const given = { ...env, SOLVENT_DATA_DIR: join(folder.path, 'data'), SOLVENT_LOG_LEVEL: 'silent' };
    const { context, out, err, exits, send } = surroundings([], given);
    let answered = 0;
    const ready = new Promise<string>((resolve) => {
      Object.assign(context, { write: (text: string) => resolve(String(out.push(text) && text)) });
    });
    const running = serveCommand(context);
    const line = await ready;
    const web = /pages and API on (http:\/\/\S+)\n$/.exec(line)?.[1];
    answered = (await fetch(`${web}/readyz`)).status;
    send('SIGTERM');
    expect([await running, answered, out.length, err, exits]).toEqual([0, 200, 1, [], []]);
    expect(line).toMatch(
      /^solvent \S+ is ready: OTLP\/gRPC on \S+:\d+, OTLP\/HTTP on \S+:\d+, pages and API on /,
    );
    await expect(fetch(`${web}/readyz`)).rejects.toThrow();
  });
});
