import type { Usage } from '../domain/usage.ts';

/** True where there are tokens to charge. A report of zeros is what streams without usage look like. */
export const reports = (usage: Usage | undefined): usage is Usage =>
  usage !== undefined && (usage.input > 0 || usage.output > 0);

/**
 * One call as two nested layers saw it, where nothing says that one of them is wrong: the larger of the
 * inclusive totals, and detail from the side that has it, the layer nearer to the provider first. A maximum per
 * class would count cached tokens twice, because a layer that knows no cache calls them plain input.
 */
export function largestOf(near: Usage, far: Usage): Usage {
  const totals = { input: Math.max(near.input, far.input), output: Math.max(near.output, far.output) };
  return withDetail(totals, near, far);
}

/** The totals of the layer that is believed, with detail from the other where only that has it and it fits. */
export const believed = (near: Usage, far: Usage): Usage => withDetail(near, near, far);

function withDetail(totals: Pick<Usage, 'input' | 'output'>, near: Usage, far: Usage): Usage {
  const cache = (cached(near) === 0 && cached(far) <= totals.input) || splitsWritesOf(far, near) ? far : near;
  const thought = near.reasoning === 0 && far.reasoning <= totals.output ? far : near;
  return {
    input: totals.input,
    cacheRead: cache.cacheRead,
    cacheWrite5m: cache.cacheWrite5m,
    cacheWrite1h: cache.cacheWrite1h,
    output: totals.output,
    reasoning: thought.reasoning,
  };
}

/** The same cache, of which only `far` knows that some of it was written for an hour. */
const splitsWritesOf = (far: Usage, near: Usage): boolean =>
  near.cacheWrite1h === 0 &&
  far.cacheWrite1h > 0 &&
  far.cacheRead === near.cacheRead &&
  far.cacheWrite5m + far.cacheWrite1h === near.cacheWrite5m;

const cached = (usage: Usage): number => usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;

/** How much a report knows: its kinds of detail, so that of two equal calls the better known is kept. */
export function detailIn(usage: Usage | undefined): number {
  if (!reports(usage)) return usage === undefined ? 0 : 1;
  return (
    2 +
    Number(usage.cacheRead > 0) +
    Number(usage.cacheWrite5m > 0) +
    Number(usage.cacheWrite1h > 0) +
    Number(usage.reasoning > 0)
  );
}
