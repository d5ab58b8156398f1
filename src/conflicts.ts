import { LedgerConflict } from './domain/ledger.ts';

/** More in a row are not other writers any more, but a fault of ours. */
const IN_A_ROW_MAX = 50;

/** Work that is done again where another writer was there first: it reads what that one left, and goes on from there. */
export class Conflicts {
  #inARow = 0;

  /** Throws what is no conflict, and a conflict that does not end. */
  met(fault: unknown): void {
    if (!(fault instanceof LedgerConflict) || this.#inARow === IN_A_ROW_MAX) {
      this.#inARow = 0;
      throw fault;
    }
    this.#inARow += 1;
  }

  /** The work is done. */
  over(): void {
    this.#inARow = 0;
  }
}
