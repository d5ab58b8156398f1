import type { OutcomeReport } from '../domain/task.ts';

/** Something told at a time: the order of words about one task, whatever the order in which they came. */
export interface Told {
  /** Unix nanoseconds. */
  readonly at: bigint;
  readonly key: string;
  /** Of two words at one time the higher rank counts. */
  readonly rank?: number;
}

export function isLaterReport(word: Told, known: Told): boolean {
  if (word.at !== known.at) return word.at > known.at;
  const [rank, knownRank] = [word.rank ?? 0, known.rank ?? 0];
  return rank === knownRank ? word.key > known.key : rank > knownRank;
}

/** The latest report that says something of a kind; one without it leaves an earlier word standing. */
export function latestReport(
  reports: readonly OutcomeReport[],
  says: (report: OutcomeReport) => boolean,
): OutcomeReport | undefined {
  let latest: OutcomeReport | undefined;
  for (const report of reports) {
    if (says(report) && (latest === undefined || isLaterReport(report, latest))) latest = report;
  }
  return latest;
}
