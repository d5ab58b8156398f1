import type { Covers, FactKind, UnitCount } from '../domain/fact.ts';
import { ABSENT } from './first.ts';
import type { FlagBits } from './flags.ts';
import type { RawCounts, Style } from './style.ts';

/** What is known of the span so far. One draft is reused for all spans: dialects fill only what is still open. */
export class Draft implements RawCounts {
  kind: FactKind | undefined;
  /** The dialect that decided the kind. */
  dialect = '';
  /** Empty where the span does not tell, and what looks like it is something else. */
  provider: string | undefined;
  /** The model that answered. */
  model: string | undefined;
  /** The model that was asked for: it stands in where no dialect knows which one answered. */
  requested: string | undefined;
  responseId: string | undefined;
  tool: string | undefined;
  callId: string | undefined;
  agentName: string | undefined;
  error = false;
  flags: FlagBits = 0;
  units: readonly UnitCount[] | undefined;
  /** What the emitter reckons that the call cost, where no attribute of `REPORTED_COSTS` says it. Decimal text. */
  reportedUsd: string | undefined;

  /** All counts below are of one family of names: two families on one span say the same twice. */
  hasCounts = false;
  style: Style = 'inclusive';
  /** The span itself shows that it counts so, whoever sent it. */
  styleProven = false;
  /** Where the dialect knows what a wrapper's counts are the sum of. */
  covers: Covers | undefined;
  input = ABSENT;
  output = ABSENT;
  cacheRead = ABSENT;
  cacheWrite = ABSENT;
  cacheWrite5m = ABSENT;
  cacheWrite1h = ABSENT;
  reasoning = ABSENT;
  total = ABSENT;
  /** Billed beside the call, in no total of the emitter. */
  extraInput = 0;
  extraOutput = 0;

  /** Back to knowing nothing. Counts are written only together with `hasCounts`, so they go with it. */
  clear(): void {
    this.kind = undefined;
    this.dialect = '';
    this.provider = undefined;
    this.model = undefined;
    this.requested = undefined;
    this.responseId = undefined;
    this.tool = undefined;
    this.callId = undefined;
    this.agentName = undefined;
    this.error = false;
    this.flags = 0;
    this.units = undefined;
    this.reportedUsd = undefined;
    if (this.hasCounts) this.clearCounts();
  }

  clearCounts(): void {
    this.hasCounts = false;
    this.style = 'inclusive';
    this.styleProven = false;
    this.covers = undefined;
    this.input = ABSENT;
    this.output = ABSENT;
    this.cacheRead = ABSENT;
    this.cacheWrite = ABSENT;
    this.cacheWrite5m = ABSENT;
    this.cacheWrite1h = ABSENT;
    this.reasoning = ABSENT;
    this.total = ABSENT;
    this.extraInput = 0;
    this.extraOutput = 0;
  }

  /** The first dialect that knows the kind decides it. */
  is(kind: FactKind, dialect: string): void {
    if (this.kind !== undefined) return;
    this.kind = kind;
    this.dialect = dialect;
  }
}
