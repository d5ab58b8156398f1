/**
 * A whole service that kills itself with SIGKILL when it passes a named crash point for the n-th time.
 * Arguments: the point or `never`, and n. Settings come from the environment. Prints its addresses as JSON.
 */
import { silentLog } from '../../dist/lib/log.js';
import { openService } from '../../dist/service.js';
import { loadSettings } from '../../dist/settings/load.js';

const [point, times] = process.argv.slice(2);
let left = Number(times);

function crash(passed) {
  if (passed !== point) return;
  left -= 1;
  if (left <= 0) process.kill(process.pid, 'SIGKILL');
}

const read = await loadSettings({ env: process.env });
if (read.kind === 'refused') throw new Error(read.complaints.join('\n'));
const service = await openService(read.settings, { log: silentLog, env: {}, crash });
process.stdout.write(`${JSON.stringify(service.addresses)}\n`);
process.once('SIGTERM', async () => {
  await service.close();
  process.exit(0);
});
