import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDecoder } from '../../src/decode/decoder.ts';
import { ALONE } from '../../src/domain/fleet.ts';
import type { Ledger } from '../../src/domain/ledger.ts';
import { openPolicy, type Policy } from '../../src/domain/policy.ts';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { openJournal } from '../../src/ledger/journal.ts';
import { OpenReports } from '../../src/ledger/open-reports.ts';
import { OpenTraces } from '../../src/ledger/open-traces.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { defaultNaming } from '../../src/normalize/naming.ts';
import { openNormalizer } from '../../src/normalize/normalizer.ts';
import type { Rooms } from '../../src/pipeline.ts';
import { openPriceBook } from '../../src/price/book.ts';
import { loadPrices } from '../../src/price/load.ts';

/** A folder that goes with the process. */
export function benchFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'solvent-bench-'));
  process.once('exit', () => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** The whole walk over a real journal in `dir`, without doors, where every trace is ripe at once. */
export async function openWalk(
  dir: string,
  ledger: Ledger,
  given: { readonly clock?: Clock; readonly policy?: Policy; readonly lateWindowMs?: number } = {},
): Promise<Rooms> {
  const { clock = systemClock, lateWindowMs = 1e9 } = given;
  const vocabulary = new Vocabulary();
  const normalizer = openNormalizer({ vocabulary, naming: defaultNaming, nowMs: clock.now });
  const policy =
    given.policy ??
    openPolicy({
      defaultMode: 'root',
      modes: {},
      remediation: [],
      hourly: undefined,
      taskQuietMs: 0,
      orphanRootMs: 0,
      openTaskMaxMs: 1e9,
    });
  const prices = await loadPrices(undefined);
  if (prices.kind === 'refused') throw new Error(prices.complaints.join('\n'));
  return {
    decoder: openDecoder(vocabulary.freeze()),
    normalizer,
    journal: await openJournal({ dir: join(dir, 'journal') }),
    openTraces: new OpenTraces({ graceMs: 0, quietMs: 0, interimMs: 0, spansMax: 0 }),
    openReports: new OpenReports(),
    prices: openPriceBook({ ...prices, policy }),
    policy,
    ledger,
    keeper: ALONE,
    clock,
    count: () => {},
    suspectTwins: true,
    limits: {
      pendingSpansMax: 1e9,
      settleSpansMax: 40_000,
      dueTasksMax: 10_000,
      retryAfterMs: 1000,
      lateWindowMs,
    },
  };
}
