import type { Backup, Backups } from '../domain/backup.ts';
import { formatTime, nanosOfMs } from '../lib/rfc3339.ts';
import { readQuery } from './parameters.ts';
import { type Problem, problem } from './problem.ts';
import { ok, type Route, type Told } from './route.ts';

export const backupRoutes = (backups: Pick<Backups, 'start' | 'made'>): readonly Route[] => [
  {
    method: 'POST',
    path: '/api/v1/backup',
    summary:
      'Begin a backup in the folder backups of the data directory; one at a time. The body is an empty object',
    async handle({ query, body }) {
      const parameters = readQuery({}, query);
      if (parameters.kind === 'refused') return parameters.problem;
      return refusedBody(body) ?? told(backups.start());
    },
  },
  {
    method: 'GET',
    path: '/api/v1/backups',
    summary: 'The backups since the service started, oldest first',
    async handle({ query }) {
      const parameters = readQuery({}, query);
      if (parameters.kind === 'refused') return parameters.problem;
      return ok({ backups: backups.made().map(backupJson) });
    },
  },
  {
    method: 'GET',
    path: '/api/v1/backups/:name',
    summary: 'One of them: whether it is done, and how large it is',
    async handle({ path: { name = '' }, query }) {
      const parameters = readQuery({}, query);
      if (parameters.kind === 'refused') return parameters.problem;
      const backup = backups.made().find((one) => one.name === name);
      return backup === undefined
        ? problem(404, `no backup of this process is named ${JSON.stringify(name.slice(0, 40))}`)
        : ok(backupJson(backup));
    },
  },
];

/** A page of another site can have a browser send no JSON without asking first, so JSON it must be. */
const refusedBody = (body: unknown): Problem | undefined =>
  typeof body === 'object' && body !== null && !Array.isArray(body) && Object.keys(body).length === 0
    ? undefined
    : problem(400, 'the body should be an empty JSON object: where a backup goes is not for a client to say');

function told(started: ReturnType<Backups['start']>): Told {
  switch (started.kind) {
    case 'started':
      return ok(backupJson(started.backup));
    case 'busy':
      return problem(409, `backup ${started.backup.name} is being made; wait for it`);
    case 'elsewhere':
      return problem(
        409,
        'the ledger is in PostgreSQL: back it up there (docs/operating.md says what to copy)',
      );
  }
}

const backupJson = (backup: Backup) => ({
  name: backup.name,
  state: backup.state,
  why: backup.why === '' ? null : backup.why,
  started_at: formatTime(nanosOfMs(backup.startedAt)),
  paused_ms: backup.pausedMs,
  files: backup.files,
  bytes: backup.bytes,
});
