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

/** Spans that were acked and that nobody can reach: those of replicas that are gone, with their journal on a disk of their own. */
export const spansOutOfReach = (replicas: readonly Replica[]): number =>
  replicas
    .filter(({ lives, journal }) => !lives && journal === 'disk')
    .reduce((sum, { spansOpen }) => sum + spansOpen, 0);

/** Whether live replicas price by different tables. */
export const tablesDiffer = (replicas: readonly Replica[]): boolean =>
  new Set(replicas.filter(({ lives }) => lives).map(({ tableHash }) => tableHash)).size > 1;
