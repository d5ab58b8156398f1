import { assert } from '../lib/assert.ts';
import { ByteWriter } from '../lib/byte-writer.ts';
import { COMPONENTS } from './charge.ts';
import {
  type Context,
  type Covers,
  FACT_FLAGS,
  FACT_KINDS,
  type Fact,
  type Identity,
  type Meaning,
} from './fact.ts';
import {
  FACT_AT,
  FACT_BIT,
  HAS,
  HAS_DIMENSIONS,
  HAS_TEXT,
  HAS_USAGE,
  IDENTITY_TEXTS,
  LIST_ITEMS_MAX,
  RECORD_AT,
  RECORD_HEADER_BYTES,
  RECORD_TYPE,
  RECORD_VERSION,
} from './fact-layout.ts';
import { flagBits, isPlain, maskOf, type Said } from './fact-mask.ts';
import type { SpanView } from './span.ts';
import { OUTCOMES } from './task.ts';
import type { Usage } from './usage.ts';

const KIND = Object.fromEntries(FACT_KINDS.map((kind, index) => [kind, index])) as Record<
  Fact['kind'],
  number
>;
const CLOCK_SKEWED = 1 << FACT_FLAGS.indexOf('clock_skewed');
const TWO_32 = 4294967296;
/** OTLP span flags: the parent's remoteness is known, and it is remote. */
const PARENT_IS_REMOTE = 0x300;
/** Longer than this a span is not believed (104 days); it keeps its start. */
const DURATION_NANOS_MAX = Number.MAX_SAFE_INTEGER;
/** The fields whose last text is remembered; those of Identity come behind. */
const FIELDS = ['dialect', 'provider', 'model', 'tool', ...IDENTITY_TEXTS] as const;
const [DIALECT, PROVIDER, MODEL, TOOL, IDENTITY] = [0, 1, 2, 3, 4] as const;
/** Bytes a fact can take before its lists. */
const FACT_BYTES_MAX = 512;

/** Writes facts records. One writer is reused for all requests: begin, add, finish. */
export class FactWriter {
  readonly #out = new ByteWriter();
  readonly #texts = new Map<string, number>();
  readonly #contexts = new Map<Context, number>();
  /** What each field said last, and its number: spans in a row mostly say the same, which is compared, not looked up. */
  readonly #lastTexts: (string | undefined)[] = new Array<undefined>(FIELDS.length).fill(undefined);
  readonly #lastIds = new Uint32Array(FIELDS.length);
  readonly #traceIds = new LastHex();
  readonly #parentIds = new LastHex();
  #receivedAt = 0;
  #count = 0;

  begin(receivedAtMs: number): void {
    this.#texts.clear();
    this.#contexts.clear();
    this.#lastTexts.fill(undefined);
    this.#receivedAt = receivedAtMs;
    this.#count = 0;
    this.#out.at = RECORD_HEADER_BYTES;
  }

  get count(): number {
    return this.#count;
  }

  /** The hot path: a span as decoded, with what normalize read from it. */
  add(span: SpanView, meaning: Meaning): void {
    const out = this.#out;
    out.reserve(FACT_BYTES_MAX);
    const from = out.at;
    out.at = from + FACT_AT.trace;
    out.raw(span.ids);
    out.u32(span.startLo);
    out.u32(span.startHi);
    const nanos = (span.endHi - span.startHi) * TWO_32 + (span.endLo - span.startLo);
    const skewed = nanos < 0 || nanos > DURATION_NANOS_MAX;
    const error = span.status === 2 || meaning.error === true;
    const remote = (span.flags & PARENT_IS_REMOTE) === PARENT_IS_REMOTE;
    out.u8(bitsOf(error, remote, isRoot(span.ids)) | coversBits(meaning.covers));
    out.u8(KIND[meaning.kind]);
    out.varint(skewed ? 0 : nanos);
    out.varint(0);
    this.#meaning(meaning, skewed ? CLOCK_SKEWED : 0);
    this.#close(from);
  }

