import { type CpstAnswer, isCpstAnswer } from './answers.ts';
import { ask, baseOf, REPORT_URL } from './ask.ts';
import { reportCsv } from './csv.ts';
import type { HealthAnswer } from './footnotes.ts';
import { type ReportStyle, reportTable } from './table.ts';

export interface ReportRequest {
  /** Where the reading side of a running Solvent answers. */
  readonly url?: string | undefined;
  /** The answer of `/cpst` as it came, at full precision. */
  readonly json?: boolean | undefined;
  readonly csv?: boolean | undefined;
  /** Comma list; `agent_type` unless told. */
  readonly groupBy?: string | undefined;
  /** `24h`; unless told the service decides. */
  readonly window?: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  /** Standard output. */
  readonly write: (text: string) => void;
  /** Takes one line for standard error, without its end; unless told, lines go to `write`. */
  readonly writeError?: ((line: string) => void) | undefined;
  readonly style?: ReportStyle | undefined;
}

const PLAIN: ReportStyle = { color: false, width: 120 };

/** Exit code of `solvent report`: 0 printed, 1 no answer that can be printed, 2 asked for what does not exist. */
export async function runReport(request: ReportRequest): Promise<0 | 1 | 2> {
  const complain = request.writeError ?? ((line: string) => request.write(`${line}\n`));
  if (request.json && request.csv) {
    complain('solvent report prints --json or --csv, not both');
    return 2;
  }
  const base = baseOf(request.url ?? REPORT_URL);
  if (base === undefined) {
    complain(`--url is ${JSON.stringify(request.url)}, but should be an address such as ${REPORT_URL}`);
    return 2;
  }
  const cpst = await ask(cpstPath(request), base, request.fetch);
  if (cpst.kind === 'failed') {
    complain(cpst.line);
    return cpst.code;
  }
  if (!isCpstAnswer(cpst.json)) {
    complain(`${base} answers, but not as Solvent does: is another service on this port?`);
    return 1;
  }
  request.write(await rendered(request, cpst.json, base));
  return 0;
}

async function rendered(request: ReportRequest, cpst: CpstAnswer, base: string): Promise<string> {
  if (request.json) return `${JSON.stringify(cpst, undefined, 2)}\n`;
  if (request.csv) return reportCsv(cpst);
  const health = await ask('/api/v1/data-health', base, request.fetch);
  const notes = health.kind === 'answered' ? (health.json as HealthAnswer | null) : null;
  return reportTable(cpst, notes ?? undefined, request.style ?? PLAIN);
}

function cpstPath({ groupBy, window }: ReportRequest): string {
  const query = new URLSearchParams({ group_by: groupBy ?? 'agent_type' });
  if (window !== undefined) query.set('window', window);
  return `/api/v1/cpst?${query}`;
}
