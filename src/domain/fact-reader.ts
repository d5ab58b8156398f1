import { assert } from '../lib/assert.ts';
import { ByteReader } from '../lib/byte-reader.ts';
import { COMPONENTS } from './charge.ts';
import {
  type Context,
  FACT_FLAGS,
  FACT_KINDS,
  type Fact,
  type FactFlag,
  type Identity,
  type UnitCount,
} from './fact.ts';
import {
  FACT_AT,
  FACT_BIT,
  HAS,
  HAS_DIMENSIONS,
  HAS_TEXT,
  HAS_USAGE,
  IDENTITY_TEXTS,
  RECORD_AT,
  RECORD_HEADER_BYTES,
  RECORD_TYPE,
  RECORD_VERSION,
} from './fact-layout.ts';
import type { Served } from './served.ts';
import { OUTCOMES } from './task.ts';
import type { Usage } from './usage.ts';

const COVERS = FACT_BIT.coversRun | FACT_BIT.coversLife;

type Draft = { -readonly [K in keyof Fact]: Fact[K] };

/** Reads the facts of one record. Texts and contexts are decoded once, when the first fact asks. */
export class FactReader {
  readonly #in: ByteReader;
  readonly receivedAt: number;
  readonly count: number;
  readonly #tables: number;
  #texts: string[] | undefined;
  #contexts: Context[] = [];
  readonly #traceIds: LastId;
  readonly #parentIds: LastId;

  constructor(record: Uint8Array) {
    this.#in = new ByteReader(record);
    assert(isFactsRecord(record), 'only facts records of this version are read as facts');
    this.receivedAt = this.#in.f64At(RECORD_AT.receivedAt);
    this.count = this.#in.u32At(RECORD_AT.count);
    this.#tables = this.#in.u32At(RECORD_AT.tables);
    this.#traceIds = new LastId(this.#in, 16);
    this.#parentIds = new LastId(this.#in, 8);
  }

  /**
   * The offset of each fact with its trace id as 16 latin1 characters; nothing else is decoded. Spans of one trace
   * mostly lie together, so their key is made once and is the same string.
   */
  each(visit: (offset: number, traceKey: string) => void): void {
    let before = -1;
    let traceKey = '';
    for (let at = RECORD_HEADER_BYTES; at < this.#tables; at = this.next(at)) {
      if (before === -1 || !this.#sameTrace(before, at)) {
        traceKey = this.#in.bytes.latin1Slice(at + FACT_AT.trace, at + FACT_AT.span);
      }
      before = at;
      visit(at, traceKey);
    }
  }

  #sameTrace(left: number, right: number): boolean {
    for (let word = FACT_AT.trace; word < FACT_AT.span; word += 4) {
      if (this.#in.u32At(left + word) !== this.#in.u32At(right + word)) return false;
    }
    return true;
  }

