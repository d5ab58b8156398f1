import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real file system of few bytes, that a test can fill and make read-only. */
export interface SmallDisk {
  readonly path: string;
  /** Takes what is left, to the last byte. */
  fill(): void;
  /** Gives back what `fill` took. */
  free(): void;
  readOnly(yes: boolean): void;
  remove(): void;
}

/** A tmpfs, which takes a user who may mount. Undefined, and why on standard error, where this one may not. */
export function smallDisk(bytes: number): SmallDisk | undefined {
  const path = mkdtempSync(join(tmpdir(), 'solvent-disk-'));
  const made = run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'solvent-test', path]);
  if (made !== '') {
    rmdirSync(path);
    process.stderr.write(`no small disk can be mounted here, what needs one is skipped: ${made}\n`);
    return undefined;
  }
  const ballast = join(path, 'ballast');
  return {
    path,
    fill() {
      const file = openSync(ballast, 'a');
      try {
        for (const size of [65_536, 4096, 1]) fillBy(file, Buffer.alloc(size));
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(ballast, { force: true }),
    readOnly: (yes) => must('mount', ['-o', `remount,${yes ? 'ro' : 'rw'}`, path]),
    remove() {
      // Lazily: a database that a failed test left open keeps the file system busy.
      must('umount', ['-l', path]);
      rmdirSync(path);
    },
  };
}

function fillBy(file: number, block: Buffer): void {
  try {
    while (writeSync(file, block) === block.length);
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code !== 'ENOSPC') throw fault;
  }
}

/** What went wrong; '' for nothing. */
function run(command: string, args: readonly string[]): string {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? '' : (error?.message ?? stderr.trim()) || `${command} ended with ${status}`;
}

function must(command: string, args: readonly string[]): void {
  const why = run(command, args);
  if (why !== '') throw new Error(why);
}