  /** The same for a fact read back, e.g. into a trace's skeleton. */
  addFact(fact: Fact): void {
    const out = this.#out;
    out.reserve(FACT_BYTES_MAX);
    const from = out.at;
    out.at = from + FACT_AT.trace;
    this.#traceIds.write(out, fact.traceId);
    out.hex(fact.spanId);
    this.#parentIds.write(out, fact.parentId === '' ? '0000000000000000' : fact.parentId);
    out.u64(fact.start);
    out.u8(bitsOf(fact.error, fact.remoteParent, fact.parentId === '') | coversBits(fact.covers));
    out.u8(KIND[fact.kind]);
    out.varint(Number(fact.end - fact.start));
    assert(fact.receivedAt >= this.#receivedAt, 'a record begins with its earliest arrival');
    out.varint(Math.floor(fact.receivedAt - this.#receivedAt));
    this.#meaning(fact, 0);
    this.#close(from);
  }

  /** The finished record, a copy of its own. */
  finish(): Buffer {
    const out = this.#out;
    const tables = out.at;
    this.#tables();
    out.bytes[RECORD_AT.version] = RECORD_VERSION;
    out.bytes[RECORD_AT.type] = RECORD_TYPE.facts;
    const end = out.at;
    out.at = RECORD_AT.receivedAt;
    out.f64(this.#receivedAt);
    out.at = end;
    out.u32At(RECORD_AT.count, this.#count);
    out.u32At(RECORD_AT.tables, tables);
    return out.copy();
  }

  #tables(): void {
    const out = this.#out;
    // Contexts name no texts of the table, so that the two can be written in any order.
    out.reserve(16);
    out.varint(this.#texts.size);
    for (const text of this.#texts.keys()) out.text(text);
    out.reserve(16);
    out.varint(this.#contexts.size);
    for (const context of this.#contexts.keys()) out.text(JSON.stringify(context));
  }

  #close(from: number): void {
    const size = this.#out.at - from;
    assert(size <= 0xffff, 'a fact fits in 64 KiB, since its texts are numbers and its lists are short');
    this.#out.u16At(from, size);
    this.#count += 1;
  }

  #meaning(meaning: Said, moreFlags: number): void {
    const out = this.#out;
    out.varint(this.#context(meaning.context));
    if (meaning.kind === 'edge' && isPlain(meaning)) {
      out.varint(moreFlags === 0 ? 0 : HAS.flags);
      if (moreFlags !== 0) out.varint(moreFlags);
      return;
    }
    const flags = flagBits(meaning) | moreFlags;
    out.varint(maskOf(meaning) | (flags === 0 ? 0 : HAS.flags));
    if (meaning.dialect !== '') this.#field(DIALECT, meaning.dialect);
    if (meaning.usage !== undefined) this.#usage(meaning.usage);
    if (meaning.provider !== undefined) this.#field(PROVIDER, meaning.provider);
    if (meaning.model !== undefined) this.#field(MODEL, meaning.model);
    if (meaning.responseId !== undefined) this.#text(meaning.responseId);
    if (meaning.tool !== undefined) this.#field(TOOL, meaning.tool);
    if (meaning.callId !== undefined) this.#text(meaning.callId);
    if (meaning.units !== undefined) this.#units(meaning.units);
    if (meaning.stated !== undefined) {
      this.#text(meaning.stated.usd);
      out.u8(COMPONENTS.indexOf(meaning.stated.component));
    }
    if (meaning.reportedUsd !== undefined) this.#text(meaning.reportedUsd);
    if (meaning.outcome !== undefined) {
      out.u8(OUTCOMES.indexOf(meaning.outcome.outcome));
      this.#text(meaning.outcome.at.toString());
    }
    if (meaning.valueUsd !== undefined) this.#text(meaning.valueUsd);
    if (meaning.remediation !== undefined) {
      this.#text(meaning.remediation.costUsd ?? '');
      this.#text(meaning.remediation.minutes ?? '');
    }
    if (flags !== 0) out.varint(flags);
    if (meaning.identity !== undefined) this.#identity(meaning.identity);
    if (meaning.served !== undefined) {
      this.#text(meaning.served.tier ?? '');
      this.#text(meaning.served.region ?? '');
      this.#text(meaning.served.deployment ?? '');
    }
  }

  #usage(usage: Usage): void {
    const out = this.#out;
    const { input, cacheRead, cacheWrite5m, cacheWrite1h, output, reasoning } = usage;
    out.u8(
      (input > 0 ? HAS_USAGE.input : 0) |
        (cacheRead > 0 ? HAS_USAGE.cacheRead : 0) |
        (cacheWrite5m > 0 ? HAS_USAGE.cacheWrite5m : 0) |
        (cacheWrite1h > 0 ? HAS_USAGE.cacheWrite1h : 0) |
        (output > 0 ? HAS_USAGE.output : 0) |
        (reasoning > 0 ? HAS_USAGE.reasoning : 0),
    );
    if (input > 0) out.varint(input);
    if (cacheRead > 0) out.varint(cacheRead);
    if (cacheWrite5m > 0) out.varint(cacheWrite5m);
    if (cacheWrite1h > 0) out.varint(cacheWrite1h);
    if (output > 0) out.varint(output);
    if (reasoning > 0) out.varint(reasoning);
  }

  #units(units: NonNullable<Meaning['units']>): void {
    const kept = units.slice(0, LIST_ITEMS_MAX);
    this.#out.reserve(FACT_BYTES_MAX + kept.length * 16);
    this.#out.varint(kept.length);
    for (const { unit, quantity } of kept) {
      this.#text(unit);
      this.#text(quantity);
    }
  }

  #identity(identity: Identity): void {
    const dimensions = identity.dimensions?.slice(0, LIST_ITEMS_MAX);
    this.#out.reserve(FACT_BYTES_MAX + (dimensions?.length ?? 0) * 8);
    let mask = dimensions === undefined ? 0 : HAS_DIMENSIONS;
    for (let bit = 0; bit < IDENTITY_TEXTS.length; bit += 1) {
      if (identity[IDENTITY_TEXTS[bit]!] !== undefined) mask |= HAS_TEXT[bit]!;
    }
    this.#out.varint(mask);
    for (let bit = 0; bit < IDENTITY_TEXTS.length; bit += 1) {
      const text = identity[IDENTITY_TEXTS[bit]!];
      if (text !== undefined) this.#field(IDENTITY + bit, text);
    }
    if (dimensions === undefined) return;
    this.#out.varint(dimensions.length);
    for (const value of dimensions) this.#text(value);
  }

  #field(field: number, text: string): void {
    if (this.#lastTexts[field] !== text) {
      this.#lastTexts[field] = text;
      this.#lastIds[field] = this.#idOf(text);
    }
    this.#out.varint(this.#lastIds[field]!);
  }

  #text(text: string): void {
    this.#out.varint(this.#idOf(text));
  }

  #idOf(text: string): number {
    let id = this.#texts.get(text);
    if (id === undefined) {
      id = this.#texts.size;
      this.#texts.set(text, id);
    }
    return id;
  }

  #context(context: Context): number {
    let id = this.#contexts.get(context);
    if (id === undefined) {
      id = this.#contexts.size;
      this.#contexts.set(context, id);
    }
    return id;
  }
}

/** Writes an id from its hex digits. Facts in a row mostly have the same trace and parent: their bytes are kept at hand. */
class LastHex {
  #digits = '';
  #bytes: Buffer = Buffer.alloc(0);

  write(out: ByteWriter, digits: string): void {
    if (digits === this.#digits) {
      out.raw(this.#bytes);
      return;
    }
    const from = out.at;
    out.hex(digits);
    this.#digits = digits;
    this.#bytes = Buffer.from(out.bytes.subarray(from, out.at));
  }
}

const bitsOf = (error: boolean, remoteParent: boolean, root: boolean): number =>
  (error ? FACT_BIT.error : 0) | (remoteParent ? FACT_BIT.remoteParent : 0) | (root ? FACT_BIT.root : 0);

const coversBits = (covers: Covers | undefined): number =>
  covers === undefined ? 0 : covers === 'run' ? FACT_BIT.coversRun : FACT_BIT.coversLife;

function isRoot(ids: Uint8Array): boolean {
  for (let at = 24; at < 32; at += 1) if (ids[at] !== 0) return false;
  return true;
}
