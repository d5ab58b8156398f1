/** One backup of a data directory, made while the service runs. Times in ms. */
export interface Backup {
  /** Its folder below `backups/` of the data directory; made of the time, never of what a client says. */
  readonly name: string;
  readonly state: 'running' | 'done' | 'failed';
  /** Why it failed; else ''. */
  readonly why: string;
  readonly startedAt: number;
  /** For how long no settle step could run; senders were answered all the while. */
  readonly pausedMs: number;
  readonly files: number;
  readonly bytes: number;
}

export type BackupStarted =
  | { readonly kind: 'started'; readonly backup: Backup }
  | { readonly kind: 'busy'; readonly backup: Backup }
  /** The ledger is not in this data directory. */
  | { readonly kind: 'elsewhere' };

/** Backups of a running service, one at a time. */
export interface Backups {
  start(): BackupStarted;
  /** Those of this process, oldest first. */
  made(): readonly Backup[];
}