  /** Whether the span at `offset` enters its trace here: it has no parent, or one in another process. */
  entersTrace(offset: number): boolean {
    return (this.#in.bytes[offset + FACT_AT.bits]! & (FACT_BIT.root | FACT_BIT.remoteParent)) !== 0;
  }

  /** The offset of the fact after the one at `offset`. */
  next(offset: number): number {
    return offset + this.#in.u16At(offset);
  }

  facts(): Fact[] {
    const facts: Fact[] = [];
    for (let at = RECORD_HEADER_BYTES; at < this.#tables; at = this.next(at)) facts.push(this.fact(at));
    return facts;
  }

  fact(offset: number): Fact {
    if (this.#texts === undefined) this.#readTables();
    const from = this.#in;
    const bits = from.bytes[offset + FACT_AT.bits]!;
    const parentId = this.#parentIds.at(offset + FACT_AT.parent);
    const start = from.u64At(offset + FACT_AT.start);
    from.at = offset + FACT_AT.rest;
    const end = start + BigInt(from.varint());
    const receivedAt = this.receivedAt + from.varint();
    const context = this.#contexts[from.varint()]!;
    const fact: Draft = {
      traceId: this.#traceIds.at(offset + FACT_AT.trace),
      spanId: from.hex(offset + FACT_AT.span, 8),
      parentId: parentId === '0000000000000000' ? '' : parentId,
      remoteParent: (bits & FACT_BIT.remoteParent) !== 0,
      start,
      end,
      error: (bits & FACT_BIT.error) !== 0,
      receivedAt,
      kind: FACT_KINDS[from.bytes[offset + FACT_AT.kind]!]!,
      context,
      dialect: '',
    };
    if (bits & COVERS) fact.covers = bits & FACT_BIT.coversRun ? 'run' : 'life';
    const mask = from.varint();
    if (mask !== 0) this.#meaning(fact, mask);
    return fact;
  }

  #meaning(fact: Draft, mask: number): void {
    const from = this.#in;
    if (mask & HAS.dialect) fact.dialect = this.#text();
    if (mask & HAS.usage) fact.usage = this.#usage();
    if (mask & HAS.provider) fact.provider = this.#text();
    if (mask & HAS.model) fact.model = this.#text();
    if (mask & HAS.responseId) fact.responseId = this.#text();
    if (mask & HAS.tool) fact.tool = this.#text();
    if (mask & HAS.callId) fact.callId = this.#text();
    if (mask & HAS.units) fact.units = this.#units();
    if (mask & HAS.stated) fact.stated = { usd: this.#text(), component: COMPONENTS[from.u8()]! };
    if (mask & HAS.reportedUsd) fact.reportedUsd = this.#text();
    if (mask & HAS.outcome) fact.outcome = { outcome: OUTCOMES[from.u8()]!, at: BigInt(this.#text()) };
    if (mask & HAS.valueUsd) fact.valueUsd = this.#text();
    if (mask & HAS.remediation) fact.remediation = this.#remediation();
    if (mask & HAS.flags) fact.flags = flagsOf(from.varint());
    if (mask & HAS.identity) fact.identity = this.#identity();
    if (mask & HAS.served) fact.served = this.#served();
  }

  #usage(): Usage {
    const from = this.#in;
    const mask = from.u8();
    return {
      input: mask & HAS_USAGE.input ? from.varint() : 0,
      cacheRead: mask & HAS_USAGE.cacheRead ? from.varint() : 0,
      cacheWrite5m: mask & HAS_USAGE.cacheWrite5m ? from.varint() : 0,
      cacheWrite1h: mask & HAS_USAGE.cacheWrite1h ? from.varint() : 0,
      output: mask & HAS_USAGE.output ? from.varint() : 0,
      reasoning: mask & HAS_USAGE.reasoning ? from.varint() : 0,
    };
  }

  #units(): UnitCount[] {
    const units: UnitCount[] = [];
    for (let left = this.#in.varint(); left > 0; left -= 1) {
      units.push({ unit: this.#text(), quantity: this.#text() });
    }
    return units;
  }

  #remediation(): { costUsd?: string; minutes?: string } {
    const costUsd = this.#text();
    const minutes = this.#text();
    return { ...(costUsd !== '' && { costUsd }), ...(minutes !== '' && { minutes }) };
  }

  #served(): Served {
    const [tier, region, deployment] = [this.#text(), this.#text(), this.#text()];
    return {
      ...(tier !== '' && { tier }),
      ...(region !== '' && { region }),
      ...(deployment !== '' && { deployment }),
    };
  }

  #identity(): Identity {
    const from = this.#in;
    const mask = from.varint();
    const identity: { -readonly [K in keyof Identity]: Identity[K] } = {};
    for (let bit = 0; bit < IDENTITY_TEXTS.length; bit += 1) {
      if (mask & HAS_TEXT[bit]!) identity[IDENTITY_TEXTS[bit]!] = this.#text();
    }
    if (mask & HAS_DIMENSIONS) {
      const dimensions: string[] = [];
      for (let left = from.varint(); left > 0; left -= 1) dimensions.push(this.#text());
      identity.dimensions = dimensions;
    }
    return identity;
  }

  #text(): string {
    return this.#texts![this.#in.varint()]!;
  }

  #readTables(): void {
    const from = this.#in;
    from.at = this.#tables;
    const texts: string[] = [];
    for (let left = from.varint(); left > 0; left -= 1) texts.push(from.text());
    const contexts: Context[] = [];
    for (let left = from.varint(); left > 0; left -= 1) contexts.push(JSON.parse(from.text()) as Context);
    this.#texts = texts;
    this.#contexts = contexts;
  }
}

/** An id as hex digits. Facts in a row mostly have the same trace and parent: then it is the same string. */
class LastId {
  readonly #in: ByteReader;
  readonly #size: number;
  #at = -1;
  #digits = '';

  constructor(from: ByteReader, size: number) {
    this.#in = from;
    this.#size = size;
  }

  at(at: number): string {
    if (this.#at === -1 || !this.#isLast(at)) this.#digits = this.#in.hex(at, this.#size);
    this.#at = at;
    return this.#digits;
  }

  #isLast(at: number): boolean {
    for (let byte = 0; byte < this.#size; byte += 4) {
      if (this.#in.u32At(at + byte) !== this.#in.u32At(this.#at + byte)) return false;
    }
    return true;
  }
}

export const isFactsRecord = (record: Uint8Array): boolean =>
  record.length >= RECORD_HEADER_BYTES &&
  record[RECORD_AT.version] === RECORD_VERSION &&
  record[RECORD_AT.type] === RECORD_TYPE.facts;

function flagsOf(bits: number): FactFlag[] {
  return FACT_FLAGS.filter((_, index) => (bits & (1 << index)) !== 0);
}
