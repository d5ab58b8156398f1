import { baseOf, problemLine, REPORT_URL, silenceLine } from './ask.ts';

export interface ExportCommand {
  readonly url?: string | undefined;
  readonly format: string;
  /** As the API names them; undefined ones are left out. */
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly fetch: typeof globalThis.fetch;
  /** Takes all bytes; rejects where they cannot be kept. */
  readonly keep: (bytes: AsyncIterable<Uint8Array>) => Promise<void>;
  /** One line for standard error. */
  readonly writeError: (line: string) => void;
}

/** Exit code of `solvent export`: 0 all is written, 1 it is not, 2 asked for what does not exist. */
export async function runExport(command: ExportCommand): Promise<0 | 1 | 2> {
  const { fetch, writeError: complain } = command;
  const base = baseOf(command.url ?? REPORT_URL);
  if (base === undefined) {
    complain(`--url is ${JSON.stringify(command.url)}, but should be an address such as ${REPORT_URL}`);
    return 2;
  }
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(command.query)) if (value !== undefined) query.set(name, value);
  const answer = await fetch(`${base}/api/v1/export/charges.${command.format}?${query}`).catch(
    (fault: unknown) => silenceLine(base, fault),
  );
  if (typeof answer === 'string') {
    complain(answer);
    return 1;
  }
  if (!answer.ok || answer.body === null) {
    complain(problemLine(base, answer.status, await answer.text()));
    return answer.status === 400 ? 2 : 1;
  }
  const taken = { bytes: 0 };
  try {
    await command.keep(counted(answer.body as unknown as AsyncIterable<Uint8Array>, taken));
    return 0;
  } catch (fault) {
    const { code, message, cause } = fault as NodeJS.ErrnoException & {
      cause?: { code?: string; message?: string };
    };
    // Whoever reads on has had enough.
    if (code !== 'EPIPE')
      complain(
        `the export ended after ${taken.bytes} bytes and is not whole: ${cause?.code ?? cause?.message ?? message}`,
      );
    return 1;
  }
}

async function* counted(
  bytes: AsyncIterable<Uint8Array>,
  taken: { bytes: number },
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    taken.bytes += chunk.length;
    yield chunk;
  }
}
