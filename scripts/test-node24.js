/** Runs the tests on Node 24. Arguments go to the runner. */
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { node24 } from './node24.js';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const node = node24();

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', cwd: root, ...options });
  if (error !== undefined || status !== 0) process.exit(status ?? 1);
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
