import { createHash } from 'node:crypto';

/** What a text is found by, as a UUID: half a SHA-256, since an index of PostgreSQL cannot hold a long text. */
export const digestOf = (text: string): string =>
  createHash('sha256').update(text, 'utf16le').digest('hex').slice(0, 32);
