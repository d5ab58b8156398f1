import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * What an emitter does not tell of a call, though the provider billed it. `call`: there is no span. `usage`: there are no
 * tokens. `cacheRead`, `cacheWrite`: counted as plain input. `cacheWrite1h`: counted as written for five minutes.
 * `cachedInput`: cached tokens are in no count at all. `reasoning`: counted as plain output. `thoughts`: in no count. `compaction`: what summing the conversation up took is in no count. `units`: a query's.
 */
export const LOSSES = [
  'call',
  'usage',
  'cacheRead',
  'cacheWrite',
  'cacheWrite1h',
  'cachedInput',
  'reasoning',
  'thoughts',
  'compaction',
  'units',
] as const;
/**
 * `estimated`: the emitter says these counts instead, which it made itself; `outputMore`: so many tokens of output that
 * were not there. Both with the flag `usage_estimated`.
 */
export type Loss =
  | (typeof LOSSES)[number]
  | { readonly estimated: { readonly input: number; readonly output: number } }
  | { readonly outputMore: number };

/** One scenario of an emitter, and how its spans differ from what was billed. */
export interface Case {
  /** The folder below test/golden that its recordings are in. */
  readonly dialect: string;
  readonly note: string;
  /**
   * By the beginning of the truth's `api` (`mock/truth.ts`), the longest that fits; `*` for all, `refused` for answers
   * that were an error, `tools` for tools that ran, `queries` for vector queries. All that is not listed must be told.
   */
  readonly lost: Readonly<Record<string, readonly Loss[]>>;
  /** Where it names the agent; otherwise it is not compared. */
  readonly agentType: string | undefined;
  /** Flags of the task besides those that follow from `lost`. */
  readonly flags: readonly string[];
  /** Rules that spans are suppressed by; not compared where it is not given. */
  readonly suppressed: readonly string[] | undefined;
  /**
   * Where it tells the sums of a run and not its calls: how many calls each run had, in order. They are compared as one
   * call for each run.
   */
  readonly runs: readonly number[] | undefined;
  /** What Solvent still needs to get it right: until then it is known to fail. */
  readonly needs: string | undefined;
}

export interface Emitter {
  /** Its folder's name. */
  readonly name: string;
  readonly folder: string;
  readonly language: 'node' | 'python';
  /** It runs in every landing, and not only where it is recorded. */
  readonly live: boolean;
  /** The packages that its folder pins, with their versions. */
  readonly versions: Readonly<Record<string, string>>;
  readonly note: string;
  readonly cases: ReadonlyMap<string, Case>;
}

const ROOT = join(import.meta.dirname, '..');

/** Every folder of test/interop with a program that emits. */
export function readEmitters(root = ROOT): readonly Emitter[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, folder: join(root, name) }))
    .filter(({ folder }) => ['emit.mjs', 'emit.py'].some((file) => existsSync(join(folder, file))))
    .map(({ name, folder }) => readEmitter(name, folder))
    .sort((left, right) => (left.name < right.name ? -1 : 1));
}

type Written = Partial<Omit<Case, 'lost'>> & {
  readonly lost?: Readonly<Record<string, Loss | readonly Loss[]>>;
};
interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly interop: {
    readonly dialect: string;
    readonly note?: string;
    readonly live?: boolean;
    readonly cases: Readonly<Record<string, Written>>;
  };
}

function readEmitter(name: string, folder: string): Emitter {
  const text = readFileSync(join(folder, 'package.json'), 'utf8');
  const { dependencies = {}, interop } = JSON.parse(text) as Manifest;
  const requirements = join(folder, 'requirements.txt');
  const python = existsSync(requirements);
  return {
    name,
    folder,
    language: python ? 'python' : 'node',
    live: !python && interop.live !== false,
    versions: python ? pinned(readFileSync(requirements, 'utf8')) : dependencies,
    note: interop.note ?? '',
    cases: new Map(
      Object.entries(interop.cases).map(([key, written]) => [key, readCase(written, interop.dialect)]),
    ),
  };
}

const readCase = (written: Written, dialect: string): Case => ({
  dialect: written.dialect ?? dialect,
  note: written.note ?? '',
  lost: Object.fromEntries(
    Object.entries(written.lost ?? {}).map(([api, losses]) => [
      api,
      Array.isArray(losses) ? (losses as readonly Loss[]) : [losses as Loss],
    ]),
  ),
  agentType: written.agentType,
  flags: written.flags ?? [],
  suppressed: written.suppressed,
  runs: written.runs,
  needs: written.needs,
});

const pinned = (requirements: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...requirements.matchAll(/^([\w.[\]-]+)==(\S+)/gm)].map(([, name, version]) => [name!, version!]),
  );

/** Where the recording of a case is kept. */
export const recordingFolder = (emitter: Emitter, name: string): string =>
  join(
    dirname(ROOT),
    'golden',
    emitter.cases.get(name)!.dialect,
    name === 'default' ? `recorded-${emitter.name}` : `recorded-${emitter.name}-${name}`,
  );
