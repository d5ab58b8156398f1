/** Runs the tests on Node 24, the image's line, taken from the `node` package. Arguments go to the runner. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const home = join(root, '.cache', 'node24');
const node = join(home, 'node_modules', 'node', 'bin', 'node');

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', cwd: root, ...options });
  if (error !== undefined || status !== 0) process.exit(status ?? 1);
}

if (!existsSync(node)) {
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  run('npm', ['install', '--no-save', 'node@24'], { cwd: home });
}
run(node, ['--version']);
const jest = join('node_modules', 'jest', 'bin', 'jest.js');
const path = `${dirname(node)}:${process.env.PATH}`;
run(
  node,
  ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, ...process.argv.slice(2)],
  {
    env: { ...process.env, PATH: path },
  },
);
