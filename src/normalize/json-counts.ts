import type { CountNames } from './counts.ts';
import type { Draft } from './draft.ts';
import { ABSENT } from './first.ts';
import { type JsonObject, memberCount, memberObject } from './json-text.ts';
import type { Style } from './style.ts';

/** Anthropic's own `usage` object, which leaves cached tokens out of its input. */
export const ANTHROPIC_COUNTS = {
  input: ['input_tokens'],
  output: ['output_tokens'],
  cacheRead: ['cache_read_input_tokens'],
  cacheWrite: ['cache_creation_input_tokens'],
  cacheWrite5m: ['cache_creation.ephemeral_5m_input_tokens'],
  cacheWrite1h: ['cache_creation.ephemeral_1h_input_tokens'],
  reasoning: ['output_tokens_details.thinking_tokens'],
};

/** Where a count is: the names on the way to it, from the outermost. */
type Path = readonly string[];
type Paths = { readonly [Class in keyof CountNames]: readonly Path[] };

/**
 * Reads counts that an emitter packed into one JSON object. A name may lead inwards: `details.cached_tokens`. In each
 * list the first usable one counts. True where there was an input or an output count; only then the draft is touched,
 * and never where an earlier dialect had counts.
 */
export function openJsonCounts(
  names: Partial<CountNames>,
  style: Style,
): (object: JsonObject, draft: Draft) => boolean {
  const paths: Paths = {
    input: pathsOf(names.input),
    output: pathsOf(names.output),
    cacheRead: pathsOf(names.cacheRead),
    cacheWrite: pathsOf(names.cacheWrite),
    cacheWrite5m: pathsOf(names.cacheWrite5m),
    cacheWrite1h: pathsOf(names.cacheWrite1h),
    reasoning: pathsOf(names.reasoning),
    total: pathsOf(names.total),
  };
  return (object, draft) => {
    if (draft.hasCounts) return false;
    const input = firstAt(object, paths.input, draft);
    const output = firstAt(object, paths.output, draft);
    if (input === ABSENT && output === ABSENT) return false;
    draft.hasCounts = true;
    draft.style = style;
    draft.input = input;
    draft.output = output;
    draft.cacheRead = firstAt(object, paths.cacheRead, draft);
    draft.cacheWrite = firstAt(object, paths.cacheWrite, draft);
    draft.cacheWrite5m = firstAt(object, paths.cacheWrite5m, draft);
    draft.cacheWrite1h = firstAt(object, paths.cacheWrite1h, draft);
    draft.reasoning = firstAt(object, paths.reasoning, draft);
    draft.total = firstAt(object, paths.total, draft);
    return true;
  };
}

const pathsOf = (names: readonly string[] = []): readonly Path[] => names.map((name) => name.split('.'));

function firstAt(object: JsonObject, paths: readonly Path[], draft: Draft): number {
  for (const path of paths) {
    const holder = path.slice(0, -1).reduce(memberObject, object);
    const count = memberCount(holder, path.slice(-1), draft);
    if (count !== ABSENT) return count;
  }
  return ABSENT;
}
