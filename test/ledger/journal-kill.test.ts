import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';
import { openJournal } from '../../src/ledger/journal.ts';

/**
 * **Goal**: what a process said to be durable is there after kill -9, once and in order. **Method**: a child appends
 * in four lanes and prints what was acked; it is killed after some acks, twenty times over the same directory.
 */
test('twenty kills lose nothing that was acked', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'solvent-kill-'));
  const acked = new Map<string, string>();
  let kept = new Map<string, string>();
  for (let life = 1; life <= 20; life += 1) {
    await writeUntilKilled(dir, life, 20 + ((life * 37) % 150), acked);
    kept = await replayed(dir);
    for (const [name, position] of acked) expect([name, kept.get(name)]).toEqual([name, position]);
  }
  expect([...kept.values()]).toEqual([...kept.values()].sort());

  const journal = await openJournal({ dir });
  const needed = [...acked.values()].sort()[acked.size >> 1]!;
  await journal.release(needed);
  await journal.close();
  const left = await replayed(dir);
  expect(left.size).toBeLessThan(kept.size);
  for (const [name, position] of acked) if (position >= needed) expect(left.get(name)).toBe(position);
  await rm(dir, { recursive: true });
}, 120_000);

async function writeUntilKilled(dir: string, life: number, acks: number, acked: Map<string, string>) {
  const child = spawn(process.execPath, ['test/ledger/journal-child.js', dir, String(life)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const dead = once(child, 'close');
  let heard = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    const [name, position] = line.split(' ');
    // A line that the kill cut short is none.
    if (position?.length === 23) acked.set(name!, position);
    heard += 1;
    if (heard === acks) child.kill('SIGKILL');
  }
  await dead;
  expect(heard).toBeGreaterThanOrEqual(acks);
}

async function replayed(dir: string): Promise<Map<string, string>> {
  const journal = await openJournal({ dir });
  const found = new Map<string, string>();
  await journal.replay((record, position) => {
    const name = Buffer.from(record).toString().split(' ')[0]!;
    expect(found.has(name)).toBe(false);
    found.set(name, position);
  });
  await journal.close();
  return found;
}
