/** Compiles the bench and runs it: `npm run bench [-- rows...] [--save]`. Prints Markdown; `--save` writes docs/numbers.md. */
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = join(root, '.cache', 'bench');

function run(args) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit', cwd: root });
  if (status !== 0) process.exit(status ?? 1);
}

run([join('node_modules', 'typescript', 'bin', 'tsc'), '-p', 'tsconfig.bench.json']);
for (const name of readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
  if (/\.(json|yaml)$/.test(name)) cpSync(join(root, 'src', name), join(out, 'src', name));
}
cpSync(join(root, 'package.json'), join(out, 'package.json'));
cpSync(join(root, 'proto'), join(out, 'proto'), { recursive: true });
run(['--expose-gc', join(out, 'test', 'bench', 'main.js'), ...process.argv.slice(2)]);
