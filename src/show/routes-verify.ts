import type { Verification, Verifier } from '../domain/audit.ts';
import { formatTime, nanosOfMs } from '../lib/rfc3339.ts';
import { readQuery } from './parameters.ts';
import { problem } from './problem.ts';
import { ok, type Route } from './route.ts';

export const verifyRoutes = (verifier: Verifier): readonly Route[] => [
  {
    method: 'POST',
    path: '/api/v1/verify',
    summary: 'Compare everything that is kept with what it follows from; one at a time, in the background',
    async handle({ query }) {
      const read = readQuery({}, query);
      return read.kind === 'refused' ? read.problem : ok(verificationJson(verifier.start()));
    },
  },
  {
    method: 'GET',
    path: '/api/v1/verify',
    summary: 'How the last verification stands, or how it ended',
    async handle({ query }) {
      const read = readQuery({}, query);
      if (read.kind === 'refused') return read.problem;
      const last = verifier.last();
      return last === undefined
        ? problem(404, 'nothing was verified since the service started; POST begins one')
        : ok(verificationJson(last));
    },
  },
];

const verificationJson = ({ state, startedAt, endedAt, progress, counts, faults, why }: Verification) => ({
  state,
  why: why === '' ? null : why,
  started_at: formatTime(nanosOfMs(startedAt)),
  ended_at: endedAt === undefined ? null : formatTime(nanosOfMs(endedAt)),
  progress,
  counts: {
    traces: counts.traces,
    charges: counts.charges,
    tasks: counts.tasks,
    rolled_off_traces: counts.rolledOff,
    adjustments: counts.adjustments,
    counters: counts.counters,
  },
  faults,
});
