/**
 * Real emitters against a whole Solvent: `npm run interop [-- name...]` installs the npm emitters of test/interop and
 * runs them live; `npm run interop:record [-- name...]` also writes what they sent as recordings, Python's too. Without
 * names it is all of them. `--install` stops after installing. What is installed is kept in .cache/, by its lockfile.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { node24 } from './node24.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const programs = join(root, 'test', 'interop');
const cache = join(root, '.cache', 'interop');
const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { record: { type: 'boolean', default: false }, install: { type: 'boolean', default: false } },
});

const emitters = readdirSync(programs)
  .map((name) => ({ name, folder: join(programs, name) }))
  .flatMap(({ name, folder }) => {
    if (existsSync(join(folder, 'emit.mjs'))) return { name, folder, install: installNode };
    if (existsSync(join(folder, 'emit.py'))) return { name, folder, install: installPython };
    return [];
  })
  // Python's are recorded, not run in every landing: their packages take minutes to install. So do some of npm's.
  .filter(({ name, folder, install }) =>
    names.length === 0 ? options.record || (install === installNode && isLive(folder)) : names.includes(name),
  );
const unknown = names.filter((name) => !emitters.some((emitter) => emitter.name === name));
if (unknown.length > 0) fail(`test/interop has no program for ${unknown.join(', ')}`);

mkdirSync(cache, { recursive: true });
const startMs = Date.now();
const installed = await installAll();
writeFileSync(join(cache, 'installed.json'), `${JSON.stringify(installed, null, 2)}\n`);
say(`${emitters.length} emitters are installed (${((Date.now() - startMs) / 1000).toFixed(0)} s)`);
if (!options.install) runTests();

function isLive(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).interop.live !== false;
}

async function installAll() {
  const done = {};
  const waiting = [...emitters];
  const workers = Array.from({ length: availableParallelism() + 1 }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      done[next.name] = await next.install(next);
  });
  await Promise.all(workers);
  return done;
}

/** `npm ci` into a folder that is named by what it installs; the program is copied there anew each time. */
async function installNode({ name, folder }) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const node = manifest.interop.node === '>=24' ? node24() : process.execPath;
  const target = join(
    cache,
    `${name}-${hashOf(folder, ['package-lock.json'], node === process.execPath ? process.version : '24')}`,
  );
  if (!existsSync(join(target, 'node_modules', '.package-lock.json'))) {
    const half = `${target}.half`;
    rmSync(half, { recursive: true, force: true });
    mkdirSync(half, { recursive: true });
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      cpSync(join(folder, file), join(half, file));
    const path = `${dirname(node)}:${process.env.PATH}`;
    await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], half, { PATH: path });
    rmSync(target, { recursive: true, force: true });
    renameSync(half, target);
  }
  copyProgram(folder, target);
  return { folder: target, command: [node, 'emit.mjs'] };
}

/** A virtual environment that is named by its requirements, with exactly those. */
async function installPython({ name, folder }) {
  const version = spawnSync('python3', ['--version'], { encoding: 'utf8' }).stdout.trim();
  const target = join(
    root,
    '.cache',
    'interop-py',
    `${name}-${hashOf(folder, ['requirements.txt', 'constraints.txt'], version)}`,
  );
  const python = join(target, 'bin', 'python');
  const finished = join(target, 'installed');
  if (!existsSync(finished)) {
    rmSync(target, { recursive: true, force: true });
    await run('python3', ['-m', 'venv', target], root);
    await run(
      python,
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', 'requirements.txt'],
      folder,
    );
    writeFileSync(finished, '');
  }
  const program = join(target, 'program');
  mkdirSync(program, { recursive: true });
  copyProgram(folder, program);
  cpSync(join(programs, 'harness', 'interop.py'), join(program, 'interop.py'));
  return { folder: program, command: [python, 'emit.py'] };
}

/** The program away from this repository's own packages, so that it finds those that it names. */
function copyProgram(folder, target) {
  for (const file of readdirSync(folder).filter((one) => one !== 'node_modules'))
    cpSync(join(folder, file), join(target, file), { recursive: true });
}

function hashOf(folder, files, runtime) {
  const hash = createHash('sha256').update(runtime);
  for (const file of files) {
    if (!existsSync(join(folder, file))) fail(`${join(folder, file)} is missing`);
    hash.update(readFileSync(join(folder, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

function runTests() {
  const suites = options.record ? ['test/interop/live'] : ['test/interop/'];
  const { status } = spawnSync('npm', ['test', '--', ...suites], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, INTEROP: options.record ? 'record' : 'live' },
  });
  process.exitCode = status ?? 1;
}

async function run(command, args, cwd, env = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += data));
  const [code] = await once(child, 'close');
  if (code !== 0) fail(`${command} ${args.join(' ')} ended with ${code} in ${cwd}:\n${said}`);
}

function fail(why) {
  process.stderr.write(`${why}\n`);
  process.exit(1);
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
