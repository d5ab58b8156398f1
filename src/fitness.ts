import { LedgerUnavailable } from './domain/ledger.ts';
import { writeReports } from './domain/report-codec.ts';
import { type Journal, JournalUnavailable } from './ledger/journal.ts';
import type { Clock } from './lib/clock.ts';
import type { Log } from './lib/log.ts';

/** What the disk, or the database, last made of what was asked of it. */
export interface Fitness {
  /** The journal with an eye on it. */
  watched(journal: Journal): Journal;
  /** A settle step with an eye on it. */
  watchedStep(settle: () => Promise<boolean>): () => Promise<boolean>;
  /** Why the journal takes nothing; undefined while it does. */
  journalFault(): string | undefined;
  /** Why the ledger takes no changes; undefined while it does. What is taken meanwhile waits in the journal. */
  ledgerFault(): string | undefined;
  close(): void;
}

const PROBE_EVERY_MS = 1000;

/** A record that says nothing, and is durable like any other. */
const EMPTY_RECORD = writeReports([]);

/**
 * A journal that refused is asked again each second, with a record that says nothing: where `/readyz` keeps senders away,
 * nobody else would find out that it takes records again.
 */
export function openFitness({ clock, log }: { readonly clock: Clock; readonly log: Log }): Fitness {
  let journalFault: string | undefined;
  let ledgerFault: string | undefined;
  let cancelProbe: (() => void) | undefined;
  let closed = false;

  function probeLater(append: Journal['append']): void {
    if (closed || cancelProbe !== undefined) return;
    cancelProbe = clock.after(PROBE_EVERY_MS, () => {
      cancelProbe = undefined;
      append(EMPTY_RECORD).catch(() => {});
    });
  }

  function watched(journal: Journal): Journal {
    const append: Journal['append'] = async (record) => {
      try {
        const position = await journal.append(record);
        if (journalFault !== undefined) log.info({}, 'the journal takes records again');
        journalFault = undefined;
        return position;
      } catch (fault) {
        if (fault instanceof JournalUnavailable && !closed) {
          if (journalFault === undefined)
            log.error({ err: fault }, 'the journal takes no records: senders are told to come again');
          journalFault = fault.message;
          probeLater(append);
        }
        throw fault;
      }
    };
    return { ...journal, append };
  }

  const watchedStep: Fitness['watchedStep'] = (settle) => async () => {
    try {
      const worked = await settle();
      ledgerFault = undefined;
      return worked;
    } catch (fault) {
      if (fault instanceof LedgerUnavailable) ledgerFault = fault.message;
      throw fault;
    }
  };

  return {
    watched,
    watchedStep,
    journalFault: () => journalFault,
    ledgerFault: () => ledgerFault,
    close() {
      closed = true;
      cancelProbe?.();
    },
  };
}
