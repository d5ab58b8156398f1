// Runs the golden spans; with --update it writes what is read now into their expect.json: read the diff.
import { spawnSync } from 'node:child_process';

const update = process.argv.includes('--update');
const { status } = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    'test/normalize/golden',
  ],
  { stdio: 'inherit', env: { ...process.env, GOLDEN_UPDATE: update ? '1' : '0' } },
);
process.exitCode = status ?? 1;
