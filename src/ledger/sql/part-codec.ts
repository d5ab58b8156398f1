import type { OutcomeReport, TaskPart } from '../../domain/task.ts';

/** Fields whose numbers are bigints, kept as decimal texts in JSON. */
const BIG_FIELDS: ReadonlySet<string> = new Set([
  'amount',
  'startedAt',
  'lastEnd',
  'end',
  'at',
  'value',
  'cost',
  'minutes',
]);

const toJson = (_field: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;

const fromJson = (field: string, value: unknown): unknown =>
  typeof value === 'string' && BIG_FIELDS.has(field) ? BigInt(value) : value;

/**
 * A part as text: JSON with bigints as decimal texts. Absent and undefined are one. Written field by field, because
 * a replacer called for every value costs five times as much; a bigint that is forgotten here throws.
 */
export function partText(part: TaskPart): string {
  const { claim, costs } = part;
  return JSON.stringify({
    ...part,
    claim: {
      ...claim,
      startedAt: claim.startedAt.toString(),
      lastEnd: claim.lastEnd.toString(),
      root: claim.root && { ...claim.root, end: claim.root.end.toString() },
      topmost: { ...claim.topmost, end: claim.topmost.end.toString() },
      outcome: claim.outcome && { ...claim.outcome, at: claim.outcome.at.toString() },
      value: claim.value?.toString(),
    },
    costs: costs.map((share) => ({ ...share, amount: share.amount.toString() })),
  });
}

/** The optional fields of a claim come back as undefined, as they were. */
export function partOf(text: string): TaskPart {
  const { claim, ...part } = JSON.parse(text, fromJson) as TaskPart;
  return { ...part, claim: { ...NO_CLAIMS, ...claim } };
}

const NO_CLAIMS = {
  taskType: undefined,
  promptVersion: undefined,
  user: undefined,
  root: undefined,
  outcome: undefined,
  value: undefined,
};

export const reportText = (report: OutcomeReport): string => JSON.stringify(report, toJson);

export function reportOf(text: string): OutcomeReport {
  const report = JSON.parse(text, fromJson) as OutcomeReport;
  return { ...report, remediation: report.remediation, value: report.value };
}
