import type { Collection, CollectionQuery, LedgerReads } from '../../domain/ledger-reads.ts';
import type { Dictionaries } from './dictionaries.ts';
import { deltasOf, totalsReader } from './read-counters.ts';
import { readEconomics, readWindows } from './read-economics.ts';
import { readDataHealth, readOpenTasks, readReported, readUnpriced } from './read-health.ts';
import { readHistory } from './read-history.ts';
import { readAdjustments, readRepricings } from './read-repricing.ts';
import { readRolledOff } from './read-rolled-off.ts';
import { readCharges, readTask, readTaskPage } from './read-tasks.ts';
import { snapshotOf } from './snapshot.ts';
import type { Ask, Hold, Sql } from './sql.ts';

/** Every question, asked in SQL; see `LedgerReads`. */
export function sqlReads(ask: Ask, dictionaries: Dictionaries, hold: Hold): LedgerReads {
  const { texts, kinds } = dictionaries;
  const readTotals = totalsReader();
  /** One after the other on one connection: a transaction is what sees one moment. */
  const readCollection = async (sql: Sql, query: CollectionQuery): Promise<Collection> => ({
    closed: await readWindows(sql, query, texts),
    open: await readOpenTasks(sql, texts),
    counters: await readTotals(sql),
  });
  return {
    tasks: (query) => ask((sql) => readTaskPage(sql, query, texts)),
    task: (taskId) => ask((sql) => readTask(sql, taskId, texts)),
    charges: (taskId) => ask((sql) => readCharges(sql, taskId, kinds)),
    adjustments: (taskId) => ask((sql) => readAdjustments(sql, taskId, dictionaries)),
    history: (query) => ask((sql) => readHistory(sql, query)),
    repricings: () => ask(readRepricings),
    unitEconomics: (query) => ask((sql) => readEconomics(sql, query, texts)),
    openTasks: () => ask((sql) => readOpenTasks(sql, texts)),
    counters: () => ask(async (sql) => deltasOf(await readTotals(sql))),
    collect: (query) => ask((sql) => readCollection(sql, query)),
    unpriced: () => ask((sql) => readUnpriced(sql, kinds)),
    reportedCosts: () => ask((sql) => readReported(sql, kinds)),
    dataHealth: () => ask((sql) => readDataHealth(sql, texts)),
    snapshot: async () => snapshotOf(await hold(), dictionaries),
    rolledOff: () => ask(readRolledOff),
  };
}
