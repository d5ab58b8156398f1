import { ask, baseOf, REPORT_URL } from './ask.ts';
import { isRepriceRun, type RepriceRunJson } from './reprice-answers.ts';
import { repriceCsv, repriceTable } from './reprice-table.ts';

export interface RepriceCommand {
  readonly url?: string | undefined;
  /** What stands for the address where `fetch` asks no service, and how the command line names it (`--data-dir d`). */
  readonly place?: { readonly base: string; readonly option: string } | undefined;
  /** As `POST /reprice` takes it; or the number of a paused one to go on with. */
  readonly asked: object | { readonly continue: string };
  readonly json?: boolean | undefined;
  readonly csv?: boolean | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly write: (text: string) => void;
  /** One line for standard error. */
  readonly writeError: (line: string) => void;
  /** How far it came, told as often as that is asked. */
  readonly showProgress: (text: string) => void;
  /** Resolves a while later: between two questions. */
  readonly pause: () => Promise<void>;
  /** Resolves when somebody wants it to stop. */
  readonly stopped: Promise<unknown>;
}

/** Exit code of `solvent reprice`: 0 done, 1 failed or paused, 2 asked for what does not exist. */
export async function runReprice(command: RepriceCommand): Promise<0 | 1 | 2> {
  const { fetch, writeError: complain } = command;
  if (command.json && command.csv) {
    complain('solvent reprice prints --json or --csv, not both');
    return 2;
  }
  const base = command.place?.base ?? baseOf(command.url ?? REPORT_URL);
  if (base === undefined) {
    complain(`--url is ${JSON.stringify(command.url)}, but should be an address such as ${REPORT_URL}`);
    return 2;
  }
  const path =
    'continue' in command.asked
      ? `/api/v1/repricings/${encodeURIComponent(command.asked.continue)}/continue`
      : '/api/v1/reprice';
  const begun = await ask(path, base, fetch, 'continue' in command.asked ? {} : command.asked);
  const run = await followed(command, base, begun);
  if (typeof run === 'number') return run;
  command.write(rendered(command, run));
  return 0;
}

type Asked = Awaited<ReturnType<typeof ask>>;

/** The run at its end; an exit code where it came to none. */
async function followed(
  command: RepriceCommand,
  base: string,
  begun: Asked,
): Promise<RepriceRunJson | 1 | 2> {
  const { fetch, writeError: complain } = command;
  let stop = false;
  command.stopped.then(() => {
    stop = true;
  });
  let answer = begun;
  for (;;) {
    if (answer.kind === 'failed') {
      complain(answer.line);
      return answer.code;
    }
    const run = answer.json;
    if (!isRepriceRun(run)) {
      complain(`${base} answers, but not as Solvent does: is another service on this port?`);
      return 1;
    }
    if (run.state === 'done') return run;
    if (run.state !== 'running') {
      const { why, state, id } = run;
      complain(
        state === 'paused'
          ? `paused at ${percentOf(run)}; go on with: solvent reprice ${optionOf(command)}--continue ${id}`
          : `re-pricing ${id} is ${state}${why === null ? '' : `: ${why}`}`,
      );
      return 1;
    }
    command.showProgress(`re-pricing ${run.id}: ${percentOf(run)}`);
    const at = `/api/v1/repricings/${run.id}`;
    if (stop) {
      const paused = await ask(`${at}/pause`, base, fetch, {});
      // It may have come to its end by itself meanwhile.
      answer = paused.kind === 'answered' ? paused : await ask(at, base, fetch);
    } else {
      await Promise.race([command.pause(), command.stopped]);
      answer = await ask(at, base, fetch);
    }
  }
}

const optionOf = ({ place }: RepriceCommand): string => (place === undefined ? '' : `${place.option} `);

const percentOf = ({ progress }: RepriceRunJson): string => `${Math.floor(progress * 100)} %`;

function rendered({ json, csv }: RepriceCommand, run: RepriceRunJson): string {
  if (json) return `${JSON.stringify(run, undefined, 2)}\n`;
  return csv ? repriceCsv(run) : repriceTable(run);
}
