import { type Auditor, EXPORT_FORMATS, type ExportFormat } from '../domain/audit.ts';
import type { LineQuery } from '../domain/charge-line.ts';
import { formatUsd } from '../domain/money.ts';
import { day, moment, readQuery, text } from './parameters.ts';
import { type Problem, problem } from './problem.ts';
import type { Route } from './route.ts';

const parameters = {
  from: moment('Calls that ended at this date or time or later.'),
  to: moment('Calls that ended before this date or time.'),
  agent_type: text('Only charges of tasks of this agent type.'),
  task_type: text('Only charges of tasks of this type.'),
  model: text('Only charges for this model.'),
};

export const EXPORT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8; header=present',
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  parquet: 'application/vnd.apache.parquet',
};

const SUMMARIES: Readonly<Record<ExportFormat, string>> = {
  csv: 'Every charge in range as CSV (RFC 4180); columns, order and checksums are in docs/ledger.md',
  json: 'The same as one JSON array',
  ndjson: 'The same as JSON objects, one a line',
  parquet: 'The same as a Parquet file',
};

export const exportRoutes = (auditor: Auditor): readonly Route[] => [
  ...EXPORT_FORMATS.map((format) => chargesRoute(auditor, format)),
  checksumsRoute(auditor),
];

const chargesRoute = (auditor: Auditor, format: ExportFormat): Route => ({
  method: 'GET',
  path: `/api/v1/export/charges.${format}`,
  summary: SUMMARIES[format],
  parameters,
  async handle({ query }) {
    const read = readQuery(parameters, query);
    if (read.kind === 'refused') return read.problem;
    const { from, to, agent_type, task_type, model } = read.values;
    const backwards = backwardsProblem(from, to);
    if (backwards !== undefined) return backwards;
    const asked: LineQuery = {
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
      ...(agent_type !== undefined && { agentType: agent_type }),
      ...(task_type !== undefined && { taskType: task_type }),
      ...(model !== undefined && { model }),
    };
    return {
      status: 200,
      type: EXPORT_TYPES[format],
      file: `solvent-charges.${format}`,
      bytes: (signal) => auditor.exported(format, asked, signal),
    };
  },
});

const days = {
  from: day('The first day, UTC; the first that there is unless told.'),
  to: day('The day behind the last, UTC; all there are unless told.'),
};

const checksumsRoute = (auditor: Auditor): Route => ({
  method: 'GET',
  path: '/api/v1/export/checksums',
  summary: 'Lines, sum and SHA-256 of each day that has charges, as its rows stand in the CSV export',
  parameters: days,
  async handle({ query }) {
    const read = readQuery(days, query);
    if (read.kind === 'refused') return read.problem;
    const { from, to } = read.values;
    const backwards = backwardsProblem(from, to);
    if (backwards !== undefined) return backwards;
    const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
    return {
      status: 200,
      type: EXPORT_TYPES.json,
      file: undefined,
      bytes: (signal) => checksumsJson(auditor, range, signal),
    };
  },
});

/** Day by day as they are known: many of them take a while. */
async function* checksumsJson(
  auditor: Auditor,
  range: Pick<LineQuery, 'from' | 'to'>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let before = '{"days":[\n';
  for await (const { day: name, lines, unpriced, amount, sha256 } of auditor.checksums(range, signal)) {
    const json = { day: name, lines, unpriced_lines: unpriced, amount_usd: formatUsd(amount), sha256 };
    yield Buffer.from(before + JSON.stringify(json));
    before = ',\n';
  }
  yield Buffer.from(before.startsWith('{') ? '{"days":[]}\n' : '\n]}\n');
}

const backwardsProblem = (from: bigint | undefined, to: bigint | undefined): Problem | undefined =>
  from !== undefined && to !== undefined && from > to
    ? problem(400, 'from should not be after to', { parameter: 'from' })
    : undefined;
