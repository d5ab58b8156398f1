/**
 * What replicas know of each other: tables beside those of the ledger, in the same database. Part of its migrations
 * (schema.ts). No replica's clock is in any of them: every time is the database's.
 */
export const FLEET_TABLES: readonly string[] = [
  // One row a replica. `epoch` counts its lives: whoever writes under an older one is refused.
  `CREATE TABLE replicas (
    name TEXT PRIMARY KEY,
    epoch INT8 NOT NULL,
    home TEXT NOT NULL,
    journal TEXT NOT NULL,
    table_hash TEXT NOT NULL,
    spans_open INT8 NOT NULL,
    started_at TIMESTAMPTZ NOT NULL,
    lease_until TIMESTAMPTZ NOT NULL
  )`,
  // What one of them does for all.
  `CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    epoch INT8 NOT NULL,
    lease_until TIMESTAMPTZ NOT NULL
  )`,
  // One row a group commit, of replicas whose journal is here. Named so that nobody's own table is meant.
  `CREATE TABLE journal_groups (
    replica TEXT NOT NULL,
    number INT8 NOT NULL,
    records BYTEA NOT NULL,
    PRIMARY KEY (replica, number)
  )`,
  // Price tables that were in force, each time that one came into force; and the texts that they are made of, once each.
  `CREATE TABLE price_tables (
    since_ms INT8 NOT NULL,
    hash TEXT NOT NULL,
    texts TEXT NOT NULL,
    PRIMARY KEY (since_ms, hash)
  )`,
  `CREATE TABLE price_texts (sha256 TEXT PRIMARY KEY, content BYTEA NOT NULL)`,
  // What one replica asks of the one that keeps house, and its answer.
  `CREATE TABLE wishes (
    id TEXT PRIMARY KEY,
    wish TEXT NOT NULL,
    answer TEXT,
    asked_at TIMESTAMPTZ NOT NULL,
    valid_until TIMESTAMPTZ NOT NULL
  )`,
];
