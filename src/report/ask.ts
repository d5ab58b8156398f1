/** Where the reading side answers, unless told. */
export const REPORT_URL = 'http://127.0.0.1:9464';
const ANSWER_MS_MAX = 30_000;

/** The address without the slashes at its end; undefined where it is none of HTTP. */
export function baseOf(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed?.protocol === 'http:' || parsed?.protocol === 'https:' ? url.replace(/\/+$/, '') : undefined;
}

export type Asked =
  | { readonly kind: 'answered'; readonly json: unknown }
  | { readonly kind: 'failed'; readonly code: 1 | 2; readonly line: string };

/** Asks a running service for `path`, or with a body tells it something. `line` says what went wrong, in one line. */
export async function ask(
  path: string,
  base: string,
  fetch: typeof globalThis.fetch,
  body?: object,
  answerMsMax = ANSWER_MS_MAX,
): Promise<Asked> {
  try {
    const response = await fetch(`${base}${path}`, {
      signal: AbortSignal.timeout(answerMsMax),
      ...(body !== undefined && {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const text = await response.text();
    if (response.ok) return { kind: 'answered', json: parsed(text) };
    const code = response.status === 400 ? 2 : 1;
    return { kind: 'failed', code, line: problemLine(base, response.status, text) };
  } catch (error) {
    return { kind: 'failed', code: 1, line: silenceLine(base, error) };
  }
}

/** What a service that answers has against what was asked. */
export const problemLine = (base: string, status: number, text: string): string =>
  `${base} refuses: ${detailOf(text) ?? `status ${status}`}`;

export const silenceLine = (base: string, error: unknown): string =>
  `nothing answers at ${base} (${whyOf(error)}): start it with "solvent serve", or name it with --url`;

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
