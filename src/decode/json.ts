import { LIMITS } from '../domain/limits.ts';
import { Attributes } from './attributes.ts';
import type { Delivery } from './delivery.ts';
import { checkJson } from './json-check.ts';
import { JsonCursor } from './json-cursor.ts';
import { type Halves, INT32, readInteger, UINT32, UINT64 } from './json-number.ts';
import { readAttributes } from './json-value.ts';
import { isKeptEvent } from './kept-events.ts';
import { KeyTable } from './key-table.ts';
import { malformed } from './malformed.ts';
import type { Source } from './source.ts';
import type { ScratchSpan } from './span.ts';

/** Member names in both spellings, two for each field; a field's number is half the number of its name. */
const REQUEST = new KeyTable(['resourceSpans', 'resource_spans']);
const RESOURCE_SPANS = new KeyTable(['resource', 'resource', 'scopeSpans', 'scope_spans']);
const RESOURCE = new KeyTable(['attributes', 'attributes']);
const SCOPE_SPANS = new KeyTable(['scope', 'scope', 'spans', 'spans']);
const SCOPE = new KeyTable(['name', 'name', 'version', 'version']);
const STATUS = new KeyTable(['code', 'code']);
const EVENT = new KeyTable(['timeUnixNano', 'time_unix_nano', 'name', 'name', 'attributes', 'attributes']);
const SPAN = new KeyTable([
  ...['traceId', 'trace_id', 'spanId', 'span_id', 'parentSpanId', 'parent_span_id', 'name', 'name'],
  ...['kind', 'kind', 'startTimeUnixNano', 'start_time_unix_nano', 'endTimeUnixNano', 'end_time_unix_nano'],
  ...['attributes', 'attributes', 'events', 'events', 'status', 'status', 'flags', 'flags'],
]);
const SPAN_KIND = new KeyTable(
  ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map((kind) => `SPAN_KIND_${kind}`),
);
const STATUS_CODE = new KeyTable(['UNSET', 'OK', 'ERROR'].map((code) => `STATUS_CODE_${code}`));

interface Walk {
  readonly cursor: JsonCursor;
  readonly keys: KeyTable;
  readonly keyCount: number;
  readonly delivery: Delivery;
  readonly halves: Halves;
}

/** Reads an ExportTraceServiceRequest in OTLP's JSON. Throws `Malformed`. */
export function readJson(source: Source, keys: KeyTable, keyCount: number, delivery: Delivery): void {
  const cursor = new JsonCursor(source, 0, checkJson(source.bytes));
  const walk: Walk = { cursor, keys, keyCount, delivery, halves: { low: 0, high: 0 } };
  for (let more = cursor.enterObject('the request'); more; more = cursor.next()) {
    if (cursor.member(REQUEST) < 0) cursor.skip();
    else eachElement(cursor, 'resourceSpans', () => readResourceSpans(walk));
  }
}

/** The resource may stand behind its spans: they are read last. */
function readResourceSpans(walk: Walk): void {
  const { cursor, delivery } = walk;
  const resource = new Attributes(walk.keyCount, cursor.source);
  const scopeSpans: number[] = [];
  for (let more = cursor.enterObject('an element of resourceSpans'); more; more = cursor.next()) {
    const field = cursor.member(RESOURCE_SPANS) >> 1;
    if (field === 0) readResource(walk, resource);
    else {
      if (field === 1) scopeSpans.push(cursor.at);
      cursor.skipLong();
    }
  }
  delivery.span.resource = resource;
  eachKept(cursor, scopeSpans, () => eachElement(cursor, 'scopeSpans', () => readScopeSpans(walk)));
}

function readResource({ cursor, keys }: Walk, resource: Attributes): void {
  for (let more = cursor.enterObject('resource'); more; more = cursor.next()) {
    if (cursor.member(RESOURCE) < 0) cursor.skip();
    else readAttributes(cursor, keys, resource);
  }
}

/** The scope may stand behind its spans too. */
function readScopeSpans(walk: Walk): void {
  const { cursor, delivery } = walk;
  const { span } = delivery;
  const spans: number[] = [];
  span.scopeName = span.scopeVersion = '';
  for (let more = cursor.enterObject('an element of scopeSpans'); more; more = cursor.next()) {
    const field = cursor.member(SCOPE_SPANS) >> 1;
    if (field === 0) readScope(cursor, span);
    else {
      if (field === 1) spans.push(cursor.at);
      cursor.skipLong();
    }
  }
  const read = () => {
    span.reset();
    readSpan(walk, span);
    delivery.deliver();
  };
  eachKept(cursor, spans, () => eachElement(cursor, 'spans', read));
}

