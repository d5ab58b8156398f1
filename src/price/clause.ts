/** A condition on a model's name, as `@pydantic/genai-prices` writes it. Letters match whatever their case. */
export type Clause =
  | { readonly equals: string }
  | { readonly starts_with: string }
  | { readonly ends_with: string }
  | { readonly contains: string }
  | { readonly regex: string }
  | { readonly or: readonly Clause[] }
  | { readonly and: readonly Clause[] };

/** How well a clause fits. The larger rank is the more specific; `doubtful` says that the name goes on past the clause. */
export interface Fit {
  readonly rank: number;
  readonly doubtful: boolean;
}

export type Matcher = (model: string) => Fit | undefined;

const EXACT = 1_000_000;
const PATTERN = 100_000;

/** Compiled once; what it returns takes lower-case names. */
export function matcherOf(clause: Clause): Matcher {
  if ('equals' in clause) return exactly(clause.equals.toLowerCase());
  if ('starts_with' in clause) return prefixed(clause.starts_with.toLowerCase());
  if ('ends_with' in clause) return suffixed(clause.ends_with.toLowerCase());
  if ('contains' in clause) return containing(clause.contains.toLowerCase());
  if ('regex' in clause) return patterned(new RegExp(clause.regex, 'i'));
  if ('or' in clause) return best(clause.or.map(matcherOf));
  return every(clause.and.map(matcherOf));
}

/** The names that the clause gives word for word, in lower case. */
export function namesIn(clause: Clause): readonly string[] {
  if ('equals' in clause) return [clause.equals.toLowerCase()];
  return 'or' in clause ? clause.or.flatMap(namesIn) : [];
}

/** Whether a name fits at all, whatever follows: for what a provider calls its own, `claude` anywhere. */
export function mentions(clause: Clause): (model: string) => boolean {
  if ('starts_with' in clause) return (model) => model.startsWith(clause.starts_with.toLowerCase());
  if ('contains' in clause) return (model) => model.includes(clause.contains.toLowerCase());
  if ('or' in clause) {
    const parts = clause.or.map(mentions);
    return (model) => parts.some((part) => part(model));
  }
  const matches = matcherOf(clause);
  return (model) => matches(model) !== undefined;
}

/** False where its names are all there is to it. */
export const hasPatterns = (clause: Clause): boolean =>
  'or' in clause ? clause.or.some(hasPatterns) : !('equals' in clause);

const SURE_EXACT: Fit = { rank: EXACT, doubtful: false };
const SURE_PATTERN: Fit = { rank: PATTERN, doubtful: false };

const exactly =
  (name: string): Matcher =>
  (model) =>
    model === name ? SURE_EXACT : undefined;

const patterned =
  (pattern: RegExp): Matcher =>
  (model) =>
    pattern.test(model) ? SURE_PATTERN : undefined;

const suffixed =
  (end: string): Matcher =>
  (model) =>
    model.endsWith(end) ? { rank: 2 * end.length, doubtful: false } : undefined;

/** Of two prefixes the longer counts, and a prefix before a part of the same length. */
const prefixed =
  (start: string): Matcher =>
  (model) =>
    model.startsWith(start) ? ahead(model, start, start.length, 2 * start.length + 1) : undefined;

function containing(part: string): Matcher {
  return (model) => {
    const at = model.indexOf(part);
    return at === -1 ? undefined : ahead(model, part, at + part.length, 2 * part.length);
  };
}

function ahead(model: string, known: string, from: number, rank: number): Fit | undefined {
  const rest = restOf(model, known, from);
  return rest === 'foreign' ? undefined : { rank, doubtful: rest === 'doubtful' };
}

function best(matchers: readonly Matcher[]): Matcher {
  return (model) => {
    let found: Fit | undefined;
    for (const matcher of matchers) {
      const fit = matcher(model);
      if (fit !== undefined && (found === undefined || fit.rank > found.rank)) found = fit;
    }
    return found;
  };
}

/** A pattern inside `and` only forbids; the rank is that of the part that names the model. */
function every(matchers: readonly Matcher[]): Matcher {
  return (model) => {
    const fits = matchers.map((matcher) => matcher(model));
    if (fits.some((fit) => fit === undefined)) return undefined;
    const named = fits.filter((fit) => fit !== SURE_PATTERN);
    return (named.length === 0 ? fits : named).reduce((left, right) =>
      left!.rank >= right!.rank ? left : right,
    );
  };
}

/**
 * Dates, snapshot numbers, `-latest`, `-preview`, `-v1:0`, `@001`: the same model by a longer name. At most four of
 * them: names come from senders, and a date can be read in two ways, which without an end would double per date.
 */
const SAME_MODEL =
  /^(?:[-@](?:20\d{2}-?\d{2}-?\d{2}|\d{2}-\d{2}|\d{2}-20\d{2}|\d{3,4}|latest|preview|exp|experimental|default|v\d+)|:\d+|:latest|@latest|\.0(?!\d)){1,4}$/;
/** A further number, or a word that providers sell apart: another model, whose price this is not. */
const OTHER_MODEL =
  /^(?:[-._@]?v?\d{1,2}(?![\d])|[-_:.](?:mini|nano|lite|pro|max|ultra|turbo|flash|high|low|small|medium|large|xl|fast|highspeed|codex|image|audio|video|live|tts|transcribe|realtime|search|embed|embedding|rerank|moderation|deep-research|distill|native|free|extended|vision|ocr|voice|math|code|coder)(?![a-z]))/;

/**
 * What follows a prefix decides whether it is still that model. A table that knows `claude-opus-4` must not
 * price `claude-opus-4-8`, which once cost three times too much.
 */
export function restOf(model: string, known: string, from: number): 'same' | 'doubtful' | 'foreign' {
  if (from === model.length) return 'same';
  // A prefix that ends within a number is read with that number whole: `sonnet-4-2025` + `0514`, `opus-4-1` + `0`.
  const digits = /^\d/.test(model.slice(from)) ? (/\d+$/.exec(known)?.[0] ?? '') : '';
  const rest = model.slice(from);
  const whole = digits === '' ? rest : `-${digits}${rest}`;
  if (SAME_MODEL.test(whole)) return 'same';
  // A prefix that ends in a dash means the family: what stands behind the dash is for the table to say.
  if (/[-:./@]$/.test(known)) return 'doubtful';
  return OTHER_MODEL.test(whole) ? 'foreign' : 'doubtful';
}
