import type { ChargeLine } from '../domain/charge-line.ts';
import type { ExportColumn } from '../domain/export-column.ts';

/**
 * Makes one text of each line. Neighbouring columns of one owner are a segment, and the segment of a kind or a task is
 * made once for each such object: of a million lines most are of a few hundred kinds.
 *
 * @param cell the text of one cell
 * @param separator stands between two cells
 */
export function lineWriter(
  columns: readonly ExportColumn[],
  cell: (column: ExportColumn, line: ChargeLine) => string,
  separator: string,
): (line: ChargeLine) => string {
  const segments = segmentsOf(columns).map((segment) => {
    const made = (line: ChargeLine): string => segment.map((column) => cell(column, line)).join(separator);
    const [{ share }] = segment;
    if (share === 'line') return made;
    const known = new WeakMap<object, string>();
    return (line: ChargeLine): string => {
      const owner = line[share];
      let text = known.get(owner);
      if (text === undefined) {
        text = made(line);
        known.set(owner, text);
      }
      return text;
    };
  });
  return (line) => {
    let text = '';
    for (const segment of segments) text += text === '' ? segment(line) : separator + segment(line);
    return text;
  };
}

type Segment = readonly [ExportColumn, ...ExportColumn[]];

function segmentsOf(columns: readonly ExportColumn[]): readonly Segment[] {
  const segments: [ExportColumn, ...ExportColumn[]][] = [];
  for (const column of columns) {
    const last = segments.at(-1);
    if (last?.[0].share === column.share) last.push(column);
    else segments.push([column]);
  }
  return segments;
}
