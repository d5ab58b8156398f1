/** The instants between two durable steps at which a test may kill the process. */
export const CRASH_POINTS = ['before_journal', 'after_journal', 'before_apply', 'after_apply'] as const;

/** `before_migrated` is passed by a start that finds a ledger of an older version, and by no other. */
export type CrashPoint = (typeof CRASH_POINTS)[number] | 'before_migrated';

/** Called at each point as it is passed; may end the process, must not throw. */
export type Crash = (point: CrashPoint) => void;

export const neverCrash: Crash = () => {};
