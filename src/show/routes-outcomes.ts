import type { OutcomeReport } from '../domain/task.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../lib/log.ts';
import { readReports } from './outcome-reports.ts';
import { readQuery } from './parameters.ts';
import { type FieldError, type Problem, problem } from './problem.ts';
import { ok, type Route } from './route.ts';

export interface OutcomesSink {
  /** Resolves once the reports are durable; rejects where they cannot be kept now. */
  reportOutcomes(reports: readonly OutcomeReport[]): Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

export const outcomesRoute = ({ reportOutcomes, clock, log }: OutcomesSink): Route => ({
  method: 'POST',
  path: '/api/v1/outcomes',
  summary: 'Tell how tasks ended: one report or an array, all taken or none; repeats are one',
  async handle({ query, body }) {
    const parameters = readQuery({}, query);
    if (parameters.kind === 'refused') return parameters.problem;
    const read = readReports(body, clock.now());
    if (read.kind === 'refused') return refusal(read.errors, Array.isArray(body));
    const { reports, repeated } = read;
    try {
      if (reports.length > 0) await reportOutcomes(reports);
    } catch (error) {
      log.error({ err: error, reports: reports.length }, 'outcomes could not be kept');
      return problem(503, 'the outcomes could not be kept; nothing of them was taken: send them again');
    }
    return ok({ accepted: reports.length + repeated, repeated });
  },
});

function refusal(errors: readonly FieldError[], many: boolean): Problem {
  const [{ index, field, detail }] = errors as [FieldError];
  const place = [...(many ? [`[${index}]`] : []), ...(field === '' ? [] : [field])].join('.') || 'the report';
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const path = field === '' ? {} : { parameter: field };
  return problem(400, `${place} ${detail}${more}; nothing was taken`, { ...path, errors });
}
