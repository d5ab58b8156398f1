/**
 * Rows of a test as columns of text: the first line names them, `_` is the empty cell, `·` a space inside one.
 */
export function table(text: string): readonly Record<string, string>[] {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  const [head = '', ...rows] = lines;
  const names = head.split(/\s+/);
  return rows.map((row) => {
    const cells = row.split(/\s+/).map((cell) => (cell === '_' ? '' : cell.replaceAll('·', ' ')));
    if (cells.length !== names.length)
      throw new Error(`a row has ${cells.length} cells, not ${names.length}: ${row}`);
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']));
  });
}
