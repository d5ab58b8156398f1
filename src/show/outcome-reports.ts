import { createHash } from 'node:crypto';
import { LIMITS } from '../domain/limits.ts';
import { type MicroUnits, parseUsd, type UsdPico } from '../domain/money.ts';
import { isOutcome, OUTCOMES, type Outcome, type OutcomeReport } from '../domain/task.ts';
import { parseDecimal } from '../lib/decimal.ts';
import { nanosOfMs, parseTime } from '../lib/rfc3339.ts';
import { type FieldError, shown, wellFormed } from './problem.ts';

export type ReportsRead =
  | {
      readonly kind: 'read';
      readonly reports: readonly OutcomeReport[];
      /** Objects that said again what another of the same request says. */
      readonly repeated: number;
    }
  | { readonly kind: 'refused'; readonly errors: readonly FieldError[] };

/** Errors that one answer lists; the rest of a bad request says nothing new. */
export const ERRORS_MAX = 20;

/** One report or an array of them, as `POST /outcomes` takes it; `now` in ms. All are read, or none. */
export function readReports(body: unknown, now: number): ReportsRead {
  const given: readonly unknown[] = Array.isArray(body) ? body : [body];
  const errors: FieldError[] = [];
  const reports = new Map<string, OutcomeReport>();
  for (const [index, one] of given.entries()) {
    const report = new ReportReader(one, index, now, errors).read();
    const key = JSON.stringify([report?.taskId, report?.key]);
    // The first of two with one key counts, as it does where they come in two requests.
    if (report !== undefined && !reports.has(key)) reports.set(key, report);
    if (errors.length >= ERRORS_MAX) break;
  }
  if (errors.length > 0) return { kind: 'refused', errors: errors.slice(0, ERRORS_MAX) };
  return { kind: 'read', reports: [...reports.values()], repeated: given.length - reports.size };
}

const FIELDS = ['task_id', 'outcome', 'at', 'remediation', 'value_usd', 'source', 'idempotency_key'];
const REMEDIATION_FIELDS = ['cost_usd', 'minutes'];

/** A million minutes of a human on one task is a slip of the pen. */
const MINUTES_MAX = 1_000_000_000_000n;

const YEAR_2000 = 946_684_800_000;

/** Reads one report, and keeps what is wrong with it in `errors`, each under its field. */
class ReportReader {
  readonly #given: unknown;
  readonly #index: number;
  readonly #now: number;
  readonly #errors: FieldError[];

  constructor(given: unknown, index: number, now: number, errors: FieldError[]) {
    this.#given = given;
    this.#index = index;
    this.#now = now;
    this.#errors = errors;
  }

  read(): OutcomeReport | undefined {
    const before = this.#errors.length;
    const fields = this.#object(this.#given, '', FIELDS);
    if (fields === undefined) return undefined;
    const taskId = this.#text(fields, 'task_id', true) ?? '';
    const report = {
      taskId,
      outcome: this.#outcome(fields.outcome),
      at: this.#at(fields.at),
      remediation: this.#remediation(fields.remediation),
      value: this.#usd(fields.value_usd, 'value_usd'),
      source: this.#text(fields, 'source', false) ?? 'api',
    };
    const key = this.#text(fields, 'idempotency_key', false) ?? digestOf(report);
    return this.#errors.length > before ? undefined : { ...report, key };
  }

  #outcome(given: unknown): Outcome {
    if (typeof given === 'string' && isOutcome(given)) return given;
    this.#complain('outcome', given, `one of ${OUTCOMES.join(', ')}`);
    return 'failed';
  }

  /** Unix nanoseconds; now where it is left out. */
  #at(given: unknown): bigint {
    const now = nanosOfMs(this.#now);
    if (given === undefined || given === null) return now;
    const at = typeof given === 'string' ? parseTime(given) : undefined;
    if (at === undefined) this.#complain('at', given, 'a time such as 2026-11-23T12:00:00Z (RFC 3339)');
    else if (at > now + nanosOfMs(LIMITS.futureMsMax) || at < nanosOfMs(YEAR_2000))
      this.#complain('at', given, 'after 2000 and at most an hour from now');
    return at ?? now;
  }

  #remediation(given: unknown): OutcomeReport['remediation'] {
    if (given === undefined || given === null) return undefined;
    const fields = this.#object(given, 'remediation', REMEDIATION_FIELDS);
    if (fields === undefined) return undefined;
    const cost = this.#usd(fields.cost_usd, 'remediation.cost_usd');
    const minutes = this.#minutes(fields.minutes);
    if (cost === undefined && minutes === undefined) {
      if (present(fields.cost_usd) || present(fields.minutes)) return undefined; // Complained of already.
      this.#complain('remediation', given, '{cost_usd} or {minutes}');
      return undefined;
    }
    return { ...(cost !== undefined && { cost }), ...(minutes !== undefined && { minutes }) };
  }

  #usd(given: unknown, field: string): UsdPico | undefined {
    if (!present(given)) return undefined;
    const amount = isNumeric(given) ? parseUsd(String(given)) : undefined;
    if (amount === undefined) this.#complain(field, given, 'dollars of at least 0, such as "12.50"');
    return amount;
  }

  #minutes(given: unknown): MicroUnits | undefined {
    if (!present(given)) return undefined;
    const micro = isNumeric(given) ? parseDecimal(String(given), 6) : undefined;
    if (micro !== undefined && micro >= 0n && micro <= MINUTES_MAX) return micro as MicroUnits;
    this.#complain('remediation.minutes', given, 'minutes from 0 to 1000000, such as 30 or "7.5"');
    return undefined;
  }

  #text(fields: Fields, field: string, needed: boolean): string | undefined {
    const given = fields[field];
    if (!needed && !present(given)) return undefined;
    if (typeof given === 'string' && given !== '' && Buffer.byteLength(given) <= LIMITS.textBytesMax)
      return wellFormed(given);
    this.#complain(field, given, `a text of 1 to ${LIMITS.textBytesMax} bytes`);
    return undefined;
  }

  #object(given: unknown, field: string, names: readonly string[]): Fields | undefined {
    if (typeof given !== 'object' || given === null || Array.isArray(given)) {
      this.#complain(field, given, `an object with ${names.join(', ')}`);
      return undefined;
    }
    for (const name of Object.keys(given)) {
      if (names.includes(name)) continue;
      const path = field === '' ? name : `${field}.${name}`;
      this.#errors.push({
        index: this.#index,
        field: path,
        detail: `is unknown; wanted ${names.join(', ')}`,
      });
    }
    return given as Fields;
  }

  #complain(field: string, given: unknown, wanted: string): void {
    this.#errors.push({ index: this.#index, field, detail: `is ${shown(given)}, but should be ${wanted}` });
  }
}

type Fields = Readonly<Record<string, unknown>>;

const present = (given: unknown): boolean => given !== undefined && given !== null;

const isNumeric = (given: unknown): given is string | number =>
  typeof given === 'string' || typeof given === 'number';

/**
 * A report without a key of its own is known by all that it says, its time included: sent again without `at` it
 * is a later report of the same, which changes no figure, and a task that is reopened and solved again is heard.
 */
function digestOf(report: Omit<OutcomeReport, 'key'>): string {
  const { taskId, outcome, at, remediation, value, source } = report;
  const said = [taskId, outcome, at, remediation?.cost, remediation?.minutes, value, source];
  const text = JSON.stringify(said.map((part) => (typeof part === 'bigint' ? part.toString() : part)));
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
