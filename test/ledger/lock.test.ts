import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { DataDirectoryBusy, lockDataDirectory } from '../../src/ledger/lock.ts';

const cleanUp: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const clean of cleanUp.splice(0).reverse()) await clean();
});

async function freshDir() {
  const dir = await mkdtemp(join(tmpdir(), 'solvent-lock-'));
  cleanUp.push(() => rm(dir, { recursive: true }));
  return dir;
}

/** A process that only lives. */
async function bystander(): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); process.stdout.write("up")']);
  cleanUp.push(() => void child.kill('SIGKILL'));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child as ChildProcess & { readonly pid: number };
}

test('a directory is held until it is given back', async () => {
  const dir = await freshDir();
  const release = await lockDataDirectory(dir);
  await expect(lockDataDirectory(dir)).rejects.toThrow(DataDirectoryBusy);
  await expect(lockDataDirectory(dir)).rejects.toThrow(`${dir} is in use by process ${process.pid}`);
  await release();
  await (await lockDataDirectory(dir))();
});

test('a live holder is refused by its pid; a dead one, or another process with its pid, is not', async () => {
  const dir = await freshDir();
  const file = join(dir, 'solvent.lock');
  await (await lockDataDirectory(dir))();
  const { pid } = await bystander();
  const release = await lockDataDirectory(dir);
  const ours = await readFile(file, 'utf8');
  await release();

  const start = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]!.split(' ')[19]!;
  const theirs = ours.replace(/^pid .*/m, `pid ${pid}`).replace(/^started .*/m, `started ${start}`);
  await writeFile(file, theirs);
  await expect(lockDataDirectory(dir)).rejects.toThrow(`in use by process ${pid}`);

  for (const stale of [
    theirs.replace(/^started .*/m, 'started 1'),
    theirs.replace(/^boot .*/m, 'boot 0000'),
    theirs.replace(/^namespace .*/m, 'namespace pid:[1]'),
    theirs.replace(/^pid .*/m, 'pid 999999999'),
    ours,
    'pid\n',
    '',
  ]) {
    await writeFile(file, stale);
    await (await lockDataDirectory(dir))();
  }
});
