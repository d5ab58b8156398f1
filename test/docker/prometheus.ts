import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parse, stringify } from 'yaml';

/** Whether a program is there; suites that need one are skipped, and say so, where it is not. */
export const isInstalled = (command: string): boolean =>
  spawnSync(command, ['--version'], { stdio: 'ignore' }).error === undefined;

/** One series of an answer: an instant has one sample. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

export interface Prometheus {
  readonly url: string;
  query(expr: string): Promise<Series[]>;
  /** Every second of the last `seconds`. */
  queryRange(expr: string, seconds: number): Promise<Series[]>;
  labelValues(label: string, selector: string): Promise<string[]>;
  stop(): Promise<void>;
}

const FOLDER = fileURLToPath(new URL('../../docker/prometheus/', import.meta.url));
const LISTENING = /msg="Listening on" address=(\S+)/;

/** A real Prometheus with the configuration of docker/, but for where Solvent is and how often it is asked. */
export async function startPrometheus(options: {
  readonly folder: string;
  readonly target: string;
}): Promise<Prometheus> {
  const config = join(options.folder, 'prometheus.yml');
  writeFileSync(config, adapted(readFileSync(join(FOLDER, 'prometheus.yml'), 'utf8'), options.target));
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(options.folder, 'tsdb')}`,
      '--web.listen-address=127.0.0.1:0',
      '--log.level=info',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  };
  const url = `http://${await addressOf(child)}`;
  return {
    url,
    stop,
    query: async (expr) => series(await ask(`${url}/api/v1/query`, { query: expr })),
    async queryRange(expr, seconds) {
      const now = Date.now() / 1000;
      const range = { query: expr, start: String(now - seconds), end: String(now), step: '1' };
      return series(await ask(`${url}/api/v1/query_range`, range));
    },
    labelValues: async (label, selector) =>
      (await ask(`${url}/api/v1/label/${label}/values`, { 'match[]': selector })) as string[],
  };
}

function adapted(text: string, target: string): string {
  const config = parse(text) as {
    global: object;
    rule_files: string[];
    scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[];
  };
  config.global = { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' };
  config.rule_files = config.rule_files.map((file) => join(FOLDER, file));
  for (const { static_configs: groups } of config.scrape_configs)
    for (const group of groups) group.targets = [target];
  return stringify(config);
}

async function addressOf(child: ChildProcess): Promise<string> {
  const told: string[] = [];
  for await (const line of createInterface({ input: child.stderr! })) {
    const [, address] = LISTENING.exec(line) ?? [];
    if (address !== undefined && !address.endsWith(':0')) {
      // What it says from here on is nobody's, but must be taken, lest the pipe fills.
      child.stderr!.resume();
      return address;
    }
    told.push(line);
  }
  throw new Error(`prometheus ended before it listened:\n${told.join('\n')}`);
}

async function ask(url: string, parameters: Readonly<Record<string, string>>): Promise<unknown> {
  const response = await fetch(`${url}?${new URLSearchParams(parameters)}`);
  const answer = (await response.json()) as { status: string; error?: string; data: unknown };
  if (answer.status !== 'success') throw new Error(`${answer.error}: ${parameters.query ?? url}`);
  return answer.data;
}

type Sample = readonly [time: number, value: string];

function series(data: unknown): Series[] {
  const { result } = data as {
    result: { metric: Record<string, string>; value?: Sample; values?: Sample[] }[];
  };
  return result.map(({ metric, value, values = value === undefined ? [] : [value] }) => ({
    metric,
    values: values.map(([, text]) => Number(text)),
  }));
}
