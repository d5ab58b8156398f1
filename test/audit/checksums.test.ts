import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { checksumsOf } from '../../src/audit/checksums.ts';
import { exportColumns } from '../../src/audit/columns.ts';
import { csvHeader, csvWriter } from '../../src/audit/csv.ts';
import type { DayChecksum } from '../../src/domain/audit.ts';
import type { ChargeLine } from '../../src/domain/charge-line.ts';
import type { UsdPico } from '../../src/domain/money.ts';
import { temporaryFolder } from '../support/service.ts';
import { usd } from '../support/tasks.ts';
import { aLine, DAY, pages } from './lines.ts';

/** Goal: anybody can compute a day's checksum. Method: the recipes of docs/ledger.md, run by a shell. */

const columns = exportColumns([]);
const row = csvWriter(columns);
const LENGTH = 86_400_000_000_000n;

async function sumsOf(...given: readonly (readonly ChargeLine[])[]): Promise<readonly DayChecksum[]> {
  const days: DayChecksum[] = [];
  for await (const day of checksumsOf(pages(...given), columns)) days.push(day);
  return days;
}

const first = [
  aLine({ amount: usd('0.1') }),
  aLine({ line: 1, at: DAY + LENGTH - 1n, amount: -5n as UsdPico }),
];
const second = [
  aLine({ at: DAY + LENGTH, amount: null, kind: { reason: 'no_rate' }, task: { taskId: 'a,"b' } }),
];

describe('checksums', () => {
  test('a day is what its rows say, midnight to midnight, across pages', async () => {
    const digest = (lines: readonly ChargeLine[]) =>
      createHash('sha256').update(lines.map(row).join('')).digest('hex');
    const wanted = [
      { day: '2026-11-01', lines: 2, unpriced: 0, amount: 99_999_999_995n, sha256: digest(first) },
      { day: '2026-11-02', lines: 1, unpriced: 1, amount: 0n, sha256: digest(second) },
    ];
    expect(await sumsOf([...first, ...second])).toEqual(wanted);
    expect(await sumsOf([first[0]!], [first[1]!, ...second])).toEqual(wanted);
    expect(await sumsOf()).toEqual([]);
  });

  test('many rows are hashed as one text; a time before 1970 has its own day', async () => {
    const many = Array.from({ length: 1200 }, (_, line) => aLine({ line, at: -1n }));
    const sha256 = createHash('sha256').update(many.map(row).join('')).digest('hex');
    expect(await sumsOf(many)).toMatchObject([{ day: '1969-12-31', lines: 1200, sha256 }]);
  });
});

describe('the recipes of docs/ledger.md', () => {
  const folder = temporaryFolder();
  afterAll(folder.remove);
  const page = readFileSync('docs/ledger.md', 'utf8');
  const recipes = [...page.matchAll(/^(?:tail|grep) .*sha256sum$/gm)].map(([line]) => line);
  const export1 = join(folder.path, '2026-11-01.csv');
  const export2 = join(folder.path, '2026-11.csv');

  test.each([0, 1])('number %i gives the checksum', async (which) => {
    writeFileSync(export1, csvHeader(columns) + first.map(row).join(''));
    writeFileSync(export2, csvHeader(columns) + [...first, ...second].map(row).join(''));
    expect(recipes).toHaveLength(2);
    const out = execFileSync('sh', ['-c', recipes[which]!], { cwd: folder.path, encoding: 'utf8' });
    expect(out.split(' ')[0]).toBe((await sumsOf(first))[0]!.sha256);
  });
});
