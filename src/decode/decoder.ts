import type { Decoded } from '../domain/request.ts';
import type { SpanView } from '../domain/span.ts';
import { assert } from '../lib/assert.ts';
import { Delivery } from './delivery.ts';
import { readJson } from './json.ts';
import { KeyTable } from './key-table.ts';
import { Malformed } from './malformed.ts';
import { readProtobuf } from './protobuf.ts';
import { Source } from './source.ts';
import { ScratchSpan } from './span.ts';
import { TextTable } from './text-table.ts';

/**
 * Reads bodies of ExportTraceServiceRequest. `visit` gets each span in order; the same object is filled for
 * the next one. Any bytes give a value; only what `visit` throws comes through. The body must not change
 * while a resource of it is kept.
 */
export interface Decoder {
  protobuf(body: Uint8Array, visit: (span: SpanView) => void): Decoded;
  json(body: Uint8Array, visit: (span: SpanView) => void): Decoded;
}

const NO_BODY = new Uint8Array(0);

/** `names` are the attributes that are read, each at the index of its KeyId: what `Vocabulary.freeze()` gives. */
export function openDecoder(names: readonly string[]): Decoder {
  const keys = new KeyTable(names);
  const texts = new TextTable();
  const nothing = new Source(NO_BODY, texts);
  const span = new ScratchSpan(names.length, nothing);
  let busy = false;

  function decode(read: typeof readProtobuf, body: Uint8Array, visit: (span: SpanView) => void): Decoded {
    assert(!busy, 'a visitor of spans does not decode another body');
    busy = true;
    try {
      span.source = new Source(body, texts);
      const delivery = new Delivery(span, visit);
      read(span.source, keys, names.length, delivery);
      return delivery.result();
    } catch (error) {
      if (error instanceof Malformed) return { kind: 'malformed', message: error.message };
      throw error;
    } finally {
      span.letGo(nothing);
      busy = false;
    }
  }

  return {
    protobuf: (body, visit) => decode(readProtobuf, body, visit),
    json: (body, visit) => decode(readJson, body, visit),
  };
}
