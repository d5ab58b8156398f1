/** Has the ledger at argv[2] give its free space back, and dies by itself at the crash point argv[3]. */
import { openDuckDbLedger } from '../../../dist/ledger/duckdb/ledger.js';

const [path, point] = process.argv.slice(2);
const ledger = await openDuckDbLedger({
  path,
  freeBytesMin: 1,
  crash(at) {
    if (at === point) process.kill(process.pid, 'SIGKILL');
  },
});
await ledger.shrink();
