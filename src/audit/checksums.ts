import { createHash, type Hash } from 'node:crypto';
import type { DayChecksum } from '../domain/audit.ts';
import type { ChargeLine } from '../domain/charge-line.ts';
import type { ExportColumn } from '../domain/export-column.ts';
import type { UsdPico } from '../domain/money.ts';
import { formatTime } from '../lib/rfc3339.ts';
import { csvWriter } from './csv.ts';

const DAY = 86_400_000_000_000n;
/** Rows hashed at once. */
const ROWS = 512;

/** The checksum of each UTC day that has a line; `pages` are in the order of an export. */
export async function* checksumsOf(
  pages: AsyncIterable<readonly ChargeLine[]>,
  columns: readonly ExportColumn[],
): AsyncGenerator<DayChecksum> {
  const row = csvWriter(columns);
  let day: Day | undefined;
  for await (const page of pages) {
    for (const line of page) {
      if (day === undefined || line.at >= day.end) {
        if (day !== undefined) yield summed(day);
        day = dayOf(line.at);
      }
      day.rows.push(row(line));
      if (day.rows.length === ROWS) hashRows(day);
      day.lines += 1;
      if (line.amount === null) day.unpriced += 1;
      else day.amount += line.amount;
    }
  }
  if (day !== undefined) yield summed(day);
}

interface Day {
  readonly name: string;
  readonly end: bigint;
  readonly hash: Hash;
  rows: string[];
  lines: number;
  unpriced: number;
  amount: bigint;
}

function dayOf(at: bigint): Day {
  const start = at - (((at % DAY) + DAY) % DAY);
  const name = formatTime(start).slice(0, 10);
  return { name, end: start + DAY, hash: createHash('sha256'), rows: [], lines: 0, unpriced: 0, amount: 0n };
}

function hashRows(day: Day): void {
  day.hash.update(day.rows.join(''));
  day.rows = [];
}

function summed(day: Day): DayChecksum {
  hashRows(day);
  const { name, lines, unpriced, amount, hash } = day;
  return { day: name, lines, unpriced, amount: amount as UsdPico, sha256: hash.digest('hex') };
}
