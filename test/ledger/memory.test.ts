import { openMemoryLedger } from '../../src/ledger/memory.ts';
import { ledgerContract, type OpenLedger } from './contract.ts';

/** It keeps nothing beyond the process, so opening it again is the same ledger. */
ledgerContract('memory', async () => {
  const ledger = openMemoryLedger();
  const opened: OpenLedger = { ledger, reopen: async () => opened, close: () => ledger.close() };
  return opened;
});
