import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openAuditor } from '../../src/audit/exports.ts';
import type { Ledger } from '../../src/domain/ledger.ts';
import { openDuckDbLedger } from '../../src/ledger/duckdb/ledger.ts';
import { NOTHING } from '../ledger/changes.ts';
import { aCharge, aPart, aTask, aTrace } from '../ledger/samples.ts';
import { temporaryFolder } from '../support/service.ts';

/**
 * **Goal**: an export of any range holds no more than a page of it. **Method**: a ledger of a hundred thousand lines in a
 * file; what is read before the first bytes come, what is held once they are no longer wanted; and, in processes that may
 * have little, the most memory of a part of the range beside that of all of it. A process that keeps the rows is the
 * control: it dies of them.
 */

const LINES = 100_000;
const TRACES = 2000;
const PER_TRACE = LINES / TRACES;
/** So many of them are in the smaller range. */
const FEWER = 40_000;
/** MiB of objects of JavaScript that a process may have: a page of rows fits well, all rows do not. */
const HEAP_MIB = 32;
/** So much more than the smaller range may all of it take, outside of these too: the text of it would be more. */
const MORE_MAX = 36 * 1024 * 1024;
/** What the database that a Parquet file goes through may keep in memory. */
const PARQUET_MORE_MAX = 128 * 1024 * 1024;

const folder = temporaryFolder();
afterAll(folder.remove);
const path = join(folder.path, 'solvent.duckdb');

/** Texts of some length, so that lines that are kept somewhere are seen in memory. */
function settled(number: number) {
  const traceId = (number + 1).toString(16).padStart(32, '0');
  const taskId = `task-${number}`.padEnd(60, '.');
  const charges = Array.from({ length: PER_TRACE }, (_, line) =>
    aCharge({ traceId, taskId, line, at: BigInt(number * PER_TRACE + line) }),
  );
  return {
    trace: aTrace({ traceId, parts: [aPart({ traceId, taskId })], charges }),
    task: { task: aTask({ taskId, inference: BigInt(PER_TRACE) }), charges: [] },
  };
}

beforeAll(async () => {
  const ledger = await openDuckDbLedger({ path });
  for (let from = 0; from < TRACES; from += 200) {
    const some = Array.from({ length: 200 }, (_, index) => settled(from + index));
    await ledger.apply({
      ...NOTHING,
      traces: some.map(({ trace }) => trace),
      tasks: some.map(({ task }) => task),
    });
  }
  await ledger.close();
}, 120_000);

/** The ledger, with what is asked of it and let go. */
function watched(ledger: Ledger) {
  const seen = { pages: 0, held: 0 };
  const snapshot: Ledger['snapshot'] = async () => {
    const real = await ledger.snapshot();
    seen.held += 1;
    return {
      ...real,
      async *lines(query) {
        for await (const page of real.lines(query)) {
          seen.pages += 1;
          yield page;
        }
      },
      async close() {
        await real.close();
        seen.held -= 1;
      },
    };
  };
  // biome-ignore lint/correctness/useYield: none is made here
  const parquet = async function* (): AsyncGenerator<Uint8Array> {
    throw new Error('no Parquet file is made here');
  };
  return { seen, auditor: openAuditor({ ledger: { snapshot }, dimensions: [], parquet }) };
}

describe.each(['csv', 'json', 'ndjson'] as const)('%s', (format) => {
  test('the first bytes come with the first page, and whoever stops there lets all go', async () => {
    const ledger = await openDuckDbLedger({ path });
    const { seen, auditor } = watched(ledger);
    const bytes = auditor.exported(format, {});
    expect((await bytes.next()).done).toBe(false);
    expect(seen).toEqual({ pages: 1, held: 1 });
    await bytes.return(undefined);
    expect(seen).toEqual({ pages: 1, held: 0 });
    for await (const chunk of auditor.exported(format, {})) expect(chunk.length).toBeLessThan(2_000_000);
    expect(seen.pages).toBeGreaterThan(10);
    expect(seen.held).toBe(0);
    await ledger.close();
  });
});

interface Measured {
  readonly small: { readonly size: number; readonly peak: number };
  readonly whole: { readonly size: number; readonly peak: number };
}

async function measured(format: string): Promise<Measured> {
  const heap = [`--max-old-space-size=${HEAP_MIB}`, '--max-semi-space-size=2'];
  const args = [...heap, 'test/audit/export-child.js', path, format, String(FEWER)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Measured;
}

describe('a process with little memory', () => {
  test.each([
    ['csv', MORE_MAX],
    ['json', MORE_MAX],
    ['ndjson', MORE_MAX],
    ['parquet', PARQUET_MORE_MAX],
  ] as const)('exports all lines as %s, with as much as for fewer', async (format, moreMax) => {
    const { small, whole } = await measured(format);
    expect(whole.size).toBeGreaterThan(small.size * 2);
    expect(whole.peak - small.peak).toBeLessThan(moreMax);
  });

  test('dies where it keeps the rows', async () => {
    await expect(measured('held')).rejects.toThrow('heap');
  });
});
