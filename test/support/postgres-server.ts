import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { until } from './until.ts';

/** A real PostgreSQL of one test file, on a free port of the loopback. */
export interface Postgres {
  /** An empty database of its own, or a copy of one that nobody uses; goes with the server, or before by `drop`. */
  fresh(like?: Database): Promise<Database>;
  /** Ends the server: `fast` as an operator does, `crash` without a checkpoint. It can be started again. */
  stop(how?: 'fast' | 'crash'): Promise<void>;
  start(): Promise<void>;
  /** The process that all others are children of. */
  readonly pid: number;
}

export interface Database {
  readonly url: string;
  /** Closes whatever connection is left and takes the database away. */
  drop(): Promise<void>;
}

export interface PostgresOptions {
  /** Whether a commit waits for the disk; without, tests are faster and only a power cut would lose anything. */
  readonly fsync?: boolean;
  /** More settings of the server, as in its file. */
  readonly settings?: Readonly<Record<string, string>>;
}

const PASSWORD = 'known-to-tests-alone';

export interface Server extends Postgres {
  close(): Promise<void>;
}

/** A new cluster in a temporary folder, and its server. Whoever opens it closes it. */
export async function openServer(bin: string, options: PostgresOptions = {}): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'solvent-postgres-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const as = serverUser();
  const run = { ...as, cwd: folder };
  if (as !== undefined) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const password = join(folder, 'password');
  writeFileSync(password, PASSWORD);
  // Sorted by language, not by bytes, where the server can: so that no query gets its order from the cluster.
  const byLanguage = majorOf(bin) >= 15 ? ['--locale-provider=icu', '--icu-locale=en-US'] : [];
  const made = spawnSync(
    join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'solvent',
      `--pwfile=${password}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--no-sync',
    ].concat('--locale=C.UTF-8', byLanguage),
    { ...run, encoding: 'utf8' },
  );
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr || made.error}`);
  const port = await freePort();
  const log = join(folder, 'log');
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port: String(port),
    shared_buffers: '64MB',
    fsync: options.fsync === true ? 'on' : 'off',
    ...options.settings,
  };
  const urlOf = (database: string) => `postgresql://solvent:${PASSWORD}@127.0.0.1:${port}/${database}`;
  let child: ChildProcess | undefined;
  let databases = 0;

  async function start(): Promise<void> {
    const out = openSync(log, 'a');
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    child = spawn(join(bin, 'postgres'), ['-D', data, ...args], { ...run, stdio: ['ignore', out, out] });
    const mine = child;
    await until('the server answers', async () => {
      if (mine.exitCode !== null) throw new Error(`PostgreSQL did not start:\n${readFileSync(log, 'utf8')}`);
      return asked(urlOf('postgres'), 'SELECT 1').catch(() => undefined);
    });
  }

  async function stop(how: 'fast' | 'crash' = 'fast'): Promise<void> {
    if (child === undefined || child.exitCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await ended;
  }

  try {
    await start();
  } catch (fault) {
    await stop('crash');
    remove();
    throw fault;
  }
  return {
    start,
    stop,
    get pid() {
      return child!.pid!;
    },
    async fresh(like) {
      databases += 1;
      const name = `test_${databases}`;
      const template = like === undefined ? '' : `TEMPLATE ${new URL(like.url).pathname.slice(1)}`;
      await asked(urlOf('postgres'), `CREATE DATABASE ${name} ${template}`);
      return {
        url: urlOf(name),
        drop: () => asked(urlOf('postgres'), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`).then(() => {}),
      };
    },
    async close() {
      await stop('crash');
      remove();
    },
  };
}

/** The rows of one statement, by a connection of its own. */
export async function asked(url: string, sql: string, values: readonly unknown[] = []): Promise<unknown[][]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {}); // The server may be stopped meanwhile; the statement fails then.
  await client.connect();
  try {
    const { rows } = await client.query<unknown[]>({ text: sql, values: [...values], rowMode: 'array' });
    return rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Where the newest installed server is; Debian keeps each major version in a folder of its own. */
export function newestBin(): string | undefined {
  const home = '/usr/lib/postgresql';
  const majors = existsSync(home) ? readdirSync(home).map(Number) : [];
  const bins = majors.sort((left, right) => right - left).map((major) => join(home, String(major), 'bin'));
  return bins.find((bin) => existsSync(join(bin, 'initdb')) && existsSync(join(bin, 'postgres')));
}

const majorOf = (bin: string): number =>
  Number(/\d+/.exec(execFileSync(join(bin, 'postgres'), ['--version'], { encoding: 'utf8' }))![0]);

/** PostgreSQL refuses to run as root, so it runs as its own user there. */
function serverUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((one) => one.startsWith('postgres:'));
  if (line === undefined)
    throw new Error('the tests run as root, and there is no user postgres for the server');
  const [, , uid, gid] = line.split(':').map(Number);
  return { uid: uid!, gid: gid! };
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
