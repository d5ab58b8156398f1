import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
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

test('a holder is named in one line that says what to do', async () => {
  const dir = await freshDir();
  const release = await lockDataDirectory(dir);
  const refused = lockDataDirectory(dir);
  await expect(refused).rejects.toThrow(
    new DataDirectoryBusy(
      `the data directory ${dir} is in use by process ${process.pid}; stop it or set another one`,
    ),
  );
  await release();
});

test('a process that was killed leaves a lock that holds nobody up', async () => {
  const dir = await freshDir();
  const take = `import { lockDataDirectory } from './dist/ledger/lock.js';
    await lockDataDirectory(${JSON.stringify(dir)}); process.stdout.write('up'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', take], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  cleanUp.push(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  await expect(lockDataDirectory(dir)).rejects.toThrow(`in use by process ${child.pid}`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await readFile(join(dir, 'solvent.lock'), 'utf8')).toContain(`pid ${child.pid}\n`);
  const release = await lockDataDirectory(dir);
  expect(await readFile(join(dir, 'solvent.lock'), 'utf8')).toContain(`pid ${process.pid}\n`);
  await release();
});

test('two directories are held side by side, and a lock that cannot be read or removed is told as such', async () => {
  const [left, right] = [await freshDir(), await freshDir()];
  const releases = [await lockDataDirectory(left), await lockDataDirectory(right)];
  for (const release of releases) await release();
  await mkdir(join(left, 'solvent.lock'));
  await expect(lockDataDirectory(left)).rejects.toThrow(DataDirectoryBusy);
  await expect(lockDataDirectory(left)).rejects.toThrow(`the data directory ${left} cannot be written: `);
  await rmdir(join(left, 'solvent.lock'));
  await (await lockDataDirectory(left))();
});

test('one of many that ask at once gets it', async () => {
  const dir = await freshDir();
  const asked = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataDirectory(dir)));
  const given = asked.filter((one) => one.status === 'fulfilled');
  expect(given).toHaveLength(1);
  await given[0]!.value();
});
