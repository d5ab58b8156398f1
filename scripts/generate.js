/** Compiles the bench and fills a ledger with generated tasks: `npm run generate -- --data-dir DIR [--charges N] [--tasks N]`. */
import { join } from 'node:path';
import { benchFolder, compileBench, run } from './bench-build.js';

compileBench();
run([join(benchFolder, 'test', 'bench', 'generate-main.js'), ...process.argv.slice(2)]);
