/**
 * **Goal**: every dialect reads what real emitters send.
 * **Method**: each folder test/golden/<dialect>/<case> holds an OTLP/JSON body (span.json), what must be read
 * from each of its spans (expect.json) and where it comes from (NOTE.md). `npm run golden -- --update` writes
 * expect.json afresh: read the diff.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { plainSpans } from '../support/otlp-json.ts';
import { openReader, said } from './reading.ts';

const ROOT = join(import.meta.dirname, '..', 'golden');
const update = process.env.GOLDEN_UPDATE === '1';
const read = openReader({ nowMs: () => Date.parse('2026-12-01T00:00:00Z') });

const folders = (path: string) =>
  readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
/** Recordings of a program in test/interop are replayed there against what was billed. */
function isReplayed(path: string): boolean {
  const truth = join(path, 'truth.json');
  return existsSync(truth) && 'emitter' in JSON.parse(readFileSync(truth, 'utf8'));
}
const cases = folders(ROOT).flatMap((dialect) =>
  folders(join(ROOT, dialect))
    .filter((name) => !isReplayed(join(ROOT, dialect, name)))
    .map((name) => [`${dialect}/${name}`] as const),
);

/** What a golden expectation shows: the span's name, and its meaning as JSON. */
function readings(path: string): unknown {
  const spans = plainSpans(JSON.parse(readFileSync(join(path, 'span.json'), 'utf8')));
  const meanings = spans.map((span) => ({ span: span.name, ...said(read(span)) }));
  return JSON.parse(
    JSON.stringify(meanings, (_key, value) => (typeof value === 'bigint' ? String(value) : value)),
  );
}

describe('golden spans', () => {
  test.each(cases)('%s', (name) => {
    const path = join(ROOT, name);
    const expectation = join(path, 'expect.json');
    if (update) writeFileSync(expectation, `${JSON.stringify(readings(path), null, 2)}\n`);
    expect(readings(path)).toEqual(JSON.parse(readFileSync(expectation, 'utf8')));
    expect(existsSync(join(path, 'NOTE.md'))).toBe(true);
  });
});
