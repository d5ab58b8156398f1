import type { DayChecksum, Fault, VerifiedCounts } from '../domain/audit.ts';
import { formatUsd } from '../domain/money.ts';
import { ask, baseOf, REPORT_URL } from './ask.ts';

export interface VerifyCommand {
  readonly url?: string | undefined;
  readonly json?: boolean | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly write: (text: string) => void;
  /** One line for standard error. */
  readonly writeError: (line: string) => void;
  readonly showProgress: (text: string) => void;
  /** Resolves a while later: between two questions. */
  readonly pause: () => Promise<void>;
}

/** Exit code of `solvent verify` over a running service: 0 right, 1 wrong or not to be known, 2 asked for what does not exist. */
export async function runVerify(command: VerifyCommand): Promise<0 | 1 | 2> {
  const { fetch, writeError: complain } = command;
  const base = checkedBase(command);
  if (base === undefined) return 2;
  let answer = await ask('/api/v1/verify', base, fetch, {});
  for (;;) {
    if (answer.kind === 'failed') {
      complain(answer.line);
      return answer.code;
    }
    const run = answer.json;
    if (!isVerification(run)) {
      complain(`${base} answers, but not as Solvent does: is another service on this port?`);
      return 1;
    }
    if (run.state === 'failed') {
      complain(`the ledger could not be verified: ${run.why ?? 'its log says why'}`);
      return 1;
    }
    if (run.state !== 'running') {
      if (command.json) command.write(`${JSON.stringify(run, undefined, 2)}\n`);
      return told(command, countsOf(run.counts), run.faults);
    }
    command.showProgress(progressText(run.progress));
    await command.pause();
    answer = await ask('/api/v1/verify', base, fetch);
  }
}

/** The checksums of a running service's days. */
export async function runChecksums(
  command: VerifyCommand,
  range: { readonly from?: string | undefined; readonly to?: string | undefined },
): Promise<0 | 1 | 2> {
  const base = checkedBase(command);
  if (base === undefined) return 2;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(range)) if (value !== undefined) query.set(name, value);
  const answer = await ask(`/api/v1/export/checksums?${query}`, base, command.fetch, undefined, DAYS_MS_MAX);
  if (answer.kind === 'failed') {
    command.writeError(answer.line);
    return answer.code;
  }
  const { days } = (answer.json ?? {}) as { days?: readonly DayJson[] };
  if (!Array.isArray(days)) {
    command.writeError(`${base} answers, but not as Solvent does: is another service on this port?`);
    return 1;
  }
  command.write(command.json ? `${JSON.stringify({ days }, undefined, 2)}\n` : daysText(days));
  return 0;
}

/** An hour: a year of days is hashed row by row. */
const DAYS_MS_MAX = 3_600_000;

function checkedBase({ url, writeError }: VerifyCommand): string | undefined {
  const base = baseOf(url ?? REPORT_URL);
  if (base === undefined)
    writeError(`--url is ${JSON.stringify(url)}, but should be an address such as ${REPORT_URL}`);
  return base;
}

/** Prints the counts, or every fault that was found; the exit code. */
export function told(
  { json, write, writeError }: Pick<VerifyCommand, 'json' | 'write' | 'writeError'>,
  counts: VerifiedCounts,
  faults: readonly Fault[],
): 0 | 1 {
  for (const fault of faults) writeError(faultText(fault));
  if (faults.length > 0) return 1;
  if (!json) write(countsText(counts));
  return 0;
}

const faultText = ({ check, where, figure, kept, computed }: Fault): string =>
  `wrong (${check}): ${where}: ${figure} is kept as ${kept}, but comes to ${computed}`.replaceAll(
    /\p{Cc}/gu,
    ' ',
  );

const count = (of: number, one: string, many = `${one}s`): string =>
  `${of.toString().replace(/\B(?=(\d{3})+$)/g, ',')} ${of === 1 ? one : many}`;

const countsText = (counts: VerifiedCounts): string =>
  `right: ${[
    count(counts.tasks, 'task'),
    count(counts.traces, 'trace'),
    count(counts.charges, 'charge'),
    count(counts.adjustments, 'adjustment'),
    count(counts.counters, 'counter'),
  ].join(
    ', ',
  )}${counts.rolledOff === 0 ? '' : `; ${count(counts.rolledOff, 'trace')} without lines, which rolled off`}\n`;

export const progressText = (progress: number): string => `verifying: ${Math.floor(progress * 100)} %`;

export interface DayJson {
  readonly day: string;
  readonly lines: number;
  readonly unpriced_lines: number;
  readonly amount_usd: string;
  readonly sha256: string;
}

export const dayJson = ({ day, lines, unpriced, amount, sha256 }: DayChecksum): DayJson => ({
  day,
  lines,
  unpriced_lines: unpriced,
  amount_usd: formatUsd(amount),
  sha256,
});

/** As `sha256sum` prints it, with what it is about behind. */
export const daysText = (days: readonly DayJson[]): string =>
  days.length === 0
    ? 'no charges in this range\n'
    : days
        .map(
          ({ day, lines, unpriced_lines, amount_usd, sha256 }) =>
            `${sha256}  ${day}  ${count(lines, 'line')}  ${amount_usd} USD${unpriced_lines === 0 ? '' : `  ${unpriced_lines} unpriced`}\n`,
        )
        .join('');

interface VerificationJson {
  readonly state: string;
  readonly why: string | null;
  readonly progress: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: readonly Fault[];
}

function isVerification(json: unknown): json is VerificationJson {
  const { state, progress, counts, faults } = (json ?? {}) as Partial<VerificationJson>;
  return (
    typeof state === 'string' &&
    typeof progress === 'number' &&
    typeof counts === 'object' &&
    Array.isArray(faults)
  );
}

const countsOf = (counts: VerificationJson['counts']): VerifiedCounts => ({
  traces: counts.traces ?? 0,
  charges: counts.charges ?? 0,
  tasks: counts.tasks ?? 0,
  rolledOff: counts.rolled_off_traces ?? 0,
  adjustments: counts.adjustments ?? 0,
  counters: counts.counters ?? 0,
});
