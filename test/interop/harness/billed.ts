import type { TrueCall, Truth } from '../mock/truth.ts';
import type { Case, Loss } from './emitters.ts';
import { callPico, queryPico, toolPico } from './prices.ts';

/** One task in the words that both sides can say: what was billed, and what Solvent tells. */
export interface Account {
  /** A row for each model call: model, tokens by class, and what the emitter is known not to tell. */
  readonly calls: readonly string[];
  readonly tools: readonly string[];
  readonly queries: readonly string[];
  readonly actions: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly reasoningTokens: number;
  readonly costPico: bigint;
  readonly unpricedCalls: number;
  readonly flags: readonly string[];
}

/** What Solvent has to tell of a task that ended well, when the emitter loses what its case says and nothing else. */
export function billed(truth: Truth, known: Case): Account {
  const calls = inRuns(truth.calls, known.runs).flatMap(
    (call) => toldCall(call, lossesOf(known, call.api)) ?? [],
  );
  const usages = calls.flatMap(({ usage }) => usage ?? []);
  const refused = truth.refused.filter(
    ({ retryable }) => !retryable && !lossesOf(known, 'refused').includes('call'),
  );
  const silent = calls.length - usages.length + refused.length;
  const tools = lossesOf(known, 'tools').includes('call') ? [] : truth.tools;
  const unitless = lossesOf(known, 'queries').includes('units');
  const units = unitless ? [] : truth.queries.flatMap((query) => query.units);
  const doubts = calls.flatMap(({ flags }) => flags);
  return {
    calls: [
      ...calls.map(({ row }) => row),
      ...refused.map(({ model }) => callRow(model, undefined, [])),
    ].sort(),
    tools: tools.map(({ name }) => name).sort(),
    queries: truth.queries.map(({ system }) => system).sort(),
    // The final answer of a solved task is one more.
    actions: tools.filter(({ ok }) => ok).length + 1,
    inputTokens: sum(usages.map(({ input }) => input)),
    outputTokens: sum(usages.map(({ output }) => output)),
    reasoningTokens: sum(usages.map(({ reasoning }) => reasoning)),
    costPico:
      usages.reduce((total, usage) => total + callPico(usage.provider, usage), 0n) +
      toolPico(tools.length) +
      queryPico(truth.queries.length, sum(units.map(({ quantity }) => quantity))),
    unpricedCalls: silent,
    flags: [...new Set([...known.flags, ...doubts, ...(silent > 0 ? ['lower_bound'] : [])])].sort(),
  };
}

/** The calls of each run as one. */
function inRuns(calls: readonly TrueCall[], runs: readonly number[] | undefined): readonly TrueCall[] {
  if (runs === undefined) return calls;
  const waiting = [...calls];
  const merged = runs.map((length) => waiting.splice(0, length).reduce(together));
  return [...merged, ...waiting];
}

const together = (one: TrueCall, other: TrueCall): TrueCall => ({
  ...one,
  input: one.input + other.input,
  cacheRead: one.cacheRead + other.cacheRead,
  cacheWrite5m: one.cacheWrite5m + other.cacheWrite5m,
  cacheWrite1h: one.cacheWrite1h + other.cacheWrite1h,
  output: one.output + other.output,
  reasoning: one.reasoning + other.reasoning,
});

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

function toldCall(call: TrueCall, losses: readonly Loss[]) {
  if (losses.includes('call')) return undefined;
  if (losses.includes('usage')) return { row: callRow(call.model, undefined, []), flags: [] };
  const usage = losses.reduce(without, call);
  const flags = [
    ...(losses.some((loss) => CACHE.includes(loss)) ? ['cache_unreported'] : []),
    ...(losses.some((loss) => REASONING.includes(loss)) ? ['reasoning_unreported'] : []),
    ...(losses.some((loss) => typeof loss === 'object') ? ['usage_estimated'] : []),
    ...(losses.includes('cacheWrite1h') && call.cacheWrite1h > 0 ? ['cache_ttl_assumed'] : []),
  ];
  return { usage, flags, row: callRow(call.model, usage, flags) };
}

const NO_DETAIL = { cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, reasoning: 0 };
const CACHE: readonly Loss[] = ['cacheRead', 'cacheWrite', 'cachedInput'];
const REASONING: readonly Loss[] = ['reasoning', 'thoughts'];

function without(call: TrueCall, loss: Loss): TrueCall {
  const { cacheRead, cacheWrite5m, cacheWrite1h } = call;
  if (typeof loss === 'object')
    return 'outputMore' in loss
      ? { ...call, output: call.output + loss.outputMore }
      : { ...call, ...NO_DETAIL, ...loss.estimated };
  switch (loss) {
    case 'cacheRead':
      return { ...call, cacheRead: 0 };
    case 'cacheWrite':
      return { ...call, cacheWrite5m: 0, cacheWrite1h: 0 };
    case 'cacheWrite1h':
      return { ...call, cacheWrite5m: cacheWrite5m + cacheWrite1h, cacheWrite1h: 0 };
    case 'cachedInput':
      return {
        ...call,
        input: call.input - cacheRead - cacheWrite5m - cacheWrite1h,
        cacheRead: 0,
        cacheWrite5m: 0,
        cacheWrite1h: 0,
      };
    case 'compaction':
      return {
        ...call,
        input: call.input - (call.compaction?.input ?? 0),
        output: call.output - (call.compaction?.output ?? 0),
      };
    case 'reasoning':
      return { ...call, reasoning: 0 };
    case 'thoughts':
      return { ...call, output: call.output - call.reasoning, reasoning: 0 };
    default:
      return call;
  }
}

const NOT_CALLS: readonly string[] = ['refused', 'tools', 'queries'];

/** The rule whose name is the longest beginning of what was called. */
function lossesOf({ lost }: Case, api: string): readonly Loss[] {
  const names = Object.keys(lost).filter((name) => name === '*' || api.startsWith(name));
  names.sort((left, right) => right.length - left.length);
  return (NOT_CALLS.includes(api) ? lost[api] : lost[names[0] ?? '']) ?? [];
}

type Classes = Omit<TrueCall, 'api' | 'provider' | 'requestModel' | 'model' | 'responseId'>;

/** An emitter that loses the response knows the requested model only: its family is enough. */
export function callRow(model: string, usage: Classes | undefined, flags: readonly string[]): string {
  const family = model.replace(/-\d{4}-?\d\d-?\d\d$/, '').replace(/^models\//, '');
  if (usage === undefined) return `${family}: no usage`;
  const cached = usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h;
  const parts = [
    `${usage.input - cached} fresh`,
    `${usage.cacheRead} read`,
    `${usage.cacheWrite5m} + ${usage.cacheWrite1h} written`,
    `${usage.output - usage.reasoning} out`,
    `${usage.reasoning} thought`,
  ];
  return [`${family}: ${parts.join(', ')}`, ...flags].join(' ');
}
