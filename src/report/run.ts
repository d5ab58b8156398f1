import { type CpstAnswer, isCpstAnswer } from './answers.ts';
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

export const REPORT_URL = 'http://127.0.0.1:9464';
const ANSWER_MS_MAX = 30_000;
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

function baseOf(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed?.protocol === 'http:' || parsed?.protocol === 'https:' ? url.replace(/\/+$/, '') : undefined;
}

function cpstPath({ groupBy, window }: ReportRequest): string {
  const query = new URLSearchParams({ group_by: groupBy ?? 'agent_type' });
  if (window !== undefined) query.set('window', window);
  return `/api/v1/cpst?${query}`;
}

type Asked =
  | { readonly kind: 'answered'; readonly json: unknown }
  | { readonly kind: 'failed'; readonly code: 1 | 2; readonly line: string };

async function ask(path: string, base: string, fetch: typeof globalThis.fetch): Promise<Asked> {
  try {
    const response = await fetch(`${base}${path}`, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    const text = await response.text();
    if (response.ok) return { kind: 'answered', json: parsed(text) };
    const code = response.status === 400 ? 2 : 1;
    return {
      kind: 'failed',
      code,
      line: `${base} refuses: ${detailOf(text) ?? `status ${response.status}`}`,
    };
  } catch (error) {
    const line = `nothing answers at ${base} (${whyOf(error)}): start it with "solvent serve", or name it with --url`;
    return { kind: 'failed', code: 1, line };
  }
}

/** A text that is no JSON is no answer of Solvent's, and is judged as such. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The detail of a problem document (RFC 9457). */
function detailOf(text: string): string | undefined {
  const problem = parsed(text) as { detail?: unknown; title?: unknown } | null | undefined;
  const told = problem?.detail ?? problem?.title;
  return typeof told === 'string' ? told.slice(0, 500).replaceAll(/\p{Cc}/gu, ' ') : undefined;
}

function whyOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message?: string };
  return cause?.code ?? cause?.message ?? message ?? 'no reason given';
}
