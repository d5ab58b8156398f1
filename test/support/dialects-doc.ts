import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { dialectTable } from '../../src/normalize/dialects.ts';
import { type Emitter, type Loss, readEmitters } from '../interop/harness/emitters.ts';
import { openReader } from '../normalize/reading.ts';
import { plainSpans } from './otlp-json.ts';

/**
 * docs/dialects.md, printed from what is tested: the dialects' own comments and attributes, the programs of
 * test/interop with what their emitters are known to lose, and the recordings in test/golden.
 */
export function dialectsDoc(): string {
  const emitters = readEmitters();
  const dialects = dialectTable().map((row) => ({ ...row, ...evidenceOf(row.name, emitters) }));
  return [
    ...INTRODUCTION,
    '## In short',
    '',
    '| dialect | its counts are | proven by recordings of |',
    '|---|---|---|',
    ...dialects.map((one) => `| [${one.name}](#${one.name}) | ${one.style} | ${shortEvidence(one)} |`),
    '',
    ...dialects.flatMap(section),
    ...notRun(),
  ].join('\n');
}

/** The two rows of the README: what was recorded, and what is read after its source. */
export function dialectsInShort(): string {
  const emitters = readEmitters();
  const rows = dialectTable().map(({ name }) => ({ name, ...evidenceOf(name, emitters) }));
  const names = (wanted: boolean) =>
    rows.filter(({ recorded }) => recorded.length > 0 === wanted).map(({ name }) => name);
  return [
    '| dialects | |',
    '|---|---|',
    `| ${names(true).join(', ')} | proven by recordings of real emitters |`,
    `| ${names(false).join(', ')} | read after their sources |`,
  ].join('\n');
}

interface Evidence {
  /** `name version`, as a recording pins them. */
  readonly packages: readonly string[];
  /** The programs of test/interop, or the names of older recordings. */
  readonly recorded: readonly string[];
  /** What the recorded emitters do not tell, one line each. */
  readonly losses: readonly string[];
  /** Golden folders that were written by hand. */
  readonly byHand: readonly string[];
}

interface Row extends Evidence {
  readonly name: string;
  readonly style: string;
  readonly reads: readonly string[];
}

const GOLDEN = 'test/golden';
const read = openReader();
let recordings: readonly Recording[] | undefined;

interface Recording {
  /** Below test/golden. */
  readonly folder: string;
  /** The dialects that any of its spans was read in. */
  readonly spoken: ReadonlySet<string>;
  readonly emitter: string | undefined;
  readonly case: string;
}

function readRecordings(): readonly Recording[] {
  return readdirSync(GOLDEN, { recursive: true, encoding: 'utf8' })
    .filter((path) => basename(path) === 'truth.json')
    .map((path) => join(GOLDEN, dirname(path)))
    .sort()
    .map((folder) => {
      const json = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
      const truth = json('truth.json') as { readonly emitter?: string; readonly case?: string };
      const spoken = new Set(plainSpans(json('span.json')).map((span) => read(span).dialect));
      // A dialect that only adds counts to the standard's spans decides no kind; the folder has its name.
      spoken.add(basename(dirname(folder)));
      return { folder, spoken, emitter: truth.emitter, case: truth.case ?? '' };
    });
}

