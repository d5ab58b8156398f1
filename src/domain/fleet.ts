/** One replica of the fleet as all of them see it. */
export interface Replica extends ReplicaNews {
  readonly name: string;
  /** Where what it acked waits: on its own disk, for itself alone; or in the database, for whoever takes it over. */
  readonly journal: 'disk' | 'database';
  /** Whether its lease runs. */
  readonly lives: boolean;
  /** Whether it does what one does for all: see the fleet in docs/operating.md. */
  readonly keepsHouse: boolean;
}

/** What a replica tells of itself with each renewal of its lease. */
export interface ReplicaNews {
  /** Of the price table in force there. */
  readonly tableHash: string;
  /** Spans that it acked and that are not in the ledger yet. */
  readonly spansOpen: number;
}

/** Who does what one does for all: closes tasks whose time has come, lets go, prices anew, pushes metrics. */
export interface Keeper {
  /** Nobody else writes the ledger. */
  readonly alone: boolean;
  /** Whether it is this process now. */
  keeps(): Promise<boolean>;
}

export const ALONE: Keeper = { alone: true, keeps: async () => true };

/**
 * Those that are gone with spans which they acked and which nobody who lives can count: their journal is on a disk of their
 * own; or in the database, and all that live have theirs on a disk, where what was safe in the database would not be any more.
 */
export function outOfReach(replicas: readonly Replica[]): readonly Replica[] {
  const hasHeir = replicas.some(({ lives, journal }) => lives && journal === 'database');
  return replicas.filter(
    ({ lives, journal, spansOpen }) => !lives && spansOpen > 0 && (journal === 'disk' || !hasHeir),
  );
}

export const spansOutOfReach = (replicas: readonly Replica[]): number =>
  outOfReach(replicas).reduce((sum, { spansOpen }) => sum + spansOpen, 0);

/** Whether live replicas price by different tables. */
export const tablesDiffer = (replicas: readonly Replica[]): boolean =>
  new Set(replicas.filter(({ lives }) => lives).map(({ tableHash }) => tableHash)).size > 1;
