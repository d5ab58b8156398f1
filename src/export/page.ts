import type { Family, Labels, Point } from './families.ts';

/**
 * Families as a page of Prometheus' text format 0.0.4, byte by byte as the SDK's serializer writes it (docs/decisions/0019).
 * What stands before a value is taken from the page before where the same labels object stood in the same place.
 */
export function openPages(resource: Labels): (families: readonly Family[]) => string {
  const target = `# HELP target_info Target metadata\n# TYPE target_info gauge\ntarget_info${labelsText(resource)} 1\n`;
  const written = new Map<string, Written>();
  return (families) => {
    // Joined at the end: texts that are added to each other one by one are copied, and collected, piece by piece.
    const pieces = [target];
    for (const { name, kind, help, points } of families) {
      if (points.length === 0) continue;
      const called = prometheusName(name, kind);
      pieces.push(`# HELP ${called} ${escaped(help)}\n# TYPE ${called} ${kind}\n`);
      const before = written.get(called);
      const starts = points.map(({ labels }, at) =>
        before?.points[at]?.labels === labels ? before.starts[at]! : `${called}${labelsText(labels)} `,
      );
      for (let at = 0; at < points.length; at += 1)
        pieces.push(starts[at]!, valueText(points[at]!.value), '\n');
      written.set(called, { points, starts });
    }
    return pieces.join('');
  };
}
/** A family as it was on the page before. */
interface Written {
  readonly points: readonly Point[];
  readonly starts: readonly string[];
}

/** What a metric is called there. */
export function prometheusName(name: string, kind: Family['kind']): string {
  const called = allowed(name);
  return kind === 'counter' && !called.endsWith('_total') ? `${called}_total` : called;
}

/** Names of metrics and labels know letters, digits and single underscores. */
const allowed = (name: string): string => name.replace(/[^a-z0-9_]/gi, '_').replace(/_{2,}/g, '_');

function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels).map(
    ([name, text]) => `${allowed(name)}="${escaped(text).replaceAll('"', '\\"')}"`,
  );
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escaped = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n');

function valueText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : `${value}`;
}
