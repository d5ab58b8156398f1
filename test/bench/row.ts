/** One line of the table: what was measured, against which yardstick of the same run, and what was wanted. */
export interface Row {
  readonly figure: string;
  readonly measured: string;
  readonly yardstick: string;
  readonly ratio: string;
  readonly target: string;
}

/** A figure: measures itself and gives its rows. */
export interface Figure {
  readonly name: string;
  run(): Promise<readonly Row[]>;
}

export const perSecond = (value: number): string => `${Math.round(value / 1000)} k spans/s`;
export const times = (ratio: number): string => `${ratio.toFixed(2)}x`;

/** Runs `work` over and over for `ms`, after one third of that to warm up; gives items per CPU-second. */
export function rate(items: number, work: () => void, ms = 2500): number {
  const warm = performance.now() + ms / 3;
  while (performance.now() < warm) work();
  const before = process.cpuUsage();
  const until = performance.now() + ms;
  let runs = 0;
  while (performance.now() < until) {
    work();
    runs += 1;
  }
  const { user, system } = process.cpuUsage(before);
  return (runs * items) / ((user + system) / 1e6);
}

/** The middle of several measurements, for machines are noisy. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
