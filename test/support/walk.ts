import { openDecoder } from '../../src/decode/decoder.ts';
import { ALONE } from '../../src/domain/fleet.ts';
import type { Ledger } from '../../src/domain/ledger.ts';
import { openPolicy, type Policy } from '../../src/domain/policy.ts';
import { Vocabulary } from '../../src/domain/vocabulary.ts';
import { type Journal, JournalUnavailable } from '../../src/ledger/journal.ts';
import { openMemoryLedger } from '../../src/ledger/memory.ts';
import { OpenReports } from '../../src/ledger/open-reports.ts';
import { OpenTraces } from '../../src/ledger/open-traces.ts';
import { defaultNaming } from '../../src/normalize/naming.ts';
import { openNormalizer } from '../../src/normalize/normalizer.ts';
import { openPipeline, type Pipeline, type Rooms } from '../../src/pipeline.ts';
import { openPriceBook } from '../../src/price/book.ts';
import { loadOverlay, loadSnapshot } from '../../src/price/load.ts';
import { openSelfMetrics, type SelfMetrics } from '../../src/telemetry/registry.ts';
import { type HandClock, handClock } from './clock.ts';
import { requestJson, type TestSpan } from './send.ts';

/** A journal in memory that can be told to fail. */
export interface MemoryJournal extends Journal {
  broken: boolean;
  readonly records: Map<string, Uint8Array>;
}

export function memoryJournal(): MemoryJournal {
  const records = new Map<string, Uint8Array>();
  let next = 1;
  const positionOf = (index: number) => String(index).padStart(8, '0');
  return {
    broken: false,
    records,
    async append(record) {
      if (this.broken) throw new JournalUnavailable('the disk is full');
      const position = positionOf(next++);
      records.set(position, record);
      return position;
    },
    async replay(visit) {
      for (const [position, record] of records) visit(record, position);
      return { records: records.size, torn: 0 };
    },
    async release(oldest) {
      for (const position of records.keys()) if (position < oldest) records.delete(position);
    },
    end: () => positionOf(next),
    segments: () => 1,
    async close() {},
  };
}

export interface TestWalk extends Pipeline {
  readonly rooms: Rooms;
  readonly journal: MemoryJournal;
  readonly clock: HandClock;
  readonly self: SelfMetrics;
  take(spans: readonly TestSpan[]): ReturnType<Pipeline['accept']>;
  /** Lets `ms` pass, then settles until nothing is ripe. */
  settleAfter(ms: number): Promise<void>;
  counter(name: string): number;
}

export const LATE_WINDOW_MS = 3_600_000;

/** Roots decide, a second after the last news. */
const rootPolicy = openPolicy({
  defaultMode: 'root',
  modes: {},
  remediation: [],
  hourly: undefined,
  taskQuietMs: 1000,
  orphanRootMs: 60_000,
  openTaskMaxMs: 86_400_000,
});

/** The whole walk without doors and disk, on a clock turned by hand; parts that are given are shared with an earlier life. */
export async function openTestWalk(
  given: {
    ledger?: Ledger;
    journal?: MemoryJournal;
    clock?: HandClock;
    pendingSpansMax?: number;
    suspectTwins?: boolean;
    lateWindowMs?: number;
    policy?: Policy;
  } = {},
): Promise<TestWalk> {
  const {
    ledger = openMemoryLedger(),
    journal = memoryJournal(),
    clock = handClock(Date.now()),
    pendingSpansMax = 1000,
    suspectTwins = true,
    lateWindowMs = LATE_WINDOW_MS,
    policy = rootPolicy,
  } = given;
  const vocabulary = new Vocabulary();
  const normalizer = openNormalizer({ vocabulary, naming: defaultNaming, nowMs: clock.now });
  const self = openSelfMetrics();
  const rooms: Rooms = {
    decoder: openDecoder(vocabulary.freeze()),
    normalizer,
    journal,
    openTraces: new OpenTraces({
      graceMs: 1000,
      quietMs: 5000,
      interimMs: 10_000,
      spansMax: pendingSpansMax / 2,
    }),
    openReports: new OpenReports(),
    prices: openPriceBook({
      snapshot: await loadSnapshot(),
      overlay: await loadOverlay(),
      userTable: undefined,
      policy,
    }),
    policy,
    ledger,
    keeper: ALONE,
    clock,
    count: self.count,
    suspectTwins,
    limits: {
      pendingSpansMax,
      settleSpansMax: 1000,
      dueTasksMax: 100,
      retryAfterMs: 1000,
      lateWindowMs,
    },
  };
  const pipeline = openPipeline(rooms);
  return {
    ...pipeline,
    rooms,
    journal,
    clock,
    self,
    take: (spans) => pipeline.accept(Buffer.from(requestJson(spans)), 'json'),
    async settleAfter(ms) {
      clock.advance(ms);
      while (await pipeline.settle());
    },
    counter: (name) =>
      self
        .read()
        .filter((series) => series.name === name)
        .reduce((sum, { value }) => sum + value, 0),
  };
}
