import type { OutcomeReport } from '../domain/task.ts';

interface Waiting {
  readonly reports: readonly OutcomeReport[];
  readonly position: string;
}

/** Outcome reports that are durable in the journal and not in the ledger yet. */
export class OpenReports {
  #waiting: Waiting[] = [];
  #taken: Waiting[] = [];

  add(reports: readonly OutcomeReport[], position: string): void {
    this.#waiting.push({ reports, position });
  }

  /** Takes all that wait. They stay needed until `settled`. */
  take(): OutcomeReport[] {
    this.#taken = this.#waiting;
    this.#waiting = [];
    return this.#taken.flatMap((one) => [...one.reports]);
  }

  settled(): void {
    this.#taken = [];
  }

  putBack(): void {
    this.#waiting = [...this.#taken, ...this.#waiting];
    this.#taken = [];
  }

  /** The oldest journal position that is needed once what is taken is settled. */
  oldestUntaken(): string | undefined {
    return this.#waiting[0]?.position;
  }
}
