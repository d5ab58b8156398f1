import type { SpanView } from '../domain/span.ts';
import type { KeyId } from '../domain/vocabulary.ts';
import type { Draft } from './draft.ts';
import type { Style } from './style.ts';

/**
 * One way of saying what an agent does. A span can speak several dialects at once (a span processor that
 * rewrites another library's spans leaves both names on it), so every dialect that claims a span reads it, in the
 * order of `dialects.ts`, and adds only what the ones before it left open.
 */
export interface Dialect {
  /** Its file name, kept with every fact that it read. */
  readonly name: string;
  /** What its input count includes, unless the emitter is known to do otherwise. */
  readonly style: Style;
  /** It claims every span that carries one of these. */
  readonly signs: readonly KeyId[];
  /** Never throws, whatever the values are. */
  read(span: SpanView, draft: Draft): void;
}

/** Called once; the attribute names that it asks for are those that decode reads. */
export type OpenDialect = (key: (name: string) => KeyId) => Dialect;
