/** What a sender is told, before any transport gives it a status. */
export type Answer =
  /** Durable. `rejectedSpans` > 0 or a non-empty `message` becomes OTLP partial success. */
  | { readonly kind: 'accepted'; readonly rejectedSpans: number; readonly message: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Why a whole request is not taken. `malformed` and `too_large` are final: the sender must not resend it.
 * `overloaded` and `unavailable` are ours: the sender should resend after `retryAfterMs`.
 */
export type Refusal =
  | { readonly reason: 'malformed'; readonly message: string }
  | { readonly reason: 'too_large'; readonly message: string }
  | { readonly reason: 'overloaded'; readonly message: string; readonly retryAfterMs: number }
  | { readonly reason: 'unavailable'; readonly message: string; readonly retryAfterMs: number };

export type Encoding = 'protobuf' | 'json';

/** Takes one uncompressed ExportTraceServiceRequest; resolves once its facts are durable. Never rejects for bad input. */
export type Accept = (body: Uint8Array, encoding: Encoding) => Promise<Answer>;

/** What decode says of a body after it has visited its spans. On `malformed`, forget what was visited. */
export type Decoded =
  | {
      readonly kind: 'decoded';
      /** Spans handed to the visitor. */
      readonly spans: number;
      /** Spans left out, because an id is missing, all zero or of the wrong length. */
      readonly rejected: number;
      /** The first of their reasons, in English; empty if none. */
      readonly message: string;
    }
  | { readonly kind: 'malformed'; readonly message: string };
