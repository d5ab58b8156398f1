import type { Encoding } from '../domain/request.ts';

/** RFC 9110: `type/subtype`, then parameters whose values are tokens or quoted strings. The whole text, or nothing. */
const TOKEN = "[!#$%&'*+.^_`|~0-9a-z-]+";
const QUOTED = '"(?:[\\t \\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t \\x21-\\x7e\\x80-\\xff])*"';
/** Every character has one place in it where it can be: no text takes long to refuse. */
const MEDIA_TYPE = new RegExp(
  `^[ \\t]*(${TOKEN}/${TOKEN})[ \\t]*(?:;[ \\t]*(?:${TOKEN}=(?:${TOKEN}|${QUOTED})[ \\t]*)?)*$`,
  'i',
);
/** Longer ones are nobody's media type; the bound keeps the pattern's work small. */
const MEDIA_TYPE_CHARS_MAX = 256;

/** How the body is written, by its Content-Type; undefined where that is neither protobuf nor JSON, or no media type at all. */
export function encodingOf(contentType: string | undefined): Encoding | undefined {
  if (contentType === 'application/x-protobuf') return 'protobuf';
  if (contentType === 'application/json') return 'json';
  if (contentType === undefined || contentType.length > MEDIA_TYPE_CHARS_MAX) return undefined;
  const mediaType = MEDIA_TYPE.exec(contentType)?.[1]?.toLowerCase();
  if (mediaType === 'application/x-protobuf') return 'protobuf';
  return mediaType === 'application/json' ? 'json' : undefined;
}

export type Coding = 'identity' | 'gzip';

/** How the body is compressed, by its Content-Encoding; undefined where we do not read that. */
export function codingOf(contentEncoding: string | undefined): Coding | undefined {
  if (contentEncoding === undefined) return 'identity';
  if (contentEncoding === 'gzip') return 'gzip';
  const coding = contentEncoding.trim().toLowerCase();
  if (coding === '' || coding === 'identity') return 'identity';
  return coding === 'gzip' || coding === 'x-gzip' ? 'gzip' : undefined;
}
