/** What should hold the ledger cannot be used as one; the message says in one line which it is, and why. */
export class LedgerUnreadable extends Error {
  override readonly name = 'LedgerUnreadable';
}