function evidenceOf(dialect: string, emitters: readonly Emitter[]): Evidence {
  const named = new Map(emitters.map((emitter) => [emitter.name, emitter]));
  const [packages, losses, recorded] = [new Set<string>(), new Set<string>(), new Set<string>()];
  recordings ??= readRecordings();
  for (const recording of recordings) {
    if (!recording.spoken.has(dialect)) continue;
    const emitter = named.get(recording.emitter ?? '');
    const own = emitter === undefined ? packagesOfNote(recording.folder) : packagesOf(emitter);
    for (const one of own) packages.add(one);
    recorded.add(emitter?.name ?? basename(recording.folder).replace('recorded-', ''));
    for (const [api, lost] of Object.entries(emitter?.cases.get(recording.case)?.lost ?? {}))
      losses.add(
        `\`${emitter!.name}\`, ${APIS[api] ?? `\`${api}\``}: ${lost.map(lossText).join(', ') || 'nothing is missing'}`,
      );
  }
  const folder = join(GOLDEN, dialect);
  const cases = existsSync(folder) ? readdirSync(folder).sort() : [];
  return {
    packages: [...packages].sort(),
    recorded: [...recorded].sort(),
    losses: [...losses].sort(),
    byHand: cases.filter((name) => !name.startsWith('recorded-')),
  };
}

/** What only carries spans, or checks the arguments of tools, proves nothing of a dialect. */
const CARRIERS =
  /^(?:@opentelemetry\/(?!instrumentation)|opentelemetry-(?!instrumentation)|zod$|dotenv$|httpx$)/;

const packagesOf = ({ versions }: Emitter): string[] =>
  Object.entries(versions)
    .filter(([name]) => !CARRIERS.test(name))
    .map(([name, version]) => `${name} ${version}`);

/** Recordings from before the programs name their packages in the first paragraph: `name` 1.2.3. */
function packagesOfNote(folder: string): string[] {
  const [, first = ''] = readFileSync(join(folder, 'NOTE.md'), 'utf8').split('\n\n');
  return [...first.matchAll(/`([@\w/.-]+)`\s+(\d[\w.-]*\w)/g)]
    .map(([, name, version]) => `${name} ${version}`)
    .filter((one) => !CARRIERS.test(one));
}

const APIS: Readonly<Record<string, string>> = { '*': 'all calls', refused: 'answers that were an error' };

const LOSS_TEXTS: Readonly<Record<string, string>> = {
  call: 'no span',
  usage: 'no tokens',
  cacheRead: 'cache reads (counted as plain input)',
  cacheWrite: 'cache writes (counted as plain input)',
  cacheWrite1h: 'how long cache writes live',
  cachedInput: 'cached tokens (in no count)',
  reasoning: 'thoughts (counted as plain output)',
  thoughts: 'thoughts (in no count)',
  compaction: 'what compaction took',
  units: 'units',
};

const lossText = (loss: Loss): string => {
  if (typeof loss === 'string') return LOSS_TEXTS[loss] ?? loss;
  if ('estimated' in loss) return 'the real counts (it makes its own)';
  if (loss.outputMore === 0) return 'that the output is right (flagged all the same)';
  return `the output (it says ${loss.outputMore} more)`;
};

function shortEvidence({ recorded, byHand }: Row): string {
  if (recorded.length > 0) return recorded.join(', ');
  return byHand.length > 0 ? 'nothing: spans written by hand' : 'nothing of its own';
}

function section(row: Row): string[] {
  const { name, packages, byHand, losses, reads } = row;
  const proven = packages.length > 0 ? packages.map((one) => `\`${one}\``).join(', ') : 'no recording';
  const hand = byHand.length === 0 ? '' : ` By hand: ${byHand.map((one) => `\`${one}\``).join(', ')}.`;
  return [
    `## ${name}`,
    '',
    commentOf(name),
    '',
    `**Proven by** ${proven}.${hand}`,
    '',
    ...(losses.length === 0
      ? []
      : ['**Not told** by what was recorded:', '', ...losses.map((line) => `- ${line}`), '']),
    `**Reads** ${reads.map((one) => `\`${one}\``).join(', ')}.`,
    '',
  ];
}

/** The comment of the dialect itself: what its input count includes is said there. */
function commentOf(name: string): string {
  const source = readFileSync(join('src/normalize/dialects', `${name}.ts`), 'utf8');
  const match = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\nexport const \w+: OpenDialect\b/.exec(source);
  return (match?.[1] ?? '')
    .split('\n')
    .map((line) => line.replace(/^\s*\*? ?/, '').trim())
    .filter((line) => line !== '')
    .join(' ');
}

interface NotRun {
  readonly emitter: string;
  readonly packages: Readonly<Record<string, string>>;
  readonly why: string;
}

/** Emitters that were tried and are not recorded, each with its reason. */
function notRun(): string[] {
  const tried = JSON.parse(readFileSync('test/interop/not-run.json', 'utf8')) as readonly NotRun[];
  const versions = (packages: NotRun['packages']) =>
    Object.entries(packages)
      .map(([name, version]) => `\`${name} ${version}\``)
      .join(', ');
  return [
    '## Not recorded',
    '',
    ...tried.map(({ emitter, packages, why }) => `- ${emitter} (${versions(packages)}): ${why}`),
    '',
  ];
}

const INTRODUCTION = [
  '# Dialects',
  '',
  'Printed by `npm run docs` from the files in `src/normalize/dialects`, the programs in `test/interop` and the recordings in',
  '`test/golden`; a test compares. Where two dialects on one span say different things, the earlier one in the table is believed.',
  '',
  '*Inclusive*: input holds cached tokens, output holds reasoning. *Exclusive*: input holds no cached tokens. *Disjoint*: no count',
  'holds another. *Thoughts outside*: output is without its thoughts. It is what the dialect means; emitters that count otherwise are',
  'known by their scope and version (`src/normalize/emitters.ts`), and where nothing proves it, the call is flagged `assumed_inclusive`.',
  'What an emitter never says is flagged too (`src/normalize/blind.ts`): `cache_unreported`, `reasoning_unreported`.',
  '',
  'A request id (`anthropic.request.id`, `request_id`) is never taken for a response id: layers that say one of each would be two',
  'calls. Sessions, users, reported costs and outcomes are read in all dialects alike: `src/normalize/naming.ts`,',
  '[settings](settings.md).',
  '',
];
