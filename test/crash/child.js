/**
 * A whole service that kills itself with SIGKILL when it passes a named crash point for the n-th time.
 * Arguments: the point or `never`, and n. Settings come from the environment; CRASH_SEGMENT_BYTES and
 * CRASH_CHECKPOINT_BYTES make journal files and the ledger's log smaller than a setting may. Prints its addresses as
 * JSON; before it dies by its own hand, the point.
 */
import { writeSync } from 'node:fs';
import { silentLog } from '../../dist/lib/log.js';
import { openService } from '../../dist/service.js';
import { loadSettings } from '../../dist/settings/load.js';

const [point, times] = process.argv.slice(2);
let left = Number(times);

function crash(passed) {
  if (passed !== point) return;
  left -= 1;
  if (left > 0) return;
  writeSync(1, `${point}\n`);
  process.kill(process.pid, 'SIGKILL');
}

const read = await loadSettings({ env: process.env });
if (read.kind === 'refused') throw new Error(read.complaints.join('\n'));
const { CRASH_SEGMENT_BYTES: segment, CRASH_CHECKPOINT_BYTES: checkpoint } = process.env;
const settings = { ...read.settings, ...(segment && { journalSegmentBytesMax: Number(segment) }) };
const service = await openService(settings, {
  log: silentLog,
  // Of the OTEL_ variables those that a test sets; no other is there.
  env: process.env,
  crash,
  ...(checkpoint && { checkpointBytes: Number(checkpoint) }),
});
// Before anybody knows that it is there, and may signal.
process.once('SIGTERM', async () => {
  await service.close();
  process.exit(0);
});
// As `solvent serve` does; whatever started it starts it again.
void service.lost.then(async () => {
  await service.close();
  process.exit(1);
});
process.on('SIGHUP', () => void service.reloadPrices());
process.stdout.write(`${JSON.stringify(service.addresses)}\n`);
