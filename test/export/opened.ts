import type { LedgerReads } from '../../src/domain/ledger-reads.ts';
import { type Export, type ExportSettings, openExport } from '../../src/export/export.ts';
import { openSelfMetrics } from '../../src/telemetry/registry.ts';
import { handClock } from '../support/clock.ts';

/** Opens an export over `reads` while `run` uses it. */
export async function withExport(
  reads: LedgerReads,
  given: Partial<ExportSettings>,
  run: (opened: Export) => Promise<void>,
): Promise<void> {
  const opened = openExport({
    reads,
    windows: [{ name: '1h', ms: 3_600_000 }],
    dimensions: [],
    seriesMax: 1000,
    selfMetrics: openSelfMetrics(),
    clock: handClock(),
    env: {},
    version: '0.0.0-test',
    instanceId: 'test-instance',
    pushedAs: 'test-ledger',
    ...given,
  });
  try {
    await run(opened);
  } finally {
    await opened.close();
  }
}

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * A reader of text format 0.0.4 that is as strict as Prometheus': anything but a comment, an empty line or a
 * sample is an error, and so is a series that is there twice.
 */
export function parsePage(text: string): readonly Sample[] {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const seen = new Set<string>();
  return text.split('\n').flatMap((line) => {
    if (line === '' || /^# (HELP|TYPE) [a-zA-Z_:][\w:]* /.test(line)) return [];
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/s.exec(line);
    if (match === null) throw new Error(`no sample: ${JSON.stringify(line)}`);
    const [, name = '', list = '', value = ''] = match;
    const labels = parseLabels(list);
    const key = JSON.stringify([name, Object.entries(labels).sort()]);
    if (seen.has(key)) throw new Error(`twice: ${key}`);
    seen.add(key);
    return [{ name, labels, value: Number(value) }];
  });
}

function parseLabels(list: string): Record<string, string> {
  const labels: Record<string, string> = {};
  let rest = list;
  while (rest !== '') {
    const match = /^([a-zA-Z_]\w*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/s.exec(rest);
    if (match === null) throw new Error(`no label: ${JSON.stringify(rest)}`);
    labels[match[1]!] = match[2]!.replace(/\\(.)/g, (_, character) => (character === 'n' ? '\n' : character));
    rest = rest.slice(match[0].length);
  }
  return labels;
}
