import { appendFileSync, existsSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { SEGMENT_MAGIC, walkFrames } from '../../src/ledger/journal-frame.ts';
import type { Tear } from './schedule.ts';

/**
 * Does to the newest journal file what a lost page may: to bytes alone of which no sender was told. Those are what lies
 * behind the last group, and the last group itself where the process died between its write and its sync.
 */
export function tearTail(dataDir: string, tear: Tear, diedAt: string): boolean {
  const dir = join(dataDir, 'journal');
  const name = existsSync(dir) ? readdirSync(dir).sort().at(-1) : undefined;
  if (name === undefined || tear.kind === 'none') return false;
  const path = join(dir, name);
  const segment = readFileSync(path);
  if (tear.kind === 'garbage') {
    // Before the magic is synced nothing is written behind it.
    const room = segment.length < SEGMENT_MAGIC.length ? SEGMENT_MAGIC.length - segment.length : 1000;
    appendFileSync(path, tear.bytes.subarray(0, room));
    return true;
  }
  if (diedAt !== 'journal_written') return false;
  const starts: number[] = [];
  let last = 0;
  walkFrames(segment, ({ commit, offset }) => {
    if (commit !== last) starts.push(offset);
    last = commit;
  });
  const unsynced = starts.at(-1) ?? 0;
  truncateSync(path, unsynced + Math.floor(tear.share * (segment.length - unsynced)));
  return true;
}
