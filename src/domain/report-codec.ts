import { RECORD_AT, RECORD_TYPE, RECORD_VERSION } from './fact-layout.ts';
import type { OutcomeReport } from './task.ts';

/** A record of outcome reports: the two head bytes of every record, then JSON with bigints as `"123n"`. */
export function writeReports(reports: readonly OutcomeReport[]): Buffer {
  const json = JSON.stringify(reports, (_, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
  return Buffer.concat([Uint8Array.of(RECORD_VERSION, RECORD_TYPE.outcomes), Buffer.from(json)]);
}

const AMOUNTS = new Set(['at', 'cost', 'minutes', 'value']);

export function readReports(record: Uint8Array): OutcomeReport[] {
  const json = Buffer.from(record.buffer, record.byteOffset + 2, record.byteLength - 2).toString('utf8');
  return JSON.parse(json, (key, value: unknown) =>
    AMOUNTS.has(key) && typeof value === 'string' && value.endsWith('n') ? BigInt(value.slice(0, -1)) : value,
  ) as OutcomeReport[];
}

export const isReportsRecord = (record: Uint8Array): boolean =>
  record[RECORD_AT.version] === RECORD_VERSION && record[RECORD_AT.type] === RECORD_TYPE.outcomes;
