/** Compiles src to dist and copies what is data: price snapshots, YAML, notices. Skips itself when dist is newer. */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [src, dist] = [join(root, 'src'), join(root, 'dist')];
const marker = join(dist, 'main.js');

const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
const sources = [
  ...files,
  join(root, 'tsconfig.build.json'),
  join(root, 'tsconfig.json'),
  join(root, 'package.json'),
];

if (!process.argv.includes('--force') && existsSync(marker)) {
  const builtMs = statSync(marker).mtimeMs;
  if (sources.every((file) => statSync(file).mtimeMs < builtMs)) process.exit(0);
}

rmSync(dist, { recursive: true, force: true });
for (const file of files.filter((file) => !file.endsWith('.ts') && !file.endsWith('.md'))) {
  cpSync(file, join(dist, file.slice(src.length)));
}
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', join(root, 'tsconfig.build.json')], {
  stdio: 'inherit',
});
if (status === 0) chmodSync(marker, 0o755);
process.exit(status ?? 1);