function readScope(cursor: JsonCursor, span: ScratchSpan): void {
  for (let more = cursor.enterObject('scope'); more; more = cursor.next()) {
    const field = cursor.member(SCOPE) >> 1;
    if (field < 0) cursor.skip();
    else {
      cursor.string('a name or version of scope');
      const text = cursor.source.text(cursor.kind, cursor.start, cursor.length);
      if (field === 0) span.scopeName = text;
      else span.scopeVersion = text;
    }
  }
}

function readSpan(walk: Walk, span: ScratchSpan): void {
  const { cursor } = walk;
  for (let more = cursor.enterObject('a span'); more; more = cursor.next()) {
    const field = cursor.member(SPAN) >> 1;
    if (field < 0) cursor.skip();
    else readSpanField(walk, field, span);
  }
}

/** `field` is the position of its names in SPAN. */
function readSpanField({ cursor, keys, halves }: Walk, field: number, span: ScratchSpan): void {
  switch (field) {
    case 0:
      span.setTraceId(cursor.id, 0, cursor.hex('traceId'));
      break;
    case 1:
      span.setSpanId(cursor.id, 0, cursor.hex('spanId'));
      break;
    case 2:
      span.setParentId(cursor.id, 0, cursor.hex('parentSpanId'));
      break;
    case 3:
      cursor.string('name');
      span.nameKind = cursor.kind;
      span.nameAt = cursor.start;
      span.nameLength = cursor.length;
      break;
    case 4:
      span.setKind(readEnum(cursor, 'kind', SPAN_KIND, halves));
      break;
    case 5:
      readInteger(cursor, 'startTimeUnixNano', UINT64, halves);
      span.startHi = halves.high >>> 0;
      span.startLo = halves.low >>> 0;
      break;
    case 6:
      readInteger(cursor, 'endTimeUnixNano', UINT64, halves);
      span.endHi = halves.high >>> 0;
      span.endLo = halves.low >>> 0;
      break;
    case 7:
      readAttributes(cursor, keys, span);
      break;
    case 8:
      eachElement(cursor, 'events', () => readEvent(cursor, keys, halves, span));
      break;
    case 9:
      readStatus(cursor, halves, span);
      break;
    default:
      readInteger(cursor, 'flags', UINT32, halves);
      span.flags = halves.low >>> 0;
  }
}

function readStatus(cursor: JsonCursor, halves: Halves, span: ScratchSpan): void {
  for (let more = cursor.enterObject('status'); more; more = cursor.next()) {
    if (cursor.member(STATUS) < 0) cursor.skip();
    else span.setStatus(readEnum(cursor, 'code', STATUS_CODE, halves));
  }
}

function readEvent(cursor: JsonCursor, keys: KeyTable, halves: Halves, span: ScratchSpan): void {
  if (span.eventsSeen++ >= LIMITS.eventsMax) {
    cursor.skip();
    return;
  }
  const event = span.nextEvent();
  for (let more = cursor.enterObject('an event'); more; more = cursor.next()) {
    const field = cursor.member(EVENT) >> 1;
    if (field === 0) {
      readInteger(cursor, 'timeUnixNano', UINT64, halves);
      event.timeHi = halves.high >>> 0;
      event.timeLo = halves.low >>> 0;
    } else if (field === 1) {
      cursor.string('the name of an event');
      event.nameKind = cursor.kind;
      event.nameAt = cursor.start;
      event.nameLength = cursor.length;
    } else if (field === 2) readAttributes(cursor, keys, event);
    else cursor.skip();
  }
  if (!event.isEmpty || isKeptEvent(event)) span.keep(event);
}

/** A number, bare or quoted, or the name of a member; a number without a name is given as it is. */
function readEnum(cursor: JsonCursor, wanted: string, names: KeyTable, halves: Halves): number {
  if (cursor.isString()) {
    const { at } = cursor;
    cursor.string(wanted);
    const known = cursor.find(names);
    if (known >= 0) return known;
    cursor.at = at;
    const digit = cursor.bytes[cursor.start];
    if (digit === undefined || (digit > 0x39 && digit !== 0x2d)) throw malformed(at, `a member of ${wanted}`);
  }
  readInteger(cursor, wanted, INT32, halves);
  return halves.low >>> 0;
}

function eachElement(cursor: JsonCursor, wanted: string, read: () => void): void {
  for (let more = cursor.enterArray(wanted); more; more = cursor.next()) read();
}

/** Goes back to each of the places that were kept, and returns. */
function eachKept(cursor: JsonCursor, places: readonly number[], read: () => void): void {
  const after = cursor.at;
  for (const place of places) {
    cursor.at = place;
    read();
  }
  cursor.at = after;
}
