/**
 * Compiles src to dist and copies what is data: price snapshots, YAML, notices. Does nothing when dist is newer.
 * What is there is replaced only by a whole build, so that a service that runs from it never sees half of one.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [src, dist] = [join(root, 'src'), join(root, 'dist')];
const config = join(root, 'tsconfig.build.json');
const fresh = join(root, `.dist-${process.pid}`);

const files = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

if (!process.argv.includes('--force') && isNewer(join(dist, 'main.js'))) process.exit(0);

for (const file of files.filter((file) => !file.endsWith('.ts') && !file.endsWith('.md'))) {
  cpSync(file, join(fresh, file.slice(src.length)));
}
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', config, '--outDir', fresh], { stdio: 'inherit' });
if (status === 0) {
  chmodSync(join(fresh, 'main.js'), 0o755);
  const old = `${fresh}-old`;
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(fresh, dist);
  rmSync(old, { recursive: true, force: true });
}
rmSync(fresh, { recursive: true, force: true });
process.exit(status ?? 1);

function isNewer(marker) {
  if (!existsSync(marker)) return false;
  const sources = [...files, config, join(root, 'tsconfig.json'), join(root, 'package.json')];
  const builtMs = statSync(marker).mtimeMs;
  return sources.every((file) => statSync(file).mtimeMs < builtMs);
}
