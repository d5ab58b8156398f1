import type { ChargeLine } from '../domain/charge-line.ts';
import type { ExportColumn } from '../domain/export-column.ts';
import { unreachable } from '../lib/assert.ts';
import { decimalOf, timeOf } from './csv.ts';
import { lineWriter } from './segments.ts';

/** A line as a JSON object on one text line, without its end. Money and quantities are decimal texts, so nothing rounds them. */
export function jsonWriter(columns: readonly ExportColumn[]): (line: ChargeLine) => string {
  const write = lineWriter(
    columns,
    (column, line) => `${JSON.stringify(column.name)}:${JSON.stringify(jsonValue(column, line))}`,
    ',',
  );
  return (line) => `{${write(line)}}`;
}

function jsonValue(column: ExportColumn, line: ChargeLine): unknown {
  switch (column.type) {
    case 'text':
    case 'list':
    case 'map':
    case 'integer':
      return column.of(line);
    case 'decimal':
      return decimalOf(column.of(line), column.scale);
    case 'time':
      return timeOf(column.of(line));
    default:
      return unreachable(column);
  }
}
