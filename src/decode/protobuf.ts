import { LIMITS } from '../domain/limits.ts';
import { Attributes } from './attributes.ts';
import type { Delivery } from './delivery.ts';
import { isKeptEvent } from './kept-events.ts';
import type { KeyTable } from './key-table.ts';
import { readAttribute } from './protobuf-value.ts';
import { type Source, STRING } from './source.ts';
import type { ScratchEvent, ScratchSpan } from './span.ts';
import { Wire } from './wire.ts';

/** The fields that are read, by number; their wire types are in the switches below. All others are passed over. */
const REQUEST = ['', 'resource_spans'];
const RESOURCE_SPANS = ['', 'resource', 'scope_spans'];
const RESOURCE = ['', 'attributes'];
const SCOPE_SPANS = ['', 'scope', 'spans'];
const SCOPE = ['', 'name', 'version'];
const STATUS = ['', '', '', 'code'];
const EVENT = ['', 'time_unix_nano', 'name', 'attributes'];
const SPAN: readonly string[] = Object.assign(new Array<string>(17).fill(''), {
  1: 'trace_id',
  2: 'span_id',
  4: 'parent_span_id',
  5: 'name',
  6: 'kind',
  7: 'start_time_unix_nano',
  8: 'end_time_unix_nano',
  9: 'attributes',
  11: 'events',
  15: 'status',
  16: 'flags',
});

/** Reads an ExportTraceServiceRequest. Throws `Malformed`. */
export function readProtobuf(source: Source, keys: KeyTable, keyCount: number, delivery: Delivery): void {
  const walk: Walk = { wire: new Wire(source), keys, keyCount, delivery };
  eachMessage(walk.wire, 0, source.bytes.length, 0x0a, REQUEST, (at, end) =>
    readResourceSpans(walk, at, end),
  );
}

interface Walk {
  readonly wire: Wire;
  readonly keys: KeyTable;
  readonly keyCount: number;
  readonly delivery: Delivery;
}

/** The resource may stand behind its spans, or in several parts: it is read first. */
function readResourceSpans(walk: Walk, at: number, end: number): void {
  const { wire, delivery } = walk;
  const resource = new Attributes(walk.keyCount, wire.source);
  let seen = 0;
  for (let next = at; next < end; ) {
    next = wire.tag(next, end);
    if (wire.low === 0x0a) {
      next = wire.span(next, end);
      seen = readResource(walk, wire.start, next, resource, seen);
    } else if (wire.low === 0x12) next = wire.span(next, end);
    else next = wire.skip(wire.low, next, end, RESOURCE_SPANS);
  }
  delivery.span.resource = resource;
  eachMessage(wire, at, end, 0x12, [], (from, to) => readScopeSpans(walk, from, to));
}

function readResource(walk: Walk, at: number, end: number, resource: Attributes, seen: number): number {
  const { wire, keys } = walk;
  eachMessage(wire, at, end, 0x0a, RESOURCE, (from, to) => {
    if (seen++ < LIMITS.attributesMax) readAttribute(wire, keys, from, to, resource);
  });
  return seen;
}

/** The scope may stand behind its spans too. */
function readScopeSpans(walk: Walk, at: number, end: number): void {
  const { wire, delivery } = walk;
  const { span } = delivery;
  span.scopeName = span.scopeVersion = '';
  for (let next = at; next < end; ) {
    next = wire.tag(next, end);
    if (wire.low === 0x0a) {
      next = wire.span(next, end);
      readScope(wire, wire.start, next, span);
    } else if (wire.low === 0x12) next = wire.span(next, end);
    else next = wire.skip(wire.low, next, end, SCOPE_SPANS);
  }
  while (at < end) {
    at = wire.tag(at, end);
    const isSpan = wire.low === 0x12;
    at = wire.skip(wire.low, at, end, []);
    if (!isSpan) continue;
    span.reset();
    readSpan(walk, wire.start, at, span);
    delivery.deliver();
  }
}

function readScope(wire: Wire, at: number, end: number, span: ScratchSpan): void {
  while (at < end) {
    at = wire.tag(at, end);
    if (wire.low === 0x0a) {
      at = wire.span(at, end);
      span.scopeName = wire.source.text(STRING, wire.start, at - wire.start);
    } else if (wire.low === 0x12) {
      at = wire.span(at, end);
      span.scopeVersion = wire.source.text(STRING, wire.start, at - wire.start);
    } else at = wire.skip(wire.low, at, end, SCOPE);
  }
}

