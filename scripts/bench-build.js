/** Compiles the bench, with the service beside it, into `.cache/bench`. */
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
export const benchFolder = join(root, '.cache', 'bench');

/** Runs node; a failure ends this process with the same code. */
export function run(args) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root });
  if (status !== 0) process.exit(status ?? 1);
}

export function compileBench() {
  run([join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.bench.json']);
  for (const name of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (/\.(json|yaml)$/.test(name)) cpSync(join(root, 'src', name), join(benchFolder, 'src', name));
  }
  cpSync(join(root, 'package.json'), join(benchFolder, 'package.json'));
  cpSync(join(root, 'proto'), join(benchFolder, 'proto'), { recursive: true });
}
