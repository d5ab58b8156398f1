/**
 * Builds the image with buildah, without a daemon and without an image registry: `npm run image [-- --try]`.
 *
 * docker/Dockerfile wants Debian 12 with Node 24. That base is made here, once, of debootstrap's smallest Debian and the
 * `node` and `npm` packages of the npm registry; `BASE_IMAGE=… npm run image` takes another. `--try` starts what was
 * built and asks it for its health. Needs root, buildah and debootstrap. STORAGE_DRIVER=vfs helps where overlay does not.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(root, '.cache', 'image');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const LOCAL_BASE = 'localhost/solvent-base:24';
const IMAGE = `localhost/solvent:${version}`;
/** Where the build sees the certificates that this machine trusts besides the usual ones. */
const CA = '/run/extra-ca.crt';
const CHROOT = ['--isolation', 'chroot'];

const base = process.env.BASE_IMAGE ?? LOCAL_BASE;
if (base === LOCAL_BASE && !succeeds('buildah', ['inspect', '--type', 'image', LOCAL_BASE])) makeBase();
timed(`${IMAGE} is built on ${base}`, () => {
  const args = ['--format', 'docker', '--build-arg', `BASE_IMAGE=${base}`, '-f', 'docker/Dockerfile'];
  const authority = process.env.NODE_EXTRA_CA_CERTS;
  if (authority !== undefined)
    args.push('--volume', `${authority}:${CA}:ro`, '--build-arg', `NODE_EXTRA_CA_CERTS=${CA}`);
  // Layers are for a cache that a build from scratch has no use for, and with vfs each is a whole copy.
  run('buildah', ['build', ...CHROOT, '--layers=false', '--pull-never', ...args, '-t', IMAGE, '.']);
});
if (process.argv.includes('--try')) await tryImage();

function makeBase() {
  const debian = join(cache, 'debian');
  const tools = join(cache, 'tools');
  mkdirSync(cache, { recursive: true });
  if (!existsSync(debian)) {
    timed('Debian is unpacked', () => {
      const half = `${debian}.half`;
      rmSync(half, { recursive: true, force: true });
      run('debootstrap', ['--variant=minbase', '--include=ca-certificates', 'bookworm', half]);
      renameSync(half, debian);
    });
  }
  timed(`${LOCAL_BASE} is made`, () => {
    mkdirSync(tools, { recursive: true });
    writeFileSync(join(tools, 'package.json'), '{ "private": true }\n');
    run('npm', ['install', '--no-save', '--no-audit', '--no-fund', 'node@24', 'npm@11'], { cwd: tools });
    const container = output('buildah', ['from', 'scratch']);
    run('buildah', ['add', '--quiet', container, debian, '/']);
    run('buildah', ['add', '--quiet', '--chmod', '755', container, nodeOf(tools), '/usr/local/bin/node']);
    const npm = '/usr/local/lib/node_modules/npm';
    run('buildah', ['add', '--quiet', container, join(tools, 'node_modules', 'npm'), npm]);
    run('buildah', [
      'run',
      ...CHROOT,
      container,
      '--',
      'ln',
      '-s',
      `${npm}/bin/npm-cli.js`,
      '/usr/local/bin/npm',
    ]);
    run('buildah', [
      'run',
      ...CHROOT,
      container,
      '--',
      'rm',
      '-rf',
      '/var/cache/apt/archives',
      '/var/lib/apt/lists',
    ]);
    run('buildah', [
      'config',
      '--env',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      container,
    ]);
    run('buildah', ['commit', '--quiet', '--rm', container, LOCAL_BASE]);
    rmSync(cache, { recursive: true });
  });
}

/** The package holds the binary itself, or a package of its own for each platform does. */
function nodeOf(tools) {
  const names = ['node', `node-linux-${process.arch}`];
  const found = names.map((name) => join(tools, 'node_modules', name, 'bin', 'node')).find(existsSync);
  if (found === undefined) throw new Error(`no node binary below ${tools}`);
  return found;
}

/** Starts the image's own command, in this machine's network, and asks with the image's own health check. */
async function tryImage() {
  const container = output('buildah', ['from', '--pull-never', IMAGE]);
  const inside = ['run', ...CHROOT];
  const ports = { SOLVENT_OTLP_GRPC_PORT: 24317, SOLVENT_OTLP_HTTP_PORT: 24318, SOLVENT_WEB_PORT: 29464 };
  const env = Object.entries(ports).flatMap(([name, port]) => ['--env', `${name}=${port}`]);
  try {
    run('buildah', [
      ...inside,
      container,
      '--',
      'sh',
      '-c',
      'id && node --version && ls -ld /data && solvent check-config',
    ]);
    const serving = spawn('buildah', [...inside, ...env, container, '--', 'node', 'dist/main.js', 'serve'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const gone = once(serving, 'exit');
    serving.stderr.pipe(process.stderr);
    for await (const line of createInterface({ input: serving.stdout })) {
      process.stdout.write(`${line}\n`);
      if (line.includes('is ready')) break;
    }
    run('buildah', [...inside, ...env, container, '--', 'node', 'docker/healthcheck.js']);
    const health = await fetch(`http://127.0.0.1:${ports.SOLVENT_WEB_PORT}/healthz`);
    process.stdout.write(`/healthz answered ${health.status}: ${await health.text()}\n`);
    // What buildah has to say of being killed is no news.
    serving.stderr.unpipe(process.stderr);
    serving.stderr.resume();
    serving.kill('SIGTERM');
    await gone;
  } finally {
    run('buildah', ['rm', container]);
  }
}

function timed(what, act) {
  const startMs = Date.now();
  act();
  process.stdout.write(`${what} (${((Date.now() - startMs) / 1000).toFixed(1)} s)\n`);
}

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', cwd: root, ...options });
  if (error !== undefined) throw new Error(`${command} cannot be started: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}`);
}

function output(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: root });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return stdout.trim();
}

function succeeds(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'ignore' });
  if (error !== undefined) throw new Error(`${command} cannot be started: ${error.message}`);
  return status === 0;
}