function readSpan(walk: Walk, at: number, end: number, span: ScratchSpan): void {
  const { wire, keys } = walk;
  const { bytes, view } = wire;
  while (at < end) {
    let tag = bytes[at]!;
    if (tag < 0x80) at++;
    else {
      at = wire.tag(at, end);
      tag = wire.low;
    }
    switch (tag) {
      case 0x4a:
        at = wire.span(at, end);
        if (span.attributesSeen++ < LIMITS.attributesMax) readAttribute(wire, keys, wire.start, at, span);
        break;
      case 0x0a:
        at = wire.span(at, end);
        span.setTraceId(view, wire.start, at - wire.start);
        break;
      case 0x12:
        at = wire.span(at, end);
        span.setSpanId(view, wire.start, at - wire.start);
        break;
      case 0x22:
        at = wire.span(at, end);
        span.setParentId(view, wire.start, at - wire.start);
        break;
      case 0x2a:
        at = wire.span(at, end);
        span.nameAt = wire.start;
        span.nameLength = at - wire.start;
        break;
      case 0x30:
        at = wire.varint(at, end);
        span.setKind(wire.low >>> 0);
        break;
      case 0x39:
        at = wire.fixed(at, end, 8);
        span.startLo = view.getUint32(at - 8, true);
        span.startHi = view.getUint32(at - 4, true);
        break;
      case 0x41:
        at = wire.fixed(at, end, 8);
        span.endLo = view.getUint32(at - 8, true);
        span.endHi = view.getUint32(at - 4, true);
        break;
      default:
        at = readRareField(walk, tag, at, end, span);
    }
  }
}

function readRareField(walk: Walk, tag: number, at: number, end: number, span: ScratchSpan): number {
  const { wire } = walk;
  if (tag === 0x5a) {
    at = wire.span(at, end);
    if (span.eventsSeen++ < LIMITS.eventsMax) readEvent(walk, wire.start, at, span);
    return at;
  }
  if (tag === 0x7a) {
    at = wire.span(at, end);
    readStatus(wire, wire.start, at, span);
    return at;
  }
  if (tag !== 0x85) return wire.skip(tag, at, end, SPAN);
  at = wire.fixed(at, end, 4);
  span.flags = wire.view.getUint32(at - 4, true);
  return at;
}

function readStatus(wire: Wire, at: number, end: number, span: ScratchSpan): void {
  while (at < end) {
    at = wire.tag(at, end);
    if (wire.low === 0x18) {
      at = wire.varint(at, end);
      span.setStatus(wire.low >>> 0);
    } else at = wire.skip(wire.low, at, end, STATUS);
  }
}

function readEvent(walk: Walk, at: number, end: number, span: ScratchSpan): void {
  const { wire, keys } = walk;
  const event: ScratchEvent = span.nextEvent();
  let seen = 0;
  while (at < end) {
    at = wire.tag(at, end);
    if (wire.low === 0x1a) {
      at = wire.span(at, end);
      if (seen++ < LIMITS.attributesMax) readAttribute(wire, keys, wire.start, at, event);
    } else if (wire.low === 0x12) {
      at = wire.span(at, end);
      event.nameAt = wire.start;
      event.nameLength = at - wire.start;
    } else if (wire.low === 0x09) {
      at = wire.fixed(at, end, 8);
      event.timeLo = wire.view.getUint32(at - 8, true);
      event.timeHi = wire.view.getUint32(at - 4, true);
    } else at = wire.skip(wire.low, at, end, EVENT);
  }
  if (!event.isEmpty || isKeptEvent(event)) span.keep(event);
}

/** Calls `read` with the bounds of each field that has `tag`, in order. */
function eachMessage(
  wire: Wire,
  at: number,
  end: number,
  tag: number,
  known: readonly string[],
  read: (at: number, end: number) => void,
): void {
  while (at < end) {
    at = wire.tag(at, end);
    if (wire.low === tag) {
      at = wire.span(at, end);
      read(wire.start, at);
    } else at = wire.skip(wire.low, at, end, known);
  }
}
