import type { ChargeLine } from '../domain/charge-line.ts';
import type { ExportColumn } from '../domain/export-column.ts';
import { unreachable } from '../lib/assert.ts';
import { guarded, quoted } from '../lib/csv.ts';
import { formatDecimal } from '../lib/decimal.ts';
import { formatTime } from '../lib/rfc3339.ts';
import { lineWriter } from './segments.ts';

/** Each row ends so, the last one too (RFC 4180). */
const END = '\r\n';

export const csvHeader = (columns: readonly ExportColumn[]): string =>
  columns.map(({ name }) => name).join(',') + END;

/** The row of a line, its end included. */
export function csvWriter(columns: readonly ExportColumn[]): (line: ChargeLine) => string {
  const write = lineWriter(columns, csvCell, ',');
  return (line) => write(line) + END;
}

function csvCell(column: ExportColumn, line: ChargeLine): string {
  switch (column.type) {
    case 'text':
      return quoted(guarded(column.of(line) ?? ''));
    case 'list':
      return quoted(guarded(column.of(line).join(' ')));
    case 'map':
      return quoted(JSON.stringify(column.of(line)));
    case 'integer':
      return String(column.of(line));
    case 'decimal':
      return decimalOf(column.of(line), column.scale) ?? '';
    case 'time':
      return timeOf(column.of(line)) ?? '';
    default:
      return unreachable(column);
  }
}

export const decimalOf = (value: bigint | null, scale: number): string | null =>
  value === null ? null : formatDecimal(value, scale);

export const timeOf = (at: bigint | null): string | null => (at === null ? null : formatTime(at));
