import { LIMITS } from '../domain/limits.ts';
import type { EventView, SpanView } from '../domain/span.ts';
import { Attributes } from './attributes.ts';
import { type Source, STRING } from './source.ts';

/** Where the parts of `ids` begin. */
const TRACE = 0;
const SPAN = 16;
const PARENT = 24;
/** Characters of a span's name in a message. */
const NAME_SHOWN_MAX = 80;

/** An event of the span that is being read; reused for a later span. */
export class ScratchEvent extends Attributes implements EventView {
  timeHi = 0;
  timeLo = 0;
  nameKind = STRING;
  nameAt = 0;
  nameLength = 0;

  get name(): string {
    return this.source.text(this.nameKind, this.nameAt, this.nameLength);
  }

  reset(source: Source): void {
    this.source = source;
    this.timeHi = this.timeLo = 0;
    this.nameKind = STRING;
    this.nameAt = this.nameLength = 0;
    this.clear();
  }
}

/** The one span that both readers fill and hand out, again and again. */
export class ScratchSpan extends Attributes implements SpanView {
  readonly ids = new Uint8Array(32);
  readonly #idsView = new DataView(this.ids.buffer);
  nameKind = STRING;
  nameAt = 0;
  nameLength = 0;
  kind = 0;
  flags = 0;
  startHi = 0;
  startLo = 0;
  endHi = 0;
  endLo = 0;
  status = 0;
  scopeName = '';
  scopeVersion = '';
  resource: Attributes;
  readonly events: ScratchEvent[] = [];
  eventsSeen = 0;
  attributesSeen = 0;
  #traceBytes = 0;
  #spanBytes = 0;
  #parentBytes = 0;
  readonly #keyCount: number;
  readonly #noResource: Attributes;
  /** Events made so far; the first `events.length` of them are in use. */
  readonly #pool: ScratchEvent[] = [];

  constructor(keyCount: number, source: Source) {
    super(keyCount, source);
    this.#keyCount = keyCount;
    this.#noResource = new Attributes(keyCount, source);
    this.resource = this.#noResource;
  }

  get name(): string {
    return this.source.text(this.nameKind, this.nameAt, this.nameLength);
  }

  reset(): void {
    this.nameKind = STRING;
    this.nameAt = this.nameLength = 0;
    this.kind = this.flags = this.status = 0;
    this.startHi = this.startLo = this.endHi = this.endLo = 0;
    this.eventsSeen = this.attributesSeen = 0;
    this.#traceBytes = this.#spanBytes = this.#parentBytes = 0;
    this.#idsView.setInt32(PARENT, 0);
    this.#idsView.setInt32(PARENT + 4, 0);
    if (this.events.length > 0) this.events.length = 0;
    this.clear();
  }

  /** Forgets the body, so that a large one is not kept until the next comes. */
  letGo(nothing: Source): void {
    this.reset();
    this.source = nothing;
    this.resource = this.#noResource;
    for (const event of this.#pool) event.source = nothing;
  }

  setTraceId(view: DataView, at: number, length: number): void {
    this.#traceBytes = length;
    if (length === 16) this.#copy(TRACE, view, at, 16);
  }

  setSpanId(view: DataView, at: number, length: number): void {
    this.#spanBytes = length;
    if (length === 8) this.#copy(SPAN, view, at, 8);
  }

  setParentId(view: DataView, at: number, length: number): void {
    this.#parentBytes = length;
    if (length === 8) this.#copy(PARENT, view, at, 8);
    else this.ids.fill(0, PARENT);
  }

  /** OTLP's enums are open; a member that does not exist yet says nothing to us. */
  setKind(kind: number): void {
    this.kind = kind <= 5 ? kind : 0;
  }

  setStatus(status: number): void {
    this.status = status <= 2 ? status : 0;
  }

  /** An event to be filled. It counts only if `keep` is called on it. */
  nextEvent(): ScratchEvent {
    const free = this.#pool[this.events.length];
    const event = free ?? new ScratchEvent(this.#keyCount, this.source);
    if (free === undefined) this.#pool.push(event);
    event.reset(this.source);
    return event;
  }

  keep(event: ScratchEvent): void {
    if (this.events.length < LIMITS.eventsMax) this.events.push(event);
  }

  /** Why this span cannot be taken; empty if it can. */
  fault(index: number): string {
    const reason =
      this.#idFault('trace id', TRACE, this.#traceBytes, 16) ||
      this.#idFault('span id', SPAN, this.#spanBytes, 8) ||
      (this.#parentBytes === 0 || this.#parentBytes === 8
        ? ''
        : `has a parent span id of ${this.#parentBytes} bytes, wanted 8`);
    if (reason === '') return '';
    return `span ${index} ${JSON.stringify(this.name.slice(0, NAME_SHOWN_MAX))} ${reason}`;
  }

  #idFault(what: string, at: number, bytes: number, wanted: number): string {
    if (bytes !== wanted) {
      return bytes === 0 ? `has no ${what}` : `has a ${what} of ${bytes} bytes, wanted ${wanted}`;
    }
    let bits = 0;
    for (let i = at; i < at + wanted; i += 4) bits |= this.#idsView.getInt32(i);
    return bits === 0 ? `has an all-zero ${what}` : '';
  }

  #copy(to: number, view: DataView, at: number, length: number): void {
    for (let i = 0; i < length; i += 4) this.#idsView.setInt32(to + i, view.getInt32(at + i));
  }
}
