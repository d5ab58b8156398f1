/** Node 24, the image's line, from the `node` package: installed into .cache/ once. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = join(dirname(dirname(fileURLToPath(import.meta.url))), '.cache', 'node24');
const node = join(home, 'node_modules', 'node', 'bin', 'node');

/** The path of its binary; ends the process where it cannot be installed. */
export function node24() {
  if (existsSync(node)) return node;
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'package.json'), '{ "private": true }\n');
  const { status, error } = spawnSync('npm', ['install', '--no-save', 'node@24'], {
    stdio: 'inherit',
    cwd: home,
  });
  if (error !== undefined || status !== 0) process.exit(status ?? 1);
  return node;
}
