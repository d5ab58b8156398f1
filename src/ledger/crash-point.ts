/** The instants before, between and after durable steps at which a test may kill the process. */
export const CRASH_POINTS = [
  // The journal: a new file without its magic; a group that waits, is written, is synced; a file that goes.
  'segment_made',
  'before_journal',
  'journal_written',
  'after_journal',
  'before_release',
  'after_release',
  // The ledger: a change that is written and not committed, and one that is; its log written into the file.
  'before_apply',
  'after_apply',
  'before_checkpoint',
  'after_checkpoint',
  // Passed by a start that finds a ledger of an older version, and by no other.
  'before_migrated',
  // A ledger's file that is written anew: the copy is begun, is whole and synced, has the name.
  'compact_begun',
  'compact_copied',
  'compact_named',
  // Price tables: a text that has its name and is in no line yet; the line.
  'price_text_kept',
  'price_table_kept',
  // A backup whose files are copied and that has no manifest; one that has its name.
  'backup_copied',
  'backup_named',
] as const;
export type CrashPoint = (typeof CRASH_POINTS)[number];

/** Called at each point as it is passed; may end the process, must not throw. */
export type Crash = (point: CrashPoint) => void;

export const neverCrash: Crash = () => {};
