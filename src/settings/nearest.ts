/** The known name that a mistyped one most likely meant; undefined where none is near. */
export function nearest(typed: string, known: readonly string[]): string | undefined {
  const wanted = bare(typed);
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of known) {
    const distance = editDistance(wanted, bare(name));
    if (distance < bestDistance) [best, bestDistance] = [name, distance];
  }
  return best;
}

/** Case and separators are what people get wrong first, so they do not count. */
const bare = (name: string): string => name.slice(0, 64).toLowerCase().replaceAll(/[_.-]/g, '');

/** Insertions, deletions and substitutions that make one text from the other. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let i = 1; i <= left.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= right.length; j += 1) {
      const substituted = row[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[right.length]!;
}
