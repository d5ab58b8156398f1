/** Compiles the bench and runs it: `npm run bench [-- rows...] [--save]`. Prints Markdown; `--save` writes docs/numbers.md. */
import { join } from 'node:path';
import { benchFolder, compileBench, run } from './bench-build.js';

compileBench();
run(['--expose-gc', join(benchFolder, 'test', 'bench', 'main.js'), ...process.argv.slice(2)]);
