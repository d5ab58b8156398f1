import { expect, test } from '@jest/globals';
import { canDropMonths } from '../../../src/ledger/postgres/connections.ts';

// What `SELECT version()` says, by the documentation of each.
test.each([
  ['PostgreSQL 15.14 (Debian 15.14-0+deb12u1) on x86_64-pc-linux-gnu, compiled by gcc', true],
  ['PostgreSQL 13.0 on aarch64-apple-darwin', true],
  ['PostgreSQL 11.2-YB-2.20.0.0-b0 on x86_64-pc-linux-gnu, compiled by clang', false],
  ['CockroachDB CCL v23.2.0 (x86_64-pc-linux-gnu, built 2024/01/16, go1.21.5)', false],
])('lines lie in partitions by month where they can be dropped: %s', (version, can) => {
  expect(canDropMonths(version)).toBe(can);
});
